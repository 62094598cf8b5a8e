import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { fakeMachine } from '../testing/fake-machine.ts';
import { startedBy } from './started-by.ts';

test('a grandchild is ours, this process is its own, and init is not', async () => {
  const child = spawn('/bin/sh', ['-c', '/bin/sleep 30 & echo $!; wait'], { detached: true });
  onTestFinished(() => void process.kill(-child.pid!, 'SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  expect(startedBy(process.pid, Number(line))).toBe(true);
  expect(startedBy(process.pid, process.pid)).toBe(true);
  expect(startedBy(process.pid, 1)).toBe(false);
});

test('a name with brackets hides nothing, and what is gone or goes round in circles is not ours', async () => {
  await using machine = await fakeMachine({
    files: {
      '7/stat': '7 (a) S 1 (b) S 5 7 7 0',
      '5/stat': '5 (sh) S 1 1',
      '8/stat': '8 (x) S 9 1',
      '9/stat': '9 (y) S 8 1',
    },
  });
  expect(startedBy(5, 7, machine.root)).toBe(true);
  expect(startedBy(5, 8, machine.root)).toBe(false);
  expect(startedBy(5, 4444, machine.root)).toBe(false);
});
