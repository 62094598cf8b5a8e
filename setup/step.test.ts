import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { withLock } from './step.mjs';

const STEP = createRequire(import.meta.url).resolve('./step.mjs');

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'descent-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'lock');
}

/** A process that says `held` when it has the lock, and keeps it until it is killed. */
function holder(lock: string) {
  const code = `const { withLock } = await import(${JSON.stringify(STEP)});
await withLock(${JSON.stringify(lock)}, async () => { console.log('held'); await new Promise((done) => setTimeout(done, 60_000)); });`;
  const child = execa(process.execPath, ['--input-type=module', '-e', code], { reject: false });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await child;
  });
  return child;
}

it('a lock is waited for while its process lives, and taken over when that was killed', async () => {
  const lock = place();
  const first = holder(lock);
  await once(first.stdout, 'data');
  const second = holder(lock);
  expect(String(await once(second.stderr, 'data'))).toContain('waiting for another process');
  first.kill('SIGKILL');
  expect(String(await once(second.stdout, 'data'))).toBe('held\n');
});

it.runIf(process.platform === 'linux')(
  'the number of a process that was killed may be another one now, in a container its successor',
  async () => {
    const lock = place();
    const killed = holder(lock);
    await once(killed.stdout, 'data');
    const left = readFileSync(join(lock, 'pid'), 'utf8');
    killed.kill('SIGKILL');
    await killed;
    expect(left).toContain(String(killed.pid));
    mkdirSync(lock, { recursive: true });
    writeFileSync(join(lock, 'pid'), left.replace(String(killed.pid), String(process.pid)));
    let done = 0;
    await withLock(lock, async () => {
      done += 1;
    });
    expect(done).toBe(1);
  },
);
