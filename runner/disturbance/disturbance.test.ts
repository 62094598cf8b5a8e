import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Reason } from '../../core/formats/reason.ts';
import type { Seen } from '../../core/formats/seen.ts';
import { stranger } from '../../testing/stranger.ts';
import { UnscoredError } from '../outcome.ts';
import { processes, seesWholeMachine } from './processes.ts';
import { undisturbed } from './undisturbed.ts';
import type { Watched } from './watch.ts';

/** Real child processes, and a program called nvidia-smi that says what a test lets it say. */

let folder: string;
const ending: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-smi-'));
  writeFileSync(
    join(folder, 'nvidia-smi'),
    `#!/bin/sh
echo "$*" >> "${folder}/asked"
case "$*" in
  *clocks_event_reasons*) file=card ;;
  *clocks_throttle_reasons*) file=old-card ;;
  *compute-apps*) file=apps ;;
  *) exit 2 ;;
esac
[ -e "${folder}/hangs" ] && echo $$ >> "${folder}/hung" && exec sleep 300
[ -e "${folder}/$file" ] && exec cat "${folder}/$file"
echo 'Field "clocks" is not a valid field to query.'
exit 2
`,
  );
  chmodSync(join(folder, 'nvidia-smi'), 0o755);
  says(CARD);
  apps();
});
afterEach(() => {
  for (const end of ending.splice(0)) end();
  rmSync(folder, { recursive: true, maxRetries: 20, retryDelay: 50 }); // the last program may just begin
});

const ACTIVE = { idle: 0x1, cap: 0x4, hardware: 0x8, heat: 0x20, hotChip: 0x40, brake: 0x80 };
const hex = (bits: number) => `0x${bits.toString(16).padStart(16, '0')}`;
const CARD = `GPU-1, ${hex(ACTIVE.cap)}, 450.00, 0`;

/** A whole answer or none: the tool may be asked at any moment. */
function says(card: string, file = 'card'): void {
  writeFileSync(join(folder, `${file}.new`), `${card}\nGPU-2, ${hex(0xff)}, 100.00, 100\n`);
  renameSync(join(folder, `${file}.new`), join(folder, file));
}
function apps(...lines: string[]): void {
  writeFileSync(join(folder, 'apps.new'), lines.map((line) => `${line}\n`).join(''));
  renameSync(join(folder, 'apps.new'), join(folder, 'apps'));
}
const asked = () => readFileSync(join(folder, 'asked'), 'utf8').split('\n').length - 1;

/** Trains until so many more looks are over: one begins when the one before it is. */
async function looks(count: number): Promise<void> {
  const from = asked();
  const wanted = from + 2 * (count + 1);
  await expect.poll(asked, { timeout: 60_000, interval: 10 }).toBeGreaterThanOrEqual(wanted);
}

async function watched(
  work: () => Promise<unknown>,
  change: Partial<Watched> = {},
): Promise<{ seen: Seen; why: Reason | null }> {
  let seen: Seen | undefined;
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  const settings: Watched = {
    ...{ device: 'cuda', threads: null, sandbox: 'bubblewrap', isLent: true, everyMs: 20 },
    ...change,
    env: { ...env, ...change.env },
  };
  const why = await undisturbed(settings, (what) => (seen = what), work).then(
    () => null,
    (error) => {
      if (!(error instanceof UnscoredError)) throw error;
      expect(error.outcome).toBe('disturbed');
      return error.reason;
    },
  );
  return { seen: seen!, why };
}

describe('a card', () => {
  test('at full load under its cap of power is undisturbed', async () => {
    const { seen, why } = await watched(() => looks(4));
    expect(why).toBeNull();
    expect(seen).toMatchObject({ slowedShare: 0, powerWatts: { least: 450, most: 450 }, othersUse: 0 });
    expect(seen.samples).toBeGreaterThanOrEqual(3);
    expect(seen.othersProcessors).toBeNull();
  });

  test.each(['hardware', 'heat', 'hotChip', 'brake'] as const)('slowed by %s disturbs', async (bit) => {
    const { why } = await watched(async () => {
      await looks(1);
      says(`GPU-1, ${hex(ACTIVE.cap | ACTIVE[bit])}, 450.00, 0`);
      await looks(5);
    });
    expect(why).toMatchObject({ code: 'device-slowed', limit: 0.1 });
  });

  test('slowed for a moment does not', async () => {
    const { seen, why } = await watched(async () => {
      says(`GPU-1, ${hex(ACTIVE.heat)}, 450.00, 0`);
      await looks(1);
      says(CARD);
      await looks(50);
    });
    expect(seen.slowedShare).toBeGreaterThan(0);
    expect(why).toBeNull();
  });

  test('whose power limit is changed disturbs, even when it is changed back', async () => {
    const { why } = await watched(async () => {
      says(CARD.replace('450', '300'));
      await looks(2);
      says(CARD);
      await looks(1);
    });
    expect(why).toEqual({ code: 'power-limit-changed', least: 300, most: 450 });
  });

  test('that others use before the run begins: nothing starts', async () => {
    says(CARD.replace(/0$/, '60'));
    const { why } = await watched(() => expect.unreachable('it started'));
    expect(why).toEqual({ code: 'device-busy', share: 0.6 });
  });

  test.each([
    ['says nothing that is known', () => says('GPU-1, [N/A], [Not Supported], [N/A]')],
    ['says what cannot be', () => says('GPU-1, 0x, -5, 400\nGPU-1, 1e400, 9e99, NaN')],
    ['answers in another way', () => says('Unable to determine the device handle for GPU 0000:01:00.0')],
    ['fails', () => rmSync(join(folder, 'card'))],
    ['is not installed', () => rmSync(join(folder, 'nvidia-smi'))],
  ])('whose tool %s is not guessed about', async (_how, change) => {
    change();
    const { seen, why } = await watched(() => sleep(200));
    expect(why).toBeNull();
    expect(seen).toMatchObject({
      slowedShare: null,
      powerWatts: null,
      othersUse: null,
      othersProcessors: null,
    });
  });

  test('whose tool hangs neither holds the run up nor outlives it', async () => {
    const hung = () => {
      const file = join(folder, 'hung');
      return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number) : [];
    };
    // The work is over while the tool hangs: nothing here waits until it is given up.
    const { seen, why } = await watched(async () => {
      await looks(1);
      writeFileSync(join(folder, 'hangs'), '');
      await expect.poll(hung, { timeout: 60_000, interval: 10 }).not.toEqual([]);
    });
    expect(why).toBeNull();
    expect(seen.slowedShare).toBe(0);
    const living = () => hung().filter((pid) => processes().has(pid));
    await expect.poll(living, { timeout: 15_000 }).toEqual([]);
  });

  test('of an older driver is asked by the older name', async () => {
    rmSync(join(folder, 'card'));
    says(`GPU-1, ${hex(ACTIVE.brake)}, 450.00, 0`, 'old-card');
    const { why } = await watched(() => looks(10));
    expect(why).toMatchObject({ code: 'device-slowed', share: 1 });
  });
});

/** Whatever becomes of the work, it is over when the test is. */
function start(command: string, args: string[]): number {
  const child = spawn(command, args, { stdio: 'ignore' });
  ending.push(() => child.kill('SIGKILL'));
  return child.pid!;
}

describe('programs on the card', () => {
  const whole = seesWholeMachine();

  test('of the sandbox are its own, however many', async () => {
    const own = [0, 1, 2].map(() => start('sleep', ['60']));
    const { seen, why } = await watched(async () => {
      apps(...own.map((pid) => `GPU-1, ${pid}, 30000`));
      await looks(5);
    });
    expect(why).toBeNull();
    expect(seen).toMatchObject(whole ? { othersPrograms: 0, othersMemoryMiB: 0 } : { othersPrograms: null });
  });

  test('of others disturb, with their memory', { skip: !whole }, async () => {
    const [own, other] = [start('sleep', ['60']), await stranger(folder, 'sleep', '60')];
    ending.push(() => process.kill(other, 'SIGKILL'));
    const { seen, why } = await watched(async () => {
      apps(`GPU-1, ${own}, 30000`, `GPU-1, ${other}, 700`, `GPU-2, ${other}, 9000`);
      await looks(5);
    });
    expect(why).toEqual({ code: 'device-shared', programs: 1, memoryMiB: 700 });
    expect(seen.othersSamples).toBeGreaterThanOrEqual(2);
  });

  test('that were there before are others’, wherever we run', async () => {
    apps('GPU-1, 4000000, [N/A]');
    const { why } = await watched(() => looks(5), { sandbox: 'docker' });
    expect(why).toEqual({ code: 'device-shared', programs: 1, memoryMiB: 0 });
  });

  test('that came later are nobody’s where we cannot tell: the run stands, and the report says so', async () => {
    const { seen, why } = await watched(
      async () => {
        apps('GPU-1, 1, 700');
        await looks(5);
      },
      { sandbox: 'docker' },
    );
    expect(why).toBeNull();
    expect(seen).toMatchObject({ othersPrograms: null, othersMemoryMiB: null, othersSamples: null });
  });
});
