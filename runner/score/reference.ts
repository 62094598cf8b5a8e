import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Job } from '../contract/job.ts';
import type { Dataset } from '../dataset.ts';
import { type ClaimsFile, openClaimsFile } from './claims-file.ts';
import type { TwoLosses } from './memorised.ts';

/**
 * The incumbents' claims, kept on this machine outside every sandbox: they guide the probes of whoever challenges them.
 * Beside them, where the run had a held-out loss, what the incumbent scored on both texts.
 */

const lossesSchema = z.strictObject({ valBpb: z.number(), heldoutBpb: z.number() });

/** Files kept; at 20 million tokens each has 80 MB. */
const KEPT = 8;

/** Keeps a scored run's claims when it measured an incumbent. */
export async function keepReference(
  cache: string,
  job: Job,
  dataset: Dataset,
  rows: number,
  claims: ClaimsFile,
  { valBpb, heldoutBpb }: { valBpb: number; heldoutBpb: number | null },
): Promise<void> {
  if (job.stage !== 'baseline' && job.blob !== job.incumbent) return;
  const folder = join(cache, 'reference');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = referencePath(cache, job.blob, dataset, rows);
  const fresh = `${path}.${job.nonce}.part`;
  await copyFile(claims.path, fresh);
  await rename(fresh, path); // whole or not at all, also when two runs end at once
  if (heldoutBpb !== null) {
    await writeFile(fresh, JSON.stringify({ valBpb, heldoutBpb }), { mode: 0o600 });
    await rename(fresh, lossesPath(path));
  }
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

/** What the job's incumbent scored on both texts; null when this machine has not measured it so. */
export async function referenceLosses(
  cache: string,
  job: Job,
  dataset: Dataset,
  rows: number,
): Promise<TwoLosses | null> {
  if (job.incumbent === null) return null;
  const path = lossesPath(referencePath(cache, job.incumbent, dataset, rows));
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : lossesSchema.parse(JSON.parse(text));
}

function lossesPath(claims: string): string {
  return claims.replace(/f32$/, 'json');
}

function referencePath(cache: string, blob: string, dataset: Dataset, rows: number): string {
  return join(cache, 'reference', `${dataset.name}-${dataset.digest.slice(0, 12)}-${rows}-${blob}.f32`);
}

async function dropOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.json'));
  const files = names.map((name) => join(folder, name));
  const aged = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })));
  aged.sort((a, b) => b.at - a.at);
  const old = aged.slice(KEPT).flatMap(({ file }) => [file, lossesPath(file)]);
  await Promise.all(old.map((file) => rm(file, { force: true })));
}
