import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SandboxError } from './sandbox/sandbox.ts';
import { spawnChild } from './sandbox/spawn.ts';
import { supervise } from './supervise.ts';

const sleeper = () =>
  spawnChild('/bin/sleep', ['60'], { owner: null, env: {}, account: false, answersOnOutput: false });
const scratch = mkdtempSync(join(tmpdir(), 'descent-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const bounds = { seconds: 50, memoryMiB: 1024, scratch, signal: undefined };

test('what the machine lacks is no word about the job: the run fails as the machine’s', async () => {
  const memory = supervise(sleeper(), { ...bounds, freeMemoryMiB: 1e9 }); // more than there is
  await expect(memory.ended).rejects.toThrow(/ran out of memory while the job held less than it may/);
  await expect(memory.ended).rejects.toBeInstanceOf(SandboxError);
  const disk = supervise(sleeper(), { ...bounds, freeDiskMiB: 1e9 });
  await expect(disk.ended).rejects.toThrow(/is full, and not by what the job wrote/);
});

test('what the job holds beyond its own is the job’s, whatever the machine lacks', async () => {
  const both = { ...bounds, memoryMiB: 0, freeMemoryMiB: 1e9, freeDiskMiB: 1e9 };
  expect(await supervise(sleeper(), both).ended).toEqual({ by: 'memory' });
});
