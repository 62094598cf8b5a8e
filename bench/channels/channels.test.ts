import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { thisHost } from '../../runner/host.ts';
import { bitsOf, bpbOf, errorsOf } from './bits.ts';
import { MEANS } from './means.ts';
import { openChannels } from './measure.ts';

const COUNT = 300;
const repository = join(import.meta.dirname, '..', '..');
const host = thisHost(process.env);
let open: string;

/** A checkout whose sandbox neither filters calls nor levels files. */
beforeAll(() => {
  open = mkdtempSync(join(tmpdir(), 'descent-test-'));
  mkdirSync(join(open, 'runner'));
  cpSync(join(repository, 'runner', 'sandbox'), join(open, 'runner', 'sandbox'), { recursive: true });
  symlinkSync(join(repository, 'train'), join(open, 'train'));
  const sandbox = (name: string) => join(open, 'runner', 'sandbox', name);
  writeFileSync(sandbox('level.py'), 'import sys\nsys.stdin.read()\n');
  writeFileSync(sandbox('system-calls.json'), JSON.stringify({ socketFamilies: [1, 2, 10], rules: [] }));
});
afterAll(() => rmSync(open, { recursive: true }));

// Names are forgotten where the referee is root: an ordinary user's machine keeps this channel (docs/security.md).
const CLOSED = ['pages-asked', 'pages-faults', ...(process.getuid?.() === 0 ? ['names-time'] : [])];
test.each(CLOSED)(
  '%s: a note arrives without the defence, and not with it',
  {
    timeout: 180_000,
  },
  async (id) => {
    const means = MEANS.find((one) => one.id === id)!;
    const send = async (checkout: string) => {
      const channels = await openChannels(checkout, host);
      return channels.send(means, COUNT).finally(channels.close);
    };
    expect(bitsOf(await send(open))).toBeGreaterThan(0.5 * COUNT);
    expect(bitsOf(await send(repository))).toBe(0);
  },
);

test('what arrives is counted after errors, and chance counts nothing', () => {
  const sent = Array.from({ length: 1000 }, (_, index) => index % 2);
  const wrong = (share: number) => sent.map((bit, index) => (index % 1000 < share * 1000 ? 1 - bit : bit));
  expect(errorsOf({ sent, read: wrong(0.11) })).toBeCloseTo(0.11);
  expect(bitsOf({ sent, read: wrong(0.11) })).toBeCloseTo(500, 0);
  expect(bitsOf({ sent, read: sent })).toBe(1000);
  expect(bitsOf({ sent, read: wrong(0.46) })).toBe(0);
  expect(bitsOf({ sent, read: null })).toBe(0);
  expect(bpbOf(1000, 70e6)).toBeCloseTo(1.43e-5);
});
