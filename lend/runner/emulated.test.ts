import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobsFolder } from './place.ts';
import { lentMachine } from './testing/emulated.ts';
import { ENDLESS, LEFT, UNIFORM } from './testing/programs.ts';
import { processesWith } from './testing/scene.ts';

/** One job on a lent machine, all parts real. */

const MINUTE = 60_000;

let machine: Awaited<ReturnType<typeof lentMachine>>;
beforeAll(async () => {
  machine = await lentMachine({ 'endless.py': ENDLESS, 'uniform.py': UNIFORM });
}, MINUTE);
afterAll(() => machine?.close());

async function nothingLeft(): Promise<void> {
  expect(processesWith(LEFT)).toEqual([]);
  expect(processesWith(machine.env.DESCENT_CACHE)).toEqual([]);
  expect(readdirSync(jobsFolder(machine.env))).toEqual([]);
  expect(await machine.github.forgetAll()).toEqual([]);
}

test('is measured in the box, and nothing of it is left', { timeout: 4 * MINUTE }, async () => {
  const run = await machine.order('uniform.py', { validationTokens: 64 * 256, probes: 32 });
  const job = machine.take(run);
  expect(await job.end).toEqual({ kind: 'measured' });
  expect(job.events).toContainEqual({ event: 'started', box: true, why: null });
  expect(job.events.flatMap((event) => (event.event === 'phase' ? [event.phase] : []))).toContain('train');
  expect(await machine.github.run(run.id)).toEqual({ status: 'completed', conclusion: 'success' });
  await nothingLeft();
});

test('leaves when its owner comes back, and its run ends green', { timeout: 4 * MINUTE }, async () => {
  const run = await machine.order('endless.py');
  const job = machine.take(run);
  while (processesWith(LEFT).length === 0)
    await Promise.race([sleep(50), job.end.then((end) => expect(end).toBe('running'))]);
  job.back.abort();
  expect(await job.end).toEqual({ kind: 'preempted' });
  expect(job.events.map(({ event }) => event)).not.toContain('killed');
  expect(await machine.github.run(run.id)).toEqual({ status: 'completed', conclusion: 'success' });
  await nothingLeft();
});
