import type { Job } from '../contract/job.ts';
import type { Report } from '../contract/report.ts';
import { type Dataset, DatasetError } from '../dataset.ts';
import type { WorkFolder } from '../folder.ts';
import type { LogTail } from '../log-tail.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type Supervision, supervise } from '../supervise.ts';
import { bitsPerByte, type Loss } from './bits.ts';
import { scoreClaims } from './claims.ts';
import type { ClaimsFile } from './claims-file.ts';
import { drawProbes } from './draw-probes.ts';
import { refuseMemorised } from './memorised.ts';
import { ModelServer } from './model-server.ts';
import { askProbes } from './probes.ts';
import { openReference, referenceLosses } from './reference.ts';

/** Tokens times vocabulary answered at once: a gibibyte of float32 logits. */
const BATCH_LOGITS = 2 ** 28;
const BATCH_ROWS = 64;
const SCRATCH_FILE_BYTES = 1024 ** 3;

export type ScoringStage = 'claims' | 'heldout' | 'probes';

/** What it takes to serve a model. */
interface ServingPart {
  job: Job;
  sandbox: Sandbox;
  folder: WorkFolder;
  dataset: Dataset;
  harness: string;
  trainPy: string;
  /** The closed weights, where sandboxes may read them. */
  weights: string;
  log: LogTail;
  signal: AbortSignal | undefined;
}

export interface Scoring extends ServingPart {
  cache: string;
  /** Keeps what the first pass claims for the second. */
  claims: ClaimsFile;
  random: () => number;
  onProgress: (stage: ScoringStage, done: number, of: number) => void;
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

/** First pass: what the model claims for every target, and for the held-out text when the stage asks for it. */
export async function claimsPass(scoring: Scoring): Promise<{ loss: Loss; heldoutBpb: number | null }> {
  const { job, dataset, claims, cache } = scoring;
  const rows = rowsToScore(job, dataset);
  const batch = batchRows(dataset);
  return serving(scoring, 'claims', async (server, supervision) => {
    const onProgress = (done: number) => scoring.onProgress('claims', done, rows);
    const loss = await scoreClaims(server, {
      dataset,
      part: 'validation',
      rows,
      batch,
      keep: claims,
      onProgress,
    });
    if (job.stage !== 'confirm' && job.stage !== 'baseline') return { loss, heldoutBpb: null };
    supervision.restartClock(job.scoringSeconds);
    const heldout = await scoreClaims(server, {
      dataset,
      part: 'heldout',
      rows: Math.min(rows, dataset.rowCount.heldout),
      batch,
      keep: null,
      onProgress: (done) => scoring.onProgress('heldout', done, rows),
    });
    const heldoutBpb = bitsPerByte(heldout);
    const incumbent = await referenceLosses(cache, job, dataset, rows);
    if (incumbent) refuseMemorised({ valBpb: bitsPerByte(loss), heldoutBpb }, incumbent);
    return { loss, heldoutBpb };
  });
}

/** Second pass: a fresh sandbox is asked, without the text that follows, about positions drawn now. Null: the job has none. */
export async function probesPass(scoring: Scoring, loss: Loss): Promise<Report['probes']> {
  const { job, dataset, claims, cache, random } = scoring;
  if (job.probes === 0) return null;
  const rows = rowsToScore(job, dataset);
  const [validation, reserve] = await Promise.all([
    dataset.openRows('validation'),
    dataset.openRows('reserve'),
  ]);
  // The claims are another machine's, and its reference is not at hand: chance alone asks.
  const reference = job.stage === 'rescore' ? null : await openReference(cache, job, dataset, rows);
  try {
    const probes = await drawProbes({
      dataset,
      validation,
      rows,
      count: job.probes,
      claims,
      reference,
      random,
    });
    const judgement = await serving(scoring, 'probes', (server) =>
      askProbes(server, {
        dataset,
        validation,
        reserve,
        claims,
        probes,
        batch: batchRows(dataset),
        random,
        onProgress: (done) => scoring.onProgress('probes', done, probes.length),
      }),
    );
    // Taken to hold for every target: what the mean claims too much is no gain.
    const penaltyBpb = bitsPerByte({
      nats: Math.max(0, judgement.meanExcessNats) * loss.targets,
      bytes: loss.bytes,
    });
    return { ...judgement, guided: reference !== null, penaltyBpb };
  } finally {
    await Promise.all([validation.close(), reserve.close(), reference?.close()]);
  }
}

/** Loads the model in a fresh sandbox without any data, talks to it, and sees it end. */
export async function serving<T>(
  scoring: ServingPart,
  stage: `claims${string}` | `probes${string}`,
  talk: (server: ModelServer, supervision: Supervision) => Promise<T>,
): Promise<T> {
  const { job, dataset, harness, trainPy, weights } = scoring;
  const scratch = await scoring.folder.scratch(stage);
  const child = await scoring.sandbox.start({
    args: [harness, 'serve'],
    readable: [harness, trainPy, weights],
    scratch,
    device: job.device,
    memoryMiB: job.memoryMiB,
    fileBytes: SCRATCH_FILE_BYTES,
    threads: job.threads,
    cpuSeconds: (2 * job.scoringSeconds + 10) * (job.threads ?? 256),
  });
  const { signal } = scoring;
  const supervision = supervise(child, {
    seconds: job.scoringSeconds,
    memoryMiB: job.memoryMiB,
    scratch,
    signal,
  });
  scoring.log.follow(child.log);
  const server = new ModelServer(
    child,
    supervision,
    stage.startsWith('claims') ? 'claims pass' : 'probes pass',
  );
  try {
    await server.ready({
      train_py: trainPy,
      weights,
      vocab_size: dataset.vocabSize,
      sequence_length: dataset.sequenceLength,
      seed: job.seed,
      device: job.device,
      threads: job.threads,
    });
    const answer = await talk(server, supervision);
    await server.close();
    return answer;
  } finally {
    // The card and the memory are free before the next sandbox starts.
    supervision.stop();
    await supervision.ended.catch(() => undefined); // said above, or the run was aborted
    signal?.throwIfAborted();
  }
}

/** Rows asked at once, in both passes. */
export function batchRows({ sequenceLength, vocabSize }: Dataset): number {
  return Math.max(1, Math.min(BATCH_ROWS, Math.floor(BATCH_LOGITS / (sequenceLength * vocabSize))));
}
