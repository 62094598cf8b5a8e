import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runProcess } from './process.ts';

const env = { PATH: process.env.PATH ?? '' };
const bash = (script: string) => ({ file: 'bash', args: ['-c', script], cwd: '/', env });

async function run(script: string, signal = new AbortController().signal) {
  const lines: string[] = [];
  const status = await runProcess(bash(script), signal, (line) => lines.push(line));
  return { status, lines };
}

/** False also for a process that has ended and waits for its parent. */
async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

test('a step’s two streams come line by line, its status as it was', async () => {
  const { status, lines } = await run('echo one; echo two >&2; printf three; exit 3');
  expect(status).toBe(3);
  expect(lines.sort()).toEqual(['one', 'three', 'two']);
});

test('a program that does not exist is an error with its name', async () => {
  const missing = { file: 'no-such-program', args: [], cwd: '/', env };
  await expect(runProcess(missing, new AbortController().signal, () => {})).rejects.toThrow(
    'no-such-program',
  );
});

test('a cancelled step may end on its own', async () => {
  const cancel = new AbortController();
  const lines: string[] = [];
  const step = bash('trap "echo cleaned; exit 7" INT; echo ready; while :; do sleep 0.05; done');
  const status = await runProcess(step, cancel.signal, (line) => {
    lines.push(line);
    if (line === 'ready') cancel.abort();
  });
  expect(status).toBe(7);
  expect(lines).toEqual(['ready', 'cleaned']);
});

test.skipIf(process.platform !== 'linux')('what a step left in the background ends with it', async () => {
  const { status, lines } = await run('sleep 300 & echo $!');
  expect(status).toBe(0);
  await expect.poll(() => runs(Number(lines[0]))).toBe(false);
});

test('an endless line costs no memory', async () => {
  const { lines } = await run('head -c 3000000 /dev/zero | tr "\\0" x');
  expect(lines.map((line) => line.length)).toEqual([64 * 1024]);
});
