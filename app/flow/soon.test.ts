import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Soon } from './soon.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** When pages were made, in seconds, as results change every `seconds` for `hours`. */
async function madeAt(minutes: number, seconds: number, hours: number): Promise<number[]> {
  const begun = Date.now();
  const made: number[] = [];
  const soon = new Soon(minutes * 60_000, 2000, async () => {
    made.push(Math.round((Date.now() - begun) / 1000));
  });
  for (let at = 0; at < hours * 3600; at += seconds) {
    soon.ask();
    await vi.advanceTimersByTimeAsync(seconds * 1000);
  }
  return made;
}

it('the pages follow the first record at once, and each of the few that a small day brings', async () => {
  expect(await madeAt(5, 60, 1 / 6)).toEqual([2, 62, 122, 182, 242, 302, 362, 422, 482, 542]);
});

it('a busy swarm has them made once in five minutes, and the last result is never left out', async () => {
  const made = await madeAt(5, 1, 24);
  expect(made.length).toBeLessThanOrEqual(24 * 12 + 12);
  expect(made.length).toBeGreaterThanOrEqual(24 * 12);
  expect(made.at(-1)! - made.at(-2)!).toBe(300);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(made.at(-1)!).toBeGreaterThan(24 * 3600 - 1);
});

it('never where the sweep alone makes them', async () => {
  expect(await madeAt(0, 60, 1)).toEqual([]);
});

it('a sweep makes them at once, for what was asked about too, and never beside others', async () => {
  let [made, now, most] = [0, 0, 0];
  const soon = new Soon(300_000, 2000, async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((done) => setTimeout(done, 10_000));
    now -= 1;
    made += 1;
  });
  soon.ask();
  const swept = soon.now();
  await vi.advanceTimersByTimeAsync(30_000);
  await swept;
  expect(made).toBe(1);
  soon.ask();
  await vi.advanceTimersByTimeAsync(5_000);
  const during = soon.now();
  await vi.advanceTimersByTimeAsync(30_000);
  await during;
  expect({ made, most }).toEqual({ made: 3, most: 1 });
});
