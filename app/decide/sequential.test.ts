import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weigh, zScore } from './evidence.ts';
import { type Case, type MeasuredRun, RULE } from './rule.ts';
import type { Ruling } from './ruling.ts';
import { type Decision, decide } from './sequential.ts';

let seed = 0;
const run = (stage: MeasuredRun['stage'], owner: string, valBpb: number): MeasuredRun => ({
  stage,
  owner,
  machine: `${owner}-1`,
  valBpb,
  seed: seed++,
});
const runs = (stage: MeasuredRun['stage'], by: Record<string, number[]>) =>
  Object.entries(by).flatMap(([owner, losses]) => losses.map((loss) => run(stage, owner, loss)));

/** An H100 track whose incumbent was measured by four owners at 0.98, with a sigma of 0.001. */
const incumbent = runs('baseline', {
  ada: [0.9801, 0.9795],
  bell: [0.9808, 0.9796],
  cori: [0.9802, 0.9803],
  dee: [0.9797, 0.9798],
});
const track = (over: Partial<Case>): Case => ({
  author: 'nova',
  candidate: [],
  incumbent,
  others: [],
  prior: { sigma: 0.001, degrees: 8 },
  fewOwners: 'wait',
  ...over,
});
const verdict = (decision: Decision): Ruling => {
  if (decision.kind !== 'verdict') throw new Error(`expected a verdict, got ${JSON.stringify(decision)}`);
  return decision;
};

describe('exploring', () => {
  it('waits for the incumbent to be measured four times', () => {
    const young = track({ incumbent: incumbent.slice(0, 1) });
    expect(decide(young)).toMatchObject({ kind: 'measure', stage: 'baseline', runs: 4 });
  });

  it('begins with one run', () => {
    expect(decide(track({}))).toMatchObject({ kind: 'measure', stage: 'explore', runs: 1 });
  });

  it('ends a clear regression after that one run, and says so', () => {
    const ruling = verdict(decide(track({ candidate: runs('explore', { ada: [0.99] }) })));
    expect(ruling).toMatchObject({ verdict: 'regressed', code: 'worse', valBpb: 0.99, couldHide: 0 });
    expect(ruling.evidence!.effect.high).toBeLessThan(0);
  });

  it('calls a run like the incumbent inconclusive, with the gain it could still hide', () => {
    const ruling = verdict(decide(track({ candidate: runs('explore', { ada: [0.9805] }) })));
    expect(ruling).toMatchObject({ verdict: 'inconclusive', code: 'no-gain' });
    expect(ruling.couldHide).toBeGreaterThan(0.0005);
    expect(ruling.couldHide).toBeLessThan(0.0015);
    expect(ruling.moreRuns).toBeGreaterThan(0);
  });

  it('looks again at a run in between, at most four times', () => {
    const between = [0.97921, 0.97924, 0.97919, 0.97922];
    for (let n = 1; n < 4; n++) {
      const decision = decide(track({ candidate: runs('explore', { ada: between.slice(0, n) }) }));
      expect(decision).toMatchObject({ kind: 'measure', stage: 'explore', runs: n + 1 });
    }
    const ruling = verdict(decide(track({ candidate: runs('explore', { ada: between }) })));
    expect(ruling).toMatchObject({ verdict: 'inconclusive', code: 'undecided' });
  });

  it('asks for four fresh runs when one looks promising, none of them by the author', () => {
    expect(decide(track({ candidate: runs('explore', { ada: [0.9775] }) }))).toMatchObject({
      kind: 'measure',
      stage: 'confirm',
      runs: 4,
      placement: { notOwners: ['nova'], perOwner: 2 },
    });
  });
});

describe('confirming', () => {
  const explored = runs('explore', { ada: [0.9775] });
  const fresh = { ada: [0.9764], bell: [0.9761], cori: [0.9768], dee: [0.9759] };

  it('merges a gain that fresh runs on several owners confirm; the record is theirs alone', () => {
    const confirmations = runs('confirm', fresh);
    const ruling = verdict(decide(track({ candidate: [...explored, ...confirmations] })));
    expect(ruling).toMatchObject({
      verdict: 'improved',
      code: 'confirmed',
      couldHide: 0,
      singleOwner: false,
    });
    expect(ruling.record).toEqual(confirmations);
    expect(ruling.valBpb).toBeCloseTo(0.9763, 10);
    expect(ruling.evidence).toMatchObject({ candidateRuns: 4, owners: 4 });
    expect(ruling.evidence!.effect.estimate).toBeCloseTo(0.0037, 6);
  });

  it('does not merge a lucky first run that fresh ones do not repeat', () => {
    const back = runs('confirm', { ada: [0.9801], bell: [0.9797], cori: [0.9806], dee: [0.9795] });
    const ruling = verdict(decide(track({ candidate: [...explored, ...back] })));
    expect(ruling).toMatchObject({ verdict: 'inconclusive', code: 'not-confirmed', record: [] });
    expect(ruling.valBpb).toBeCloseTo(0.979975, 9);
  });

  it('does not merge a noisy file on the calm of the incumbent', () => {
    const wild = runs('confirm', { ada: [0.97], bell: [0.985], cori: [0.971], dee: [0.982] });
    expect(verdict(decide(track({ candidate: [...explored, ...wild] })))).toMatchObject({
      code: 'not-confirmed',
    });
  });

  it("does not count the author's machines, nor a third run of one owner", () => {
    const confirmations = runs('confirm', {
      nova: [0.97, 0.971],
      ada: [0.9764, 0.9761, 0.9766],
      bell: [0.976],
    });
    expect(decide(track({ candidate: [...explored, ...confirmations] }))).toMatchObject({
      kind: 'measure',
      stage: 'confirm',
      runs: confirmations.length + 1,
    });
  });

  it("does not let the author's own exploring run speak for the gain", () => {
    const confirmations = runs('confirm', fresh);
    const own = verdict(
      decide(track({ candidate: [...runs('explore', { nova: [0.9] }), ...confirmations] })),
    );
    expect(own.evidence!.candidateRuns).toBe(4);
    expect(own.valBpb).toBeCloseTo(0.9763, 10);
  });

  it('corrects for a machine that measures low', () => {
    // ada's machine shows everything 0.006 lower, the incumbent too: what it says of the candidate is no gain.
    const low = runs('baseline', {
      ada: [0.974, 0.9742, 0.9739],
      bell: [0.98, 0.9802, 0.9799],
      cori: [0.9801, 0.98, 0.9803],
    });
    const candidate = runs('explore', { ada: [0.9741] });
    expect(verdict(decide(track({ incumbent: low, candidate }))).code).toBe('no-gain');
    expect(decide(track({ candidate }))).toMatchObject({ kind: 'measure', stage: 'confirm' });
  });
});

describe('no owner decides alone', () => {
  const explored = runs('explore', { eve: [0.975] });

  it('asks for as many runs again when the gain leans on one owner, then refuses', () => {
    const first = runs('confirm', { eve: [0.9752, 0.9755], bell: [0.9798, 0.9804] });
    expect(decide(track({ candidate: [...explored, ...first] })).kind).toBe('verdict'); // spread alone gives it away

    const subtle = runs('confirm', { eve: [0.9782, 0.9784], bell: [0.979, 0.9792] });
    const calm = runs('explore', { eve: [0.9783] });
    expect(decide(track({ candidate: [...calm, ...subtle] }))).toMatchObject({
      kind: 'measure',
      stage: 'confirm',
      runs: 8,
      placement: { perOwner: 4 },
    });
    const again = runs('confirm', { bell: [0.9791, 0.9793], eve: [0.9781, 0.9785] });
    expect(verdict(decide(track({ candidate: [...calm, ...subtle, ...again] })))).toMatchObject({
      verdict: 'inconclusive',
      code: 'leans-on-one-owner',
    });
  });

  it('has the incumbent measured by others first when one owner measured it all', () => {
    const alone = runs('baseline', { eve: [0.9901, 0.9895, 0.9903, 0.9899] });
    const confirmations = runs('confirm', { ada: [0.98, 0.9801], bell: [0.9798, 0.9804] });
    expect(decide(track({ incumbent: alone, candidate: [...explored, ...confirmations] }))).toMatchObject({
      kind: 'measure',
      stage: 'baseline',
      runs: 8,
      placement: { notOwners: ['eve'] },
    });
  });

  it('merges nothing that the other owners do not show by themselves, whatever one owner reports', () => {
    const near = fc.double({ min: -0.004, max: 0.004, noNaN: true });
    const any = fc.double({ min: 0.5, max: 1.5, noNaN: true });
    const losses = fc.record({
      gain: fc.double({ min: 0, max: 0.003, noNaN: true }),
      honest: fc.array(near, { minLength: 8, maxLength: 8 }),
      boosted: fc.array(any, { minLength: 4, maxLength: 4 }),
      boostedExplore: any,
      incumbentByEve: fc.array(any, { maxLength: 8 }),
      filesByEve: fc.array(fc.array(any, { maxLength: 4 }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(losses, ({ gain, honest, boosted, boostedExplore, incumbentByEve, filesByEve }) => {
        const at = (i: number) => 0.98 - gain + 0.25 * honest[i]!;
        const candidate = [
          ...runs('explore', { eve: [boostedExplore] }),
          ...runs('confirm', { eve: boosted.slice(0, 2), bell: [at(0), at(1)] }),
          ...runs('confirm', { eve: boosted.slice(2), bell: [at(2)], cori: [at(3)] }),
        ];
        const given = track({
          candidate,
          incumbent: [...incumbent, ...runs('baseline', { eve: incumbentByEve })],
          others: filesByEve.map((file) => runs('explore', { eve: file })),
        });
        const decision = decide(given);
        if (decision.kind !== 'verdict' || decision.verdict !== 'improved') return;
        const counted = [candidate[0]!, ...decision.record];
        const honestly = weigh(given, counted, 'eve');
        expect(zScore(honestly, honestly.values.slice(0, 1))).toBeGreaterThanOrEqual(RULE.othersZ);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a track with too few owners', () => {
  const explored = runs('explore', { ada: [0.977] });
  const alone = runs('confirm', { ada: [0.9764, 0.9761, 0.9766, 0.976] });

  it('waits for a second owner by default', () => {
    expect(decide(track({ candidate: [...explored, ...alone] }))).toMatchObject({
      stage: 'confirm',
      runs: 6,
    });
  });

  it('accepts with the mark `single owner` where the configuration says so', () => {
    const given = track({ candidate: [...explored, ...alone], fewOwners: 'accept' });
    expect(verdict(decide(given))).toMatchObject({ verdict: 'improved', singleOwner: true });
  });

  it("accepts even the author's own machines there, when there are no others", () => {
    const given = track({ author: 'ada', candidate: [...explored, ...alone], fewOwners: 'accept' });
    expect(verdict(decide(given))).toMatchObject({ verdict: 'improved', singleOwner: true });
  });
});

it('refuses a file that gives one loss under two seeds', () => {
  const candidate = runs('explore', { ada: [0.9789], bell: [0.9789] });
  expect(verdict(decide(track({ candidate })))).toMatchObject({ verdict: 'invalid', code: 'pinned-seed' });
});

it('answers the same whenever it is asked again', () => {
  const given = track({ candidate: runs('explore', { ada: [0.9785] }) });
  expect(decide(given)).toEqual(decide(structuredClone(given)));
});

it('tells an improvement how many contrary runs would be needed to doubt it', () => {
  const candidate = [
    ...runs('explore', { ada: [0.9775] }),
    ...runs('confirm', { ada: [0.9772], bell: [0.9771], cori: [0.9769], dee: [0.9774] }),
  ];
  const ruling = verdict(decide(track({ candidate })));
  expect(ruling.verdict).toBe('improved');
  expect(ruling.moreRuns === null || ruling.moreRuns >= 1).toBe(true);
});
