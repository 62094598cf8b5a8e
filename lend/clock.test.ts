import { expect, test } from 'vitest';
import { realClock } from './clock.ts';

test('a wait ends early when the signal comes, before or while it waits', async () => {
  const stop = new AbortController();
  const waiting = realClock.wait(3_600_000, stop.signal);
  stop.abort();
  await waiting;
  await realClock.wait(3_600_000, stop.signal);
  const { steady } = realClock.now();
  await realClock.wait(5);
  expect(realClock.now().steady).toBeGreaterThan(steady);
});
