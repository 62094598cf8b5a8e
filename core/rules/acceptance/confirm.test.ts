import { describe, expect, it } from 'vitest';
import { NO_OWNER } from '../../owner.ts';
import type { Case, MeasuredRun } from './rule.ts';
import { decide } from './sequential.ts';

/** Runs of one stage: each owner's losses, in sigmas (0.001) better than 0.98. */
function runs(stage: MeasuredRun['stage'], by: [owner: string, ...gains: number[]][]): MeasuredRun[] {
  return by.flatMap(([owner, ...gains]) =>
    gains.map((gain) => {
      seed += 1; // a trifle apart, as equal losses are another matter
      return { stage, owner, machine: `${owner}-1`, seed, valBpb: 0.98 - gain / 1000 + seed * 1e-9 };
    }),
  );
}
let seed = 0;

const FOUR = ['ada', 'bell', 'cori', 'dee'];
/** One run of each gain by each of four owners. */
const each = (stage: MeasuredRun['stage'], ...gains: number[]) =>
  runs(
    stage,
    FOUR.map((owner) => [owner, ...gains]),
  );
const incumbent = each('baseline', -0.3, 0.3);

const decided = (candidate: MeasuredRun[], over: Partial<Case> = {}) =>
  decide({
    ...{ author: 'nova', candidate, incumbent, others: [], fewOwners: 'wait' },
    prior: { sigma: 0.001, degrees: 8 },
    ...over,
  });
const codes = (decision: ReturnType<typeof decide>) =>
  decision.because.map(({ rule, code }) => `${rule} ${code}`);

describe('who confirms, on a track that accepts few owners', () => {
  const accepts = { fewOwners: 'accept' as const };

  it('two owners beside the author are enough for the whole rule', () => {
    const ruling = decided(
      runs('confirm', [
        ['ada', 10, 10.1],
        ['bell', 9.9, 10],
      ]),
      accepts,
    );
    expect(ruling).toMatchObject({ verdict: 'improved', singleOwner: false });
    expect(codes(ruling)).toContain('no-owner-alone stands');
  });

  it('one owner beside the author confirms as a single owner, with the author', () => {
    const ruling = decided(
      runs('confirm', [
        ['ada', 10, 10.1],
        ['nova', 9.9, 10],
      ]),
      accepts,
    );
    expect(ruling).toMatchObject({ verdict: 'improved', singleOwner: true });
    expect(codes(ruling)).toContain('no-owner-alone single-owner');
  });

  it('a gain of a single owner that is not shown yet has the incumbent measured', () => {
    const decision = decided(runs('confirm', [['ada', 0.9, 1, 1, 1.1]]), {
      ...accepts,
      incumbent: each('baseline', 0),
    });
    expect(decision).toMatchObject({ kind: 'measure', stage: 'baseline', placement: { notOwners: [] } });
    expect(codes(decision)).toContain('gain promising');
  });

  it('machines without an owner confirm nothing there either', () => {
    expect(decided(runs('confirm', [[NO_OWNER, 10, 10, 10, 10]]), accepts)).toMatchObject({
      ...{ kind: 'measure', stage: 'confirm' },
    });
  });
});

it('what exploring saw counts beside the fresh runs, but for the author’s own', () => {
  const seen = (explorer: string, confirmer: string, over?: Partial<Case>) => {
    const candidate = [...runs('explore', [[explorer, 3]]), ...runs('confirm', [[confirmer, 3]])];
    const { evidence, ...decision } = decided(candidate, over);
    expect(codes(decision as never)).toEqual(['repeated-reports none', 'incumbent-runs enough']);
    return evidence?.candidateRuns;
  };
  expect(seen('ada', 'bell')).toBe(2);
  expect(seen('nova', 'bell')).toBe(1);
  expect(seen('nova', 'nova')).toBeUndefined();
  expect(seen('nova', 'nova', { fewOwners: 'accept' })).toBe(2);
});

it('luck in exploring shows nothing that the fresh runs do not show by themselves', () => {
  const decision = decided([...each('explore', 2.2), ...each('confirm', 0.5)]);
  expect(codes(decision)).toContain('gain promising');
  expect(decision.kind).toBe('measure');
});

it('after the last round no run more is counted', () => {
  const ruling = decided(each('confirm', 9.8, 9.9, 10, 10.1, 10.2));
  expect(ruling.kind === 'verdict' && ruling.record).toHaveLength(16);
});

describe('how many further runs could change a verdict', () => {
  const more = (candidate: MeasuredRun[]) => {
    const ruling = decided(candidate);
    if (ruling.kind !== 'verdict') throw new Error(ruling.why);
    return { code: ruling.code, runs: ruling.moreRuns };
  };

  it('of one that was near its bound: some, and the fewer the nearer', () => {
    const ended = (gains: [near: number, far: number], code: string) => {
      const [near, far] = gains.map((gain) => more(each('confirm', gain)));
      expect([near!.code, far!.code]).toEqual([code, code]);
      expect(near!.runs).toBeGreaterThan(1);
      expect(near!.runs).toBeLessThan(far!.runs!);
    };
    ended([1.5, 1.6], 'confirmed');
    ended([0.7, 0.5], 'not-confirmed');
    expect(more(runs('explore', [['ada', -0.2]])).runs).toBeGreaterThan(1);
  });

  it('of one that was far from it: no reasonable number', () => {
    expect(more(each('confirm', 20))).toEqual({ code: 'confirmed', runs: null });
    expect(more(each('confirm', -20))).toEqual({ code: 'worse', runs: null });
    expect(more(runs('explore', [['ada', -20]]))).toEqual({ code: 'worse', runs: null });
  });
});

describe('which runs and owners are looked at', () => {
  it('runs of audits and of the incumbent say nothing of a file', () => {
    const others = [...runs('audit', [['ada', 20]]), ...runs('rescore', [['ada', 20]]), ...incumbent];
    expect(decided(others)).toEqual(decided([]));
  });

  it('too few runs of the incumbent are the one question asked', () => {
    expect(codes(decided([], { incumbent: incumbent.slice(1, 4) }))).toEqual([
      'repeated-reports none',
      'incumbent-runs too-few',
    ]);
  });

  it('a repeated exploring run is no reason for more confirming ones, and its owner confirms nothing', () => {
    const [first, second] = runs('explore', [
      ['ada', 3],
      ['bell', 3],
    ]);
    const repeated = { ...second!, valBpb: first!.valBpb };
    expect(decided([first!, repeated])).toMatchObject({
      ...{ kind: 'measure', stage: 'confirm', runs: 4 },
      placement: { notOwners: ['nova', 'bell'] },
    });
  });

  it('one loss under two seeds by the only owner decides where one owner is accepted, and nowhere else', () => {
    const [first, second] = runs('explore', [['ada', 1, 1]]);
    const candidate = [first!, { ...second!, valBpb: first!.valBpb }];
    const only = runs('baseline', [['ada', 0, 0.1, -0.1, 0.2]]);
    const code = (over: Partial<Case>) => {
      const decision = decided(candidate, over);
      return decision.kind === 'verdict' && decision.code === 'pinned-seed' && codes(decision);
    };
    expect(code({ incumbent: only, fewOwners: 'accept' })).toEqual(['repeated-reports pinned-seed']);
    expect(code({ incumbent: only })).toBe(false);
    expect(code({ fewOwners: 'accept' })).toBe(false);
  });
});
