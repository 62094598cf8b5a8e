import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Asking, byBids, inTurns, isByBids, weightOf } from './priority.ts';

const one = (name: string, bid = 0, requests = 1) => ({ name, bid, requests });
const names = (all: { name: string }[]) => all.map(({ name }) => name).join('');

describe('the weight', () => {
  test.each<[number, number, number]>([
    [1, 0, 36 / 37],
    [6, 0, 0.5],
    [1, 300, (36 / 37) * 2],
    [1, 900, (36 / 37) * 3],
    [1, 1e6, (36 / 37) * 3],
    [3, 600, 0.8 * (1 + Math.log2(3))],
  ])('of %i requests and a bid of %i', (requests, bid, weight) => {
    expect(weightOf({ requests, bid })).toBeCloseTo(weight, 12);
  });
});

describe('the order by bids', () => {
  test.each<[string, ReturnType<typeof one>[], string]>([
    [
      'is the one without bids where nobody bids, whatever else their authors have in line',
      [one('a', 0, 9), one('b'), one('c', 0, 3)],
      'abc',
    ],
    ['puts the highest bid first', [one('a'), one('b', 300), one('c', 600)], 'cba'],
    [
      'of equal weights, who came first',
      [one('a'), one('b', 300), one('c', 300), one('d', 900), one('e', 2000)],
      'debca',
    ],
    ['never moves one that bids back', [one('a', 1, 9), one('b'), one('c', 300)], 'cab'],
    [
      'not even for one that outweighs it, and not what comes after it',
      [one('a', 50, 9), one('b'), one('c', 300, 9)],
      'abc',
    ],
    [
      'leaves one behind that bids too little for the many that its author has',
      [one('a'), one('b', 300, 9)],
      'ab',
    ],
    [
      'leaves those that do not bid in their order',
      [one('a', 0, 9), one('b'), one('c', 300), one('d')],
      'cabd',
    ],
  ])('%s', (_what, waiting, order) => {
    expect(names(byBids(waiting))).toBe(order);
  });
});

test('every second start goes without bids', () => {
  const waiting = [one('a'), one('b'), one('c', 300), one('d', 600), one('e')];
  expect(names(inTurns(waiting, 0))).toBe('dacbe');
  expect(names(inTurns(waiting, 1))).toBe('adbce');
});

const asking = fc.record({
  requests: fc.integer({ min: 1, max: 9 }),
  bid: fc.constantFrom(0, 0, 50, 300, 5000),
});

test('the line is everyone, once; without bids it is the line of before', () => {
  fc.assert(
    fc.property(fc.array(asking, { maxLength: 30 }), fc.nat(9), (waiting: Asking[], start) => {
      expect(new Set(inTurns(waiting, start))).toEqual(new Set(waiting));
      const free = waiting.map((each) => ({ ...each, bid: 0 }));
      expect(inTurns(free, start)).toEqual(free);
    }),
  );
});

/** Pull requests come and start in any order; who has no bid may wait as long as they like. */
test('whoever comes when, starts that were paid for never exceed the others by more than one while others wait', () => {
  const step = fc.oneof(fc.constant('start' as const), asking);
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
      let waiting: Asking[] = [];
      let start = 0;
      const starts: { paid: boolean; othersWait: boolean }[] = [];
      for (const each of steps) {
        if (each !== 'start') {
          waiting = [...waiting, { ...each }];
          continue;
        }
        const bids = waiting.some(({ bid }) => bid > 0);
        const first = inTurns(waiting, start)[0];
        if (!first) continue;
        // As it is dispatched: paid for where it would have waited otherwise.
        const paid = first !== waiting[0];
        if (paid) expect(isByBids(start) && first.bid > 0).toBe(true);
        if (bids) start += 1;
        starts.push({ paid, othersWait: waiting.some(({ bid }) => bid === 0) });
        waiting = waiting.filter((one) => one !== first);
      }
      for (let from = 0; from < starts.length; from++) {
        let ahead = 0;
        for (const { paid, othersWait } of starts.slice(from)) {
          if (!othersWait) break;
          ahead += paid ? 1 : -1;
          expect(ahead).toBeLessThanOrEqual(1);
        }
      }
    }),
    { numRuns: 300 },
  );
});
