import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../contract/job.ts';
import type { Dataset } from '../dataset.ts';
import { type ClaimsFile, openClaimsFile } from './claims-file.ts';

/** The incumbents' claims, kept on this machine outside every sandbox: they guide the probes of whoever challenges them. */

/** Files kept; at 20 million tokens each has 80 MB. */
const KEPT = 8;

/** Keeps a scored run's claims when it measured an incumbent. */
export async function keepReference(
  cache: string,
  job: Job,
  dataset: Dataset,
  rows: number,
  claims: ClaimsFile,
): Promise<void> {
  if (job.stage !== 'baseline' && job.blob !== job.incumbent) return;
  const folder = join(cache, 'reference');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = referencePath(cache, job.blob, dataset, rows);
  const fresh = `${path}.${job.nonce}.part`;
  await copyFile(claims.path, fresh);
  await rename(fresh, path); // whole or not at all, also when two runs end at once
  await dropOldest(folder);
}

/** The claims of the job's incumbent; null when this machine has not measured it on the same rows. */
export async function openReference(
  cache: string,
  job: Job,
  dataset: Dataset,
  rows: number,
): Promise<ClaimsFile | null> {
  if (job.incumbent === null) return null;
  return openClaimsFile(referencePath(cache, job.incumbent, dataset, rows), dataset.sequenceLength, rows);
}

function referencePath(cache: string, blob: string, dataset: Dataset, rows: number): string {
  return join(cache, 'reference', `${dataset.name}-${dataset.digest.slice(0, 12)}-${rows}-${blob}.f32`);
}

async function dropOldest(folder: string): Promise<void> {
  const files = (await readdir(folder)).map((name) => join(folder, name));
  const aged = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })));
  aged.sort((a, b) => b.at - a.at);
  await Promise.all(aged.slice(KEPT).map(({ file }) => rm(file, { force: true })));
}
