import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Job } from '../../core/formats/job.ts';
import { jobsFolder } from '../runner/place.ts';
import { lentMachine } from '../runner/testing/emulated.ts';

/** An operator orders what the owner did not lend for: the runner's stand-in asks the gate, and no step of the job runs. */

let machine: Awaited<ReturnType<typeof lentMachine>>;
beforeAll(async () => {
  machine = await lentMachine({ 'never.py': 'raise SystemExit\n' });
}, 60_000);
afterAll(() => machine?.close());

test.each<[string, Partial<Job>, string]>([
  ['a harness that is no commit of main', { harness: 'd'.repeat(40) }, 'is no commit of the swarm’s main'],
  ['no harness', { harness: undefined }, 'harness'],
  ["another swarm's harness", { repository: 'eve/descent' }, 'the job’s repository is "eve/descent"'],
  ['the nonce of another job', { nonce: 'e'.repeat(32) }, 'the job’s nonce'],
])('refused before a step: %s', { timeout: 120_000 }, async (_, change, why) => {
  const run = await machine.order('never.py', change);
  const job = machine.take(run);
  expect(await job.end).toEqual({ kind: 'refused', why: expect.stringContaining(why.replaceAll('’', "'")) });
  expect(job.events.map(({ event }) => event)).not.toContain('taken');
  expect(job.events.map(({ event }) => event)).not.toContain('phase');
  expect(await machine.github.run(run.id)).toEqual({ status: 'completed', conclusion: 'cancelled' });
  expect(readdirSync(jobsFolder(machine.env))).toEqual([]);
  expect(await machine.github.forgetAll()).toEqual([]);
});
