import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CONFIG_PATH, type Config, jobSettings, parseConfig } from '../core/formats/config.ts';
import { type Job, jobSchema } from '../core/formats/job.ts';
import { gitBlob } from '../core/git-blob.ts';
import { own } from '../core/names.ts';

/** What is wrong with the options of a local run, and how to fix it. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export interface LocalChoice {
  /** Null: the primary track. */
  track: string | null;
  budgetSeconds: number | null;
  seed: number | null;
  device: string | null;
}

/** The job that the bot would dispatch for this file on a track of the checkout's configuration. */
export async function localJob(repository: string, trainPy: Uint8Array, choice: LocalChoice): Promise<Job> {
  const config = await readConfig(repository);
  const name = choice.track ?? config.primary;
  const track = own(config.tracks, name);
  if (!track) {
    throw new UsageError(
      `--track is ${name}: must be one of ${Object.keys(config.tracks).join(', ')} (${CONFIG_PATH}).`,
    );
  }
  const settings = jobSettings(track);
  const job = jobSchema.safeParse({
    schema: 1,
    nonce: randomBytes(16).toString('hex'),
    repository: 'local/local',
    pull: null,
    head: '0'.repeat(40),
    blob: gitBlob(trainPy),
    incumbent: null,
    stage: 'explore',
    ordinal: 1,
    seed: choice.seed ?? randomBytes(4).readUInt32LE() >>> 1,
    track: name,
    ...settings,
    device: choice.device ?? settings.device,
    // On another device than the track's, the loss compares with nothing in any case.
    hardware: (choice.device ?? settings.device) === settings.device ? settings.hardware : undefined,
    budgetSeconds: choice.budgetSeconds ?? settings.budgetSeconds,
  });
  if (job.success) return job.data;
  throw new UsageError(`This run cannot start: ${z.prettifyError(job.error)}`);
}

async function readConfig(repository: string): Promise<Config> {
  const text = await readFile(join(repository, CONFIG_PATH), 'utf8').catch((error: Error) => {
    throw new UsageError(
      `${CONFIG_PATH} cannot be read: ${error.message}. Run inside a clone of the repository.`,
    );
  });
  const config = parseConfig(text);
  if (config.ok) return config.value;
  throw new UsageError(`${CONFIG_PATH}: ${config.problems.join('; ')}`);
}
