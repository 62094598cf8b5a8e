import { copyFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Job } from '../../core/formats/job.ts';
import type { Dataset } from '../dataset.ts';
import { type ClaimsFile, openClaimsFile } from './claims/claims-file.ts';
import type { TwoLosses } from './memorised.ts';
import type { Pace } from './pace.ts';

/**
 * The incumbents' claims, kept on this machine outside every sandbox. They guide the probes of challengers.
 * Beside them, where the run had a held-out loss, what the incumbent scored on both texts and how long it took.
 */

const lossesSchema = z.strictObject({
  valBpb: z.number(),
  heldoutBpb: z.number(),
  pace: z.strictObject({ loadSeconds: z.number(), rowSeconds: z.number() }).nullable().default(null),
});

/** Files kept, the least lately used dropped first; at 20 million tokens each has 80 MB. */
const KEPT = 12;

/** Keeps a scored run's claims when it measured an incumbent, or, confirming, what may be the next one. */
export async function keepReference(
  cache: string,
  job: Job,
  dataset: Dataset,
  rows: number,
  claims: ClaimsFile,
  { valBpb, heldoutBpb, pace }: { valBpb: number; heldoutBpb: number | null; pace: Pace | null },
): Promise<void> {
  if (job.stage === 'rescore') return; // they are another machine's
  if (job.stage === 'explore' && job.blob !== job.incumbent) return;
  const folder = join(cache, 'reference');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = referencePath(cache, job.blob, dataset, rows);
  const fresh = `${path}.${job.nonce}.part`;
  await copyFile(claims.path, fresh);
  await rename(fresh, path); // whole or not at all, also when two runs end at once
  if (heldoutBpb !== null) {
    await writeFile(fresh, JSON.stringify({ valBpb, heldoutBpb, pace }), { mode: 0o600 });
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
  const path = referencePath(cache, job.incumbent, dataset, rows);
  const found = await openClaimsFile(path, dataset.sequenceLength, rows);
  if (found) await utimes(path, new Date(), new Date()).catch(unlessMissing);
  return found;
}

/** What the job's incumbent scored on both texts, and how fast; null when this machine has not measured it so. */
export async function referenceLosses(
  cache: string,
  job: Job,
  dataset: Dataset,
  rows: number,
): Promise<(TwoLosses & { pace: Pace | null }) | null> {
  if (job.incumbent === null) return null;
  const path = lossesPath(referencePath(cache, job.incumbent, dataset, rows));
  const text = await readFile(path, 'utf8').catch(unlessMissing);
  return text === undefined ? null : lossesSchema.parse(JSON.parse(text));
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function lossesPath(claims: string): string {
  return claims.replace(/f32$/, 'json');
}

function referencePath(cache: string, blob: string, dataset: Dataset, rows: number): string {
  return join(cache, 'reference', `${dataset.name}-${dataset.digest.slice(0, 12)}-${rows}-${blob}.f32`);
}

async function dropOldest(folder: string): Promise<void> {
  // Another run on this machine may end at the same moment: what vanishes meanwhile is not ours to drop.
  const files = (await readdir(folder))
    .filter((name) => name.endsWith('.f32'))
    .map((name) => join(folder, name));
  const ageOf = async (file: string) => ({ file, at: (await stat(file).catch(unlessMissing))?.mtimeMs ?? 0 });
  const aged = await Promise.all(files.map(ageOf));
  aged.sort((a, b) => b.at - a.at);
  const old = aged.slice(KEPT).flatMap(({ file }) => [file, lossesPath(file)]);
  await Promise.all(old.map((file) => rm(file, { force: true })));
}
