import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adopt,
  certified,
  compose,
  drop,
  type Frontier,
  headOf,
  know,
  type Link,
  refuted,
  standingOf,
  standingOfComposition,
  tipOf,
} from './chain.ts';
import { measured } from './estimate.ts';

const link = (n: number, over: Partial<Link> = {}): Link => ({
  file: `blob-${n}`,
  pull: n,
  author: 'ada',
  gain: 0.001,
  estimate: { loss: 0.98 - n / 1000, variance: 1e-6 },
  tried: false,
  ...over,
});
const start: Frontier = {
  main: { file: 'blob-0', estimate: { loss: 0.98, variance: 2.5e-7 } },
  chain: [],
  compositions: [],
};
const grown = [1, 2, 3, 4].reduce((frontier, n) => adopt(frontier, link(n)), start);

it('certifies a chain up to the link that was measured; what was adopted meanwhile stays', () => {
  const { frontier, merged } = certified(grown, 'blob-3');
  expect(merged.map(({ pull }) => pull)).toEqual([1, 2, 3]);
  expect(frontier.main.file).toBe('blob-3');
  expect(frontier.chain.map(({ pull }) => pull)).toEqual([4]);
  expect(certified(grown, 'blob-9')).toEqual({ frontier: grown, merged: [] });
});

it('knows more of a file wherever it is', () => {
  const estimate = measured(link(2).estimate, [0.977, 0.979], 0.001);
  expect(know(grown, 'blob-2', { estimate }).chain[1]).toMatchObject({ estimate, tried: false });
  expect(know(grown, 'blob-0', { estimate }).main.estimate).toEqual(estimate);
});

describe('compositions', () => {
  const estimate = { loss: 0.97, variance: 1e-6 };
  const made = ['x', 'y', 'z'].reduce((frontier, file) => compose(frontier, file, estimate), grown);

  it('are put one onto the other, as in a merge queue', () => {
    expect(made.compositions.map(({ onto }) => onto)).toEqual(['blob-4', 'x', 'y']);
    expect(tipOf(made).file).toBe('z');
    expect(tipOf(grown).file).toBe('blob-4');
    expect(standingOf(grown, 'blob-4')).toEqual({ at: 'head' });
    expect(standingOf(made, 'blob-4')).toEqual({ at: 'behind' });
    expect(standingOf(grown, 'blob-2')).toEqual({ at: 'behind' });
  });

  it('become links in their turn', () => {
    const one = adopt(made, link(5, { file: 'x' }));
    expect(standingOfComposition(one, 'x')).toEqual({ at: 'head' });
    expect(one.compositions.map(({ file }) => file)).toEqual(['y', 'z']);
    expect(standingOf(adopt(adopt(one, link(6, { file: 'y' })), link(7, { file: 'z' })), 'z').at).toBe(
      'head',
    );
  });

  it('that stand on a dropped one are compared with the head; its own is forgotten when none does', () => {
    const dropped = drop(made, 'x');
    expect(tipOf(dropped).file).toBe('z');
    expect(standingOfComposition(dropped, 'x')).toEqual({ at: 'beyond', head: grown.chain[3]!.estimate });
    const adopted = adopt(dropped, link(5, { file: 'y' }));
    expect(standingOfComposition(adopted, 'y')).toEqual({ at: 'head' });
    expect(drop(adopted, 'z').compositions).toEqual([]);
    expect(drop(drop(dropped, 'y'), 'z').compositions).toEqual([]);
  });

  it('on what was refuted are behind, and nothing more is put onto them', () => {
    const { frontier } = refuted(made, 'blob-4');
    expect(standingOfComposition(frontier, 'x')).toEqual({ at: 'behind' });
    expect(tipOf(frontier).file).toBe('blob-0');
  });
});

it('adopting never moves main, and refuting goes back to what main was, whatever happened in between', () => {
  const event = fc.oneof(
    fc.record({ adopt: fc.nat(50) }),
    fc.record({ refute: fc.nat(50) }),
    fc.record({ know: fc.nat(50) }),
    fc.record({ compose: fc.nat(50) }),
    fc.record({ drop: fc.nat(50) }),
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      let frontier = start;
      for (const one of events) {
        if ('adopt' in one) frontier = adopt(frontier, link(one.adopt + 1));
        else if ('know' in one) frontier = know(frontier, `blob-${one.know + 1}`, { tried: true });
        else if ('compose' in one) frontier = compose(frontier, `c-${one.compose}`, start.main.estimate);
        else if ('drop' in one) frontier = drop(frontier, `c-${one.drop}`);
        else {
          const { frontier: after, dropped } = refuted(frontier, `blob-${one.refute + 1}`);
          if (dropped.length > 0) expect(after).toEqual(start);
          frontier = after;
        }
        expect(frontier.main).toEqual(start.main);
      }
      expect(headOf(frontier).file).toBe(frontier.chain.at(-1)?.file ?? 'blob-0');
    }),
  );
});
