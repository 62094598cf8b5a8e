import { expect, test } from 'vitest';
import { type Liar, measureLiar } from './liar.ts';
import { measureRunsEnded } from './preempting.ts';
import { measureQueue, type QueueFigures } from './queue.ts';
import { measureRing } from './ring.ts';

/** What docs/credits.md shows of `npm run bench:credits`, in small: each seeded, so that it says the same every time. */

test('an owner who invents losses near the incumbent’s gains by it while weights are never asked for, and never where they are', () => {
  const gained = (who: Liar['who'], share: number, scorings: number) =>
    measureLiar({ who, share, scorings, runsADay: 8, seed: 1, trials: 1 }).creditsPerLie;
  // Repeats hardly see it: most of what is invented stays paid.
  expect(gained('spends', 1, 0)).toBeGreaterThan(50);
  for (const share of [0.3, 1]) expect(gained('befriends', share, 0)).toBeGreaterThan(200);
  for (const who of ['saves', 'spends', 'waits', 'befriends'] as const)
    for (const share of [0.05, 0.3, 1]) expect(gained(who, share, 0.3)).toBeLessThanOrEqual(0);
});

test('an owner who ends what displeases him earns less, confirms nothing beyond a fifth, and merges no more', () => {
  const half = measureRunsEnded({ ends: 'half', after: 0.5, seed: 1, trials: 500 });
  expect(half.creditsAnHour).toBeLessThan(half.honest);
  expect(half.exploresAlone).toBeGreaterThan(0.9);
  expect(half.mergeAtZero).toBeLessThan(0.01);
});

test('a ring mints a hundred runs a day for each author it has, however many owners, and ten crashes for each pair', () => {
  const ring = (outcome: 'crashed' | 'invalid', authors: number, owners: number) =>
    measureRing({ outcome, authors, owners, runsADay: 600 }).runsEach;
  expect([ring('invalid', 1, 1), ring('invalid', 1, 3), ring('invalid', 2, 3)]).toEqual([100, 100, 100]);
  expect([ring('crashed', 1, 1), ring('crashed', 2, 3)]).toEqual([2, 6]);
});

test('where the rich bid at full load, every second start goes without bids: nobody waits twice as long for want of credits', () => {
  const wait = (who: QueueFigures['who']) => measureQueue({ who, minutes: 2000, seed: 1, trials: 1 });
  const without = wait('nobody bids');
  for (const bids of [wait('a fifth bid 900 credits each'), wait('half bid 900 credits each')]) {
    expect(bids.bidders).toBeLessThan(without.median);
    expect(bids.median).toBeLessThan(1.5 * without.median);
    expect(bids.p95).toBeLessThan(1.5 * without.p95);
  }
});
