import { expect, it } from 'vitest';
import { lentBy } from '../../../testing/examples/lent.ts';
import { NOW } from '../../../testing/examples/names.ts';
import { sent } from '../../../testing/snapshot/lent.ts';
import type { WorkflowRun } from '../../github/port.ts';
import { judgeSilence, longestSeconds } from './lent.ts';

const { key, memory } = sent('ada', { kind: 'pending' });
const after = (seconds: number) => new Date(Date.parse(NOW) + seconds * 1000).toISOString();

/** The machine has said a moment ago that it has the run. */
function found(status: string, seconds: number): string {
  const run = { id: 100, status } as WorkflowRun;
  const at = after(seconds - 5);
  const said = lentBy('ada', { status: 'busy', nonce: key.nonce, at }).availability;
  const order = { job: memory.job, lent: memory.lent!, dispatchedAt: NOW };
  return judgeSilence(run, key, order, said, after(seconds)).kind;
}

it('a machine that says it has a run which GitHub never saw begin loses it after ten minutes', () => {
  expect(found('queued', 590)).toBe('pending');
  expect(found('queued', 610)).toBe('untaken');
  expect(found('queued', 86_000)).toBe('untaken');
});

it('one whose run is under way loses it when no job of its kind takes so long', () => {
  const longest = longestSeconds(memory.job);
  expect(longest).toBeGreaterThan(memory.job.budgetSeconds + memory.job.scoringSeconds);
  expect(found('in_progress', 610)).toBe('pending');
  expect(found('in_progress', longest - 10)).toBe('pending');
  expect(found('in_progress', longest + 10)).toBe('vanished');
});

it('no job takes longer than its workflow lets it', () => {
  expect(longestSeconds({ ...memory.job, budgetSeconds: 86_400 })).toBe(600 + 180 * 60);
});
