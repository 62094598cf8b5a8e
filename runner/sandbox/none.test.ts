import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noSandbox } from './none.ts';
import { findPython } from './python.ts';
import type { Child } from './sandbox.ts';

// No sandbox covers little; what its header says is tried here.
let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'descent-test-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

async function start(code: string): Promise<Child> {
  const python = findPython(join(import.meta.dirname, '..', '..'), process.env);
  const child = await noSandbox(python, process.env).start({
    args: ['-c', code],
    readable: [],
    scratch,
    device: 'cpu',
    memoryMiB: 512,
    fileBytes: 1024 ** 2,
    cpuSeconds: 20,
  });
  child.answers.resume();
  return child;
}

test('killed at the clock, its children end with it', async () => {
  // One write each: two processes that print at once mix their lines.
  const child = await start(
    'import os, time; os.fork(); os.write(1, b"%d\\n" % os.getpid()); time.sleep(600)',
  );
  child.log[1]!.resume();
  let said = '';
  child.log[0]!.on('data', (chunk) => {
    said += chunk;
    if (said.trim().split('\n').length === 2) child.kill();
  });
  expect((await child.exit).status).toBe(137);
  for (const pid of said.trim().split('\n')) await expect.poll(() => stateOf(pid)).toMatch(/^Z?$/);
});

test('a file and a process have their limits', async () => {
  const child = await start(`
import os
try: open(os.environ['HOME'] + '/big', 'wb').write(bytes(2**21))
except OSError as error: print(error.errno)
try: bytearray(600 * 2**20)
except MemoryError: print('memory')`);
  const [said] = await Promise.all([text(child.log[0]!), text(child.log[1]!), child.exit]);
  expect(said).toBe('27\nmemory\n');
});

test('it is given its own environment, not the caller’s', async () => {
  process.env.DESCENT_TEST_SECRET = 'token-123';
  const child = await start("import os; print(sorted(os.environ), os.environ['HOME'])");
  const [said] = await Promise.all([text(child.log[0]!), text(child.log[1]!), child.exit]);
  delete process.env.DESCENT_TEST_SECRET;
  expect(said).not.toContain('DESCENT_TEST_SECRET');
  expect(said).toContain(scratch);
});

/** Of a process: Z when it ended and its parent has not read how, nothing when it is gone. */
function stateOf(pid: string): string {
  const said = execFileSync('bash', ['-c', 'grep -s ^State: "/proc/$0/status" || true', pid], {
    encoding: 'utf8',
  });
  return /^State:\s+(\w)/.exec(said)?.[1] ?? '';
}
