import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

test('page tables count, of memory that was only ever read', async () => {
  const read = [
    'import mmap, time',
    'room = mmap.mmap(-1, 2**36, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)', // MAP_NORESERVE
    'room.madvise(mmap.MADV_NOHUGEPAGE)',
    'seen = [room[at] for at in range(0, 2**36, 2**21)]', // a table of 4 KiB each, and no page of its own
    'time.sleep(60)',
  ].join('\n');
  const reader = spawn('python3', ['-c', read], { stdio: 'ignore' });
  try {
    expect(await breach(reader.pid!, { memoryMiB: 100, scratch: tmpdir() })).toBe('memory');
  } finally {
    reader.kill('SIGKILL');
  }
});

const freeMiB = () => {
  const [blocks, size] = ['%a', '%S'].map((what) =>
    Number(execFileSync('stat', ['-f', '-c', what, tmpdir()])),
  );
  return Math.floor((blocks! * size!) / 2 ** 20);
};

const big = Buffer.alloc(400 * 2 ** 20);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-test-'));
  mkdirSync(join(folder, 'scratch'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a disk that the program fills ends it before the owner’s machine stands still', async () => {
  const scratch = join(folder, 'scratch');
  const ended = breach(null, { memoryMiB: 1e9, scratch, freeDiskMiB: freeMiB() - 200 });
  writeFileSync(join(scratch, 'big'), big);
  expect(await ended).toBe('disk');
});

test('a disk that others fill, or filled before, is the machine’s fault', async () => {
  const scratch = join(folder, 'scratch');
  const ended = breach(null, { memoryMiB: 1e9, scratch, freeDiskMiB: freeMiB() - 200 });
  writeFileSync(join(folder, 'big'), big);
  writeFileSync(join(scratch, 'weights'), big.subarray(0, 2 ** 20));
  expect(await ended).toBe('machine-disk');
  expect(await breach(null, { memoryMiB: 1e9, scratch, freeDiskMiB: 1e9 })).toBe('machine-disk');
});

test('a machine whose memory runs out ends the program and blames it for its own part alone', async () => {
  const bounds = { memoryMiB: 1e9, scratch: tmpdir(), freeMemoryMiB: 1e9 }; // more than there is
  expect(await breach(process.pid, bounds)).toBe('machine-memory');
  expect(await breach(process.pid, { ...bounds, memoryMiB: 1 })).toBe('memory');
});
