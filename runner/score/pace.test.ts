import { expect, test } from 'vitest';
import { jobOf } from '../../testing/examples/job.ts';
import { paceLimits } from './pace.ts';

const job = jobOf({ loadSeconds: 10, scoringSeconds: 120 });

test('where the incumbent’s pace is unknown, the track’s own times hold, and Python may start', () => {
  expect(paceLimits(job, null, 1000)).toEqual({ loadSeconds: 25, answersSeconds: 120 });
});

test('where it is known, a model may take three times as long, for each row that is asked', () => {
  const slow = { loadSeconds: 20, rowSeconds: 0.5 };
  expect(paceLimits(job, slow, 100)).toEqual({ loadSeconds: 60, answersSeconds: 150 });
});

test('of a fast incumbent too: never less than any model may take to load', () => {
  const fast = { loadSeconds: 1, rowSeconds: 0.001 };
  expect(paceLimits(job, fast, 100)).toEqual({ loadSeconds: 10, answersSeconds: 10 });
});
