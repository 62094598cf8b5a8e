import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../core/formats/report.ts';
import { gitBlob } from '../core/git-blob.ts';
import { thisHost } from './host.ts';
import { measure } from './run.ts';
import { zooJob } from './zoo/zoo.ts';

// One job leaves a mark wherever it can write, in training and in both scoring passes; the next one looks for it.
const repository = join(import.meta.dirname, '..');
const mark = `descent${process.pid}mark`;

let temporary: string;
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'descent-test-'));
  chmodSync(temporary, 0o711);
});
afterAll(() => rmSync(temporary, { recursive: true }));

function run(mode: 'leave' | 'look'): Promise<Report> {
  const text = readFileSync(join(repository, 'testing/programs/between_jobs.py'), 'utf8');
  const trainPy = Buffer.from(`MODE, MARK = "${mode}", "${mark}"\n${text}`);
  const job = zooJob({ blob: gitBlob(trainPy), validationTokens: 16 * 256, probes: 8, budgetSeconds: 30 });
  const host = { ...thisHost(process.env), temporary };
  return measure(job, { trainPy, repository, sandbox: 'bubblewrap', host });
}

test('nothing of one job is there for the next, nor of one pass for the other', {
  timeout: 180_000,
}, async () => {
  const first = await run('leave');
  expect(first.outcome).toBe('scored');
  // Files in several places, shared memory, semaphore, queue, socket and process: what the search finds when it is there.
  expect(first.metrics.found).toBeGreaterThanOrEqual(8);

  expect(readdirSync(temporary)).toEqual([]);
  expect(marked()).toBe('');

  const second = await run('look');
  expect({ log: second.log, outcome: second.outcome }).toEqual({ log: '', outcome: 'scored' });
  expect(second.metrics.found).toBe(0);
});

/** What of the mark is on the machine itself: names of processes, files where all may write, System V objects. */
function marked(): string {
  const places = '/tmp /var/tmp /dev/shm /run';
  const script = `
    grep -ls "^${mark.slice(0, 15)}" /proc/[0-9]*/comm
    find ${places} -maxdepth 3 -name '*${mark}*' 2>/dev/null
    ipcs -a 2>/dev/null | grep -i 0x44455343
    true`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' });
}
