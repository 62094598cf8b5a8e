import { execFileSync, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { watch } from './watchdog.ts';

const breach = (
  firstProcess: number | null,
  bounds: { memoryMiB: number; scratch: string; freeDiskMiB?: number; freeMemoryMiB?: number },
) =>
  new Promise<string>((resolve) => {
    watch(() => firstProcess, bounds, resolve);
  });

test('children’s memory counts with their parent’s', async () => {
  const hold = 'const held = Buffer.alloc(60 * 2 ** 20, 1); setTimeout(() => held, 60_000)';
  const script = `for n in 1 2 3; do "$0" -e '${hold}' & done; wait`;
  const family = spawn('bash', ['-c', script, process.execPath], { detached: true, stdio: 'ignore' });
  try {
    expect(await breach(family.pid!, { memoryMiB: 150, scratch: tmpdir() })).toBe('memory');
  } finally {
    process.kill(-family.pid!, 'SIGKILL');
  }
});

test('a disk that runs full ends the program before the owner’s machine stands still', async () => {
  const free =
    Number(execFileSync('stat', ['-f', '-c', '%a', tmpdir()])) *
    Number(execFileSync('stat', ['-f', '-c', '%S', tmpdir()]));
  const more = Math.ceil(free / 2 ** 20) + 1024; // than there is: to the watchdog this disk is full
  expect(await breach(null, { memoryMiB: 1e9, scratch: tmpdir(), freeDiskMiB: more })).toBe('disk');
});

test('a machine whose memory runs out ends the program, whoever holds it and however', async () => {
  const bounds = { memoryMiB: 1e9, scratch: tmpdir(), freeMemoryMiB: 1e9 }; // more than there is
  expect(await breach(process.pid, bounds)).toBe('memory');
});
