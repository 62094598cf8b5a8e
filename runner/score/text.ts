import { createHash } from 'node:crypto';
import { heldoutNonce, type Job } from '../../core/formats/job.ts';
import { type Dataset, DatasetError, type Rows } from '../dataset.ts';

/** What a run is scored on: the validation part decides, the held-out part shows whether it was known by heart. */
export type ScoredPart = 'validation' | 'heldout';

export interface ScoredRow {
  part: ScoredPart;
  row: number;
}

/** Whole rows of the data set that the job's tokens fill. */
export function rowsToScore(job: Job, dataset: Dataset): number {
  const rows = Math.floor(job.validationTokens / dataset.sequenceLength);
  const most = dataset.rowCount.validation;
  if (rows >= 1 && rows <= most) return rows;
  throw new DatasetError(
    `validation-tokens is ${job.validationTokens}: data set ${dataset.name} has rows of ${dataset.sequenceLength} tokens and ${most} of them, so give ${dataset.sequenceLength} to ${most * dataset.sequenceLength}.`,
  );
}

/**
 * The rows of one run in the order in which they are asked. Held-out rows are drawn again for each run and lie among the
 * others, so that their place does not show a model which text does not count.
 */
export function drawRows(job: Job, dataset: Dataset, random: () => number): ScoredRow[] {
  const count = rowsToScore(job, dataset);
  const rows = validationRows(count);
  rows.push(...heldoutRows(job, dataset).map((row): ScoredRow => ({ part: 'heldout', row })));
  return shuffle(rows, random);
}

/**
 * Held-out rows of a run, as many as of validation text where there are so many. Drawn from the nonce of its order: no one knew
 * it before, and a machine that scores the run again draws the same.
 */
export function heldoutRows(job: Job, dataset: Dataset): number[] {
  const nonce = heldoutNonce(job);
  if (nonce === undefined) return [];
  const all = shuffle([...Array(dataset.rowCount.heldout).keys()], uniformFrom(nonce));
  return all.slice(0, rowsToScore(job, dataset));
}

/** The same numbers in [0, 1) for the same nonce. */
function uniformFrom(nonce: string): () => number {
  let drawn = 0;
  return () => createHash('sha256').update(`held-out ${nonce} ${drawn++}`).digest().readUInt32BE(0) / 2 ** 32;
}

/** The first rows of validation text, in file order. */
export function validationRows(count: number): ScoredRow[] {
  return Array.from({ length: count }, (_, row) => ({ part: 'validation', row }));
}

/** Opens the text of both parts. */
export async function openText(dataset: Dataset): Promise<Record<ScoredPart, Rows>> {
  const [validation, heldout] = await Promise.all([
    dataset.openRows('validation'),
    dataset.openRows('heldout'),
  ]);
  return { validation, heldout };
}

export async function closeText({ validation, heldout }: Record<ScoredPart, Rows>): Promise<void> {
  await Promise.all([validation.close(), heldout.close()]);
}

/** In place, every order as likely as any other (Fisher and Yates). */
export function shuffle<T>(items: T[], random: () => number): T[] {
  for (let left = items.length; left > 1; left--) {
    const chosen = Math.floor(random() * left);
    [items[chosen], items[left - 1]] = [items[left - 1]!, items[chosen]!];
  }
  return items;
}
