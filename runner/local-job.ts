import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Job, jobSchema } from '../core/formats/job.ts';
import { gitBlob } from '../core/git-blob.ts';

/** What is wrong with how a local run was asked for, and how to mend it. */
export class UsageError extends Error {
  override name = 'UsageError';
}

const CONFIG = '.github/descent.yml';

// What a run needs of a track, by jobSchema's own rules; the rest of the file is the bot's and is checked there.
const shape = jobSchema.shape;
const trackSchema = z.object({
  dataset: shape.dataset,
  device: shape.device,
  'budget-seconds': shape.budgetSeconds,
  'scoring-seconds': shape.scoringSeconds,
  'validation-tokens': shape.validationTokens,
  probes: shape.probes,
  threads: shape.threads,
  'memory-mib': shape.memoryMiB,
  'weights-mib': shape.weightsMiB,
  'load-seconds': shape.loadSeconds,
  python: shape.python,
});
const configSchema = z.object({ primary: z.string(), tracks: z.record(z.string(), trackSchema) });

export interface LocalChoice {
  /** Null: the primary track. */
  track: string | null;
  budgetSeconds: number | null;
  seed: number | null;
  device: string | null;
}

/** The job the bot would send for this file on a track of the checkout's configuration. */
export async function localJob(repository: string, trainPy: Uint8Array, choice: LocalChoice): Promise<Job> {
  const config = await readConfig(repository);
  const name = choice.track ?? config.primary;
  const track = Object.hasOwn(config.tracks, name) ? config.tracks[name] : undefined;
  if (!track) {
    throw new UsageError(
      `--track is ${name}: must be one of ${Object.keys(config.tracks).join(', ')} (${CONFIG}).`,
    );
  }
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
    dataset: track.dataset,
    device: choice.device ?? track.device,
    budgetSeconds: choice.budgetSeconds ?? track['budget-seconds'],
    scoringSeconds: track['scoring-seconds'],
    validationTokens: track['validation-tokens'],
    probes: track.probes,
    threads: track.threads,
    memoryMiB: track['memory-mib'],
    weightsMiB: track['weights-mib'],
    loadSeconds: track['load-seconds'],
    ...(track.python !== undefined && { python: track.python }),
  });
  if (job.success) return job.data;
  throw new UsageError(`This run cannot be asked for: ${z.prettifyError(job.error)}`);
}

async function readConfig(repository: string): Promise<z.infer<typeof configSchema>> {
  const text = await readFile(join(repository, CONFIG), 'utf8').catch((error: Error) => {
    throw new UsageError(`${CONFIG} cannot be read: ${error.message}. Run inside a clone of the repository.`);
  });
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new UsageError(`${CONFIG} is not YAML: ${(error as Error).message}`);
  }
  const config = configSchema.safeParse(content);
  if (config.success) return config.data;
  throw new UsageError(`${CONFIG}: ${z.prettifyError(config.error)}`);
}
