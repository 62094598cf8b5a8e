import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Job } from '../../core/formats/job.ts';
import type { Dataset } from '../dataset.ts';
import { zooJob } from '../zoo/zoo.ts';
import { createClaimsFile } from './claims/claims-file.ts';
import { keepReference, openReference, referenceLosses } from './reference.ts';

const dataset = { name: 'words', digest: 'd'.repeat(64), sequenceLength: 2 } as Dataset;
const ROWS = 3;
const LOSSES = { valBpb: 2.2, heldoutBpb: 2.3, pace: { loadSeconds: 2, rowSeconds: 0.01 } };
const blob = (digit: string) => digit.repeat(40);

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'descent-test-'));
});
afterEach(() => rm(cache, { recursive: true }));

/** A scored run that claimed `claim` everywhere. */
async function keep(job: Job, claim: number, losses: Parameters<typeof keepReference>[5]) {
  const claims = await createClaimsFile(join(cache, `claims-${claim}`), 2);
  for (let row = 0; row < ROWS; row++) await claims.write(row, Float32Array.of(claim, claim));
  await keepReference(cache, job, dataset, ROWS, claims, losses);
  await claims.close();
}

const incumbent = zooJob({ stage: 'baseline', blob: blob('a'), incumbent: blob('a') });
const challenger = zooJob({ blob: blob('b'), incumbent: blob('a') });

test('the incumbent’s run is kept, and guides its challengers', async () => {
  await keep(incumbent, -1, LOSSES);
  const reference = await openReference(cache, challenger, dataset, ROWS);
  expect(await reference?.row(2)).toEqual(Float32Array.of(-1, -1));
  await reference?.close();
  expect(await referenceLosses(cache, challenger, dataset, ROWS)).toEqual(LOSSES);
  expect((await stat(join(cache, 'reference'))).mode & 0o777).toBe(0o700); // for the referee alone
});

test('a challenger’s own claims are not kept', async () => {
  await keep(challenger, -1, LOSSES);
  expect(await openReference(cache, challenger, dataset, ROWS)).toBeNull();
  expect(await referenceLosses(cache, challenger, dataset, ROWS)).toBeNull();
});

test('a confirming run is kept: merged, it is the incumbent whose reference the next challenger meets', async () => {
  await keep({ ...challenger, stage: 'confirm' }, -1, LOSSES);
  const next = zooJob({ blob: blob('c'), incumbent: challenger.blob });
  const reference = await openReference(cache, next, dataset, ROWS);
  expect(await reference?.row(0)).toEqual(Float32Array.of(-1, -1));
  await reference?.close();
});

test('runs that end at the same moment do not trip over each other', async () => {
  const jobs = Array.from({ length: 30 }, (_, n) =>
    zooJob({ stage: 'baseline', blob: n.toString(16).padStart(40, '0') }),
  );
  await Promise.all(jobs.map((job, n) => keep(job, -n - 1, LOSSES)));
  expect((await readdir(join(cache, 'reference'))).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('other rows, or another data set of the same name, are not compared', async () => {
  await keep(incumbent, -1, LOSSES);
  const other = { ...dataset, digest: 'e'.repeat(64) };
  expect(await openReference(cache, challenger, dataset, ROWS + 1)).toBeNull();
  expect(await openReference(cache, challenger, other, ROWS)).toBeNull();
  expect(await referenceLosses(cache, challenger, other, ROWS)).toBeNull();
});

test('the incumbent measured again without held-out text leaves the losses that are known', async () => {
  await keep(incumbent, -1, LOSSES);
  await keep({ ...incumbent, stage: 'explore' }, -2, { valBpb: 2, heldoutBpb: null, pace: null });
  expect(await referenceLosses(cache, challenger, dataset, ROWS)).toEqual(LOSSES);
});

test('twelve incumbents are remembered, the oldest are forgotten with their losses', async () => {
  for (let n = 0; n < 14; n++) {
    const id = blob(n.toString(16));
    await keep(zooJob({ stage: 'baseline', blob: id, incumbent: id }), -n - 1, LOSSES);
    for (const name of await readdir(join(cache, 'reference')))
      if (name.includes(id)) await utimes(join(cache, 'reference', name), 1000 + n, 1000 + n);
  }
  const names = await readdir(join(cache, 'reference'));
  expect(names.filter((name) => name.endsWith('.f32'))).toHaveLength(12);
  expect(names.filter((name) => name.endsWith('.json'))).toHaveLength(12);
  expect(names.join()).not.toContain(blob('0'));
  expect(names.join()).toContain(blob('d'));
});
