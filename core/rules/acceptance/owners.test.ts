import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedConfirmations, placeConfirmations } from './owners.ts';
import type { MeasuredRun } from './rule.ts';

const place = (over: Partial<Parameters<typeof placeConfirmations>[0]> = {}) =>
  placeConfirmations({
    runs: 4,
    available: ['ada', 'bell', 'nova'],
    soFar: [],
    author: 'nova',
    perOwner: 2,
    fewOwners: 'wait',
    ...over,
  });

describe('placing confirmations', () => {
  it('spreads them over owners, at most two each, never the author', () => {
    expect(place()).toEqual({ kind: 'place', owners: ['ada', 'bell', 'ada', 'bell'], singleOwner: false });
    expect(place({ available: ['ada', 'bell', 'cori', 'dee', 'nova'] })).toMatchObject({
      owners: ['ada', 'bell', 'cori', 'dee'],
    });
  });

  it('places what one owner may take and leaves the rest for another', () => {
    expect(place({ available: ['ada', 'nova'] })).toMatchObject({ owners: ['ada', 'ada'] });
  });

  it('waits, and says for whom, when no owner may take more', () => {
    const waiting = place({
      available: ['ada', 'nova'],
      runs: 2,
      soFar: [{ owner: 'ada' }, { owner: 'ada' }],
    });
    expect(waiting).toMatchObject({ kind: 'wait' });
    expect(waiting.kind === 'wait' && waiting.reason).toContain('two owners other than the author');
  });

  it('takes the only owner, or the author, where the configuration accepts that', () => {
    expect(place({ available: ['ada'], fewOwners: 'accept' })).toEqual({
      kind: 'place',
      owners: ['ada', 'ada', 'ada', 'ada'],
      singleOwner: true,
    });
    expect(place({ available: ['nova'], fewOwners: 'accept' })).toMatchObject({ singleOwner: true });
    expect(place({ fewOwners: 'accept' })).toMatchObject({ singleOwner: false });
  });

  it("takes the author's own machine only where there is no other, whatever the names", () => {
    const alone = (author: string, other: string) =>
      place({ available: [author, other], author, fewOwners: 'accept' });
    for (const [author, other] of [
      ['ada', 'nova'],
      ['nova', 'ada'],
    ] as const)
      expect(alone(author, other)).toEqual({
        kind: 'place',
        owners: Array(4).fill(other),
        singleOwner: true,
      });
  });

  it('places only runs that will count', () => {
    const owner = fc.constantFrom('ada', 'bell', 'cori', 'nova');
    fc.assert(
      fc.property(
        fc.array(owner),
        fc.array(owner, { maxLength: 6 }),
        fc.nat({ max: 8 }),
        (available, so, n) => {
          const soFar = so.map((name) => ({ owner: name }));
          const placing = place({ available, soFar, runs: n });
          if (placing.kind === 'wait') return;
          const runs = [...soFar, ...placing.owners.map((name) => ({ owner: name }))].map(confirmation);
          const counted = countedConfirmations(runs, 'nova', 2);
          const before = countedConfirmations(soFar.map(confirmation), 'nova', 2);
          expect(counted.length).toBe(before.length + placing.owners.length);
        },
      ),
    );
  });
});

it('counts by order, whatever the losses are', () => {
  const runs = ['ada', 'nova', 'ada', 'ada', 'bell'].map((owner, i) => confirmation({ owner }, i));
  const counted = countedConfirmations(runs, 'nova', 2).map((run) => run.seed);
  expect(counted).toEqual([0, 2, 4]);
  const exploring = { ...confirmation({ owner: 'cori' }, 9), stage: 'explore' as const };
  expect(countedConfirmations([exploring, ...runs], 'nova', 2).map((run) => run.seed)).toEqual(counted);
  const others = runs.map((run) => ({ ...run, valBpb: 9 - run.valBpb }));
  expect(countedConfirmations(others, 'nova', 2).map((run) => run.seed)).toEqual(counted);
});

function confirmation({ owner }: { owner: string }, i: number): MeasuredRun {
  return { stage: 'confirm', owner, machine: owner, seed: i, valBpb: 1 + i / 100 };
}
