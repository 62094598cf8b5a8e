import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { closeWeights } from './weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'descent-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const LIMIT = 10_000_000;
let count = 0;
const path = () => join(folder, `weights-${count++}`);

describe('the weights a stranger leaves', () => {
  test('a regular file is copied, read-only, and its digest is that of the copy', async () => {
    const from = path();
    const content = Buffer.alloc(9_000_000, 'weights');
    writeFileSync(from, content);
    const closed = await closeWeights(from, path(), LIMIT);
    writeFileSync(from, 'changed afterwards');
    expect(readFileSync(closed.path).equals(content)).toBe(true);
    expect(closed.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(closed.bytes).toBe(9_000_000);
    expect(statSync(closed.path).mode & 0o777).toBe(0o444);
  });

  test.each<[string, (from: string) => void, RegExp]>([
    ['nothing', () => undefined, /without writing/],
    ['a symbolic link to a readable file', (from) => symlinkSync('/etc/hostname', from), /symbolic link/],
    ['a named pipe without a writer', (from) => void execFileSync('mkfifo', [from]), /named pipe/],
    ['a folder', (from) => mkdirSync(from), /folder/],
    [
      'a socket',
      (from) =>
        void execFileSync('python3', ['-c', `import socket; socket.socket(socket.AF_UNIX).bind('${from}')`]),
      /regular file/,
    ],
    ['an empty file', (from) => writeFileSync(from, ''), /empty/],
    [
      '50 GB of nothing',
      (from) => {
        writeFileSync(from, '');
        truncateSync(from, 50 * 1024 ** 3);
      },
      /at most 10000000 are allowed/,
    ],
  ])('%s is refused', async (_, leave, reason) => {
    const from = path();
    leave(from);
    await expect(closeWeights(from, path(), LIMIT)).rejects.toThrow(reason);
  });
});
