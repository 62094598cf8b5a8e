import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composedEstimate, judgeComposition } from './composition.ts';
import { FIELD, learnGains } from './gains.ts';
import { type Candidacy, type Judgement, judge } from './judge.ts';
import { FRONTIER } from './parameters.ts';

const sigma = 0.001;
const base = { loss: 0.98, variance: sigma ** 2 / 4 };
/** Gains in sigmas, as each owner's machine shows them. */
const given = (runs: [owner: string, gain: number][], over: Partial<Candidacy> = {}): Candidacy => ({
  base,
  standing: { at: 'head' },
  runs: runs.map(([owner, gain]) => ({ owner, loss: base.loss - gain * sigma })),
  owners: 5,
  sigma,
  gains: FIELD,
  track: FIELD,
  ...over,
});
/** Of a track where every fourth candidate gains much. */
const rich = learnGains(
  Array.from({ length: 300 }, (_, i) => ({ author: `a${i}`, shown: i % 4 ? -3 : 6, variance: 1.25 })),
);
const adopted = (judgement: Judgement) => {
  if (judgement.kind !== 'adopt') throw new Error(`expected to adopt, got ${JSON.stringify(judgement)}`);
  return judgement;
};

describe('one run', () => {
  it('is enough to adopt a gain, which is taken for smaller than it looks', () => {
    const { seen, candidate } = adopted(judge(given([['ada', 3]])));
    expect(seen.gain / sigma).toBeGreaterThan(1);
    expect(seen.gain / sigma).toBeLessThan(2.8);
    expect(candidate.loss).toBeCloseTo(base.loss - seen.gain, 3);
    expect(candidate.variance).toBeLessThan(1.5 * sigma ** 2);
  });

  it('is enough to reject a loss', () => {
    expect(judge(given([['ada', -3]])).kind).toBe('reject');
  });

  it('of a gain that would be striking is not: another owner measures it', () => {
    expect(judge(given([['eve', 12]]))).toMatchObject({
      kind: 'measure',
      why: 'striking',
      notOwners: ['eve'],
    });
  });
});

describe('a striking gain', () => {
  it('is adopted when a second owner sees it', () => {
    expect(
      judge(
        given([
          ['ada', 12],
          ['bell', 11],
        ]),
      ).kind,
    ).toBe('adopt');
  });

  it('that a second owner does not see has a third one measure it, and is rejected with him', () => {
    const two: [string, number][] = [
      ['eve', 15],
      ['bell', -4],
    ];
    expect(judge(given(two))).toMatchObject({ kind: 'measure', notOwners: ['eve', 'bell'] });
    expect(judge(given([...two, ['cori', -4]])).kind).toBe('reject');
  });

  it('is adopted on the only owner’s word where there is no other; between two owners it stays open', () => {
    expect(judge(given([['ada', 12]], { owners: 1 })).kind).toBe('adopt');
    const two: [string, number][] = [
      ['eve', 15],
      ['bell', -4],
    ];
    expect(judge(given(two, { owners: 2 })).kind).toBe('reject');
  });

  it('is never adopted on what one owner says, whatever that is', () => {
    const owner = fc.constantFrom('bell', 'cori', 'dee');
    const honest = fc.array(fc.tuple(owner, fc.double({ min: -8, max: -2.5, noNaN: true })), {
      maxLength: 2,
    });
    fc.assert(
      fc.property(
        honest,
        fc.double({ min: FRONTIER.strikingSigmas + 6, max: 60, noNaN: true }),
        (runs, lie) => {
          expect(judge(given([...runs, ['eve', lie]])).kind).not.toBe('adopt');
        },
      ),
    );
  });
});

describe('a second run', () => {
  const plateau = learnGains(
    Array.from({ length: 300 }, (_, i) => ({
      author: `a${i}`,
      shown: i % 50 === 0 ? 1.5 : -3,
      variance: 1.25,
    })),
  );

  it('is worth its price where it is close and a new candidate hardly ever gains', () => {
    const close = given([['ada', 1.2]], { gains: plateau, track: plateau });
    expect(judge(close)).toMatchObject({ kind: 'measure', why: 'close' });
    expect(judge(given([['ada', 1.2]], { gains: rich, track: rich })).kind).toBe('adopt');
  });

  it('is never asked for beyond the limit', () => {
    const runs = Array.from({ length: FRONTIER.runsPerCandidate }, (): [string, number] => ['ada', 1.2]);
    expect(judge(given(runs, { gains: plateau, track: plateau })).kind).not.toBe('measure');
  });
});

describe('a candidate that was begun from an older frontier', () => {
  it('and gained there is composed, not adopted', () => {
    expect(judge(given([['ada', 3]], { standing: { at: 'behind' } })).kind).toBe('compose');
  });

  it('is not worth a composition when a new candidate is expected to gain more', () => {
    const close = given([['ada', 1]], { track: rich });
    expect(judge(close).kind).toBe('adopt');
    expect(judge({ ...close, standing: { at: 'behind' } }).kind).toBe('reject');
    expect(judge({ ...given([['ada', 5]], { track: rich }), standing: { at: 'behind' } }).kind).toBe(
      'compose',
    );
  });

  it('is adopted once the composed file shows the gain, and rejected when the changes cancel each other', () => {
    const { seen } = judge(given([['ada', 4]], { standing: { at: 'behind' } }));
    const composed = (gain: number) => judgeComposition(given([['bell', gain]]), seen);
    expect(composed(3).kind).toBe('adopt');
    expect(composed(-4).kind).toBe('reject');
    expect(composedEstimate(base, seen, sigma).loss).toBeLessThan(base.loss);
  });

  it('on a composition that was dropped is compared with the head', () => {
    const on = (loss: number) =>
      given([['ada', 3]], { standing: { at: 'beyond', head: { loss, variance: 1e-7 } } });
    expect(judge(on(0.98)).kind).toBe('adopt');
    expect(judge(on(0.975)).kind).toBe('reject');
  });
});

it('believes that a base is worse than thought when nothing begun from it looks as good', () => {
  // Most of this track's candidates change nothing; here all look two sigma worse than the base claims to be.
  const track = learnGains(
    Array.from({ length: 200 }, (_, i) => ({ author: `a${i}`, shown: i % 4 ? 0 : -8, variance: 1 })),
  );
  const lucky = { loss: base.loss, variance: sigma ** 2 };
  let known = lucky;
  for (let i = 0; i < 10; i++) {
    const judgement = judge(given([['ada', -2]], { base: known, gains: track, track }));
    if (judgement.kind !== 'reject') throw new Error(judgement.kind);
    known = judgement.base;
  }
  expect(known.loss).toBeGreaterThan(lucky.loss + sigma);
  expect(known.variance).toBeLessThan(lucky.variance / 2);
});

describe('what candidates are worth', () => {
  const share = (gains: typeof FIELD, from: number) =>
    gains.weight.reduce((sum, weight, k) => (gains.mean[k]! >= from ? sum + weight : sum), 0);
  const many = (author: string, shown: number, count: number) =>
    Array.from({ length: count }, () => ({ author, shown, variance: 1 }));

  it('is learned from the results of the track', () => {
    const track = learnGains([...many('ada', 6, 30), ...many('bell', -3, 30)]);
    expect(share(track, 1)).toBeGreaterThan(0.35);
    expect(share(FIELD, 1)).toBeLessThan(0.15);
    expect(track.weight.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
  });

  it('is not taught by one author alone, except of their own candidates', () => {
    const others = Array.from({ length: 60 }, (_, i) => many(`a${i}`, i % 3 ? -3 : 4, 1)[0]!);
    const spammed = [...others, ...many('spam', 0, 300)];
    const ofOthers = share(learnGains(spammed), 1);
    expect(share(learnGains(spammed, 'spam'), 1)).toBeLessThan(ofOthers / 2);
    expect(ofOthers).toBeGreaterThan(share(learnGains(others), 1) / 2);
  });

  it('survives results beyond all bounds', () => {
    const track = learnGains(many('ada', -1e6, 10));
    expect(track.weight.every(Number.isFinite)).toBe(true);
    expect(judge(given([['ada', -1e6]])).kind).toBe('reject');
  });
});
