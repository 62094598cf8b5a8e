import fc from 'fast-check';
import { expect, it } from 'vitest';
import { adopt, certified, type Frontier, headOf, know, type Link, refuted } from './chain.ts';
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
const start: Frontier = { main: { file: 'blob-0', estimate: { loss: 0.98, variance: 2.5e-7 } }, chain: [] };
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

it('adopting never moves main, and refuting goes back to what main was, whatever happened in between', () => {
  const event = fc.oneof(
    fc.record({ adopt: fc.nat(50) }),
    fc.record({ refute: fc.nat(50) }),
    fc.record({ know: fc.nat(50) }),
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      let frontier = start;
      for (const one of events) {
        if ('adopt' in one) frontier = adopt(frontier, link(one.adopt + 1));
        else if ('know' in one) frontier = know(frontier, `blob-${one.know + 1}`, { tried: true });
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
