import type { Job } from '../../core/formats/job.ts';
import type { Report } from '../../core/formats/report.ts';
import type { Dataset } from '../dataset.ts';
import type { WorkFolder } from '../folder.ts';
import type { LogTail } from '../log-tail.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { supervise } from '../supervise.ts';
import { bitsPerByte, type Loss } from './bits.ts';
import { scoreClaims } from './claims/claims.ts';
import type { ClaimsFile } from './claims/claims-file.ts';
import { refuseMemorised } from './memorised.ts';
import { ModelServer } from './model-server.ts';
import { type Pace, type PaceLimits, paceLimits } from './pace.ts';
import { drawProbes } from './probes/draw-probes.ts';
import type { Judgement } from './probes/judge.ts';
import { askProbes } from './probes/probes.ts';
import { openReference, referenceLosses } from './reference.ts';
import { closeText, openText, rowsToScore, type ScoredPart, type ScoredRow } from './text.ts';

/** Tokens times vocabulary answered at once: a gibibyte of float32 logits. */
const BATCH_LOGITS = 2 ** 28;
const BATCH_ROWS = 64;
const SCRATCH_FILE_BYTES = 1024 ** 3;

export type ScoringStage = 'claims' | 'probes';

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
  /** Of time; null or none: `scoringSeconds` alone. */
  limits?: PaceLimits | null;
  signal: AbortSignal | undefined;
}

export interface Scoring extends ServingPart {
  cache: string;
  /** What is scored, in the order in which it is asked (text.ts). */
  rows: ScoredRow[];
  /** Keep what the first pass claims for the second. */
  claims: Record<ScoredPart, ClaimsFile>;
  random: () => number;
  onProgress: (stage: ScoringStage, done: number, of: number) => void;
}

/** What a run scored: the losses that the claims add up to, each raised by what the probes leave possible that it is too good by. */
export interface Score {
  valBpb: number;
  heldoutBpb: number | null;
  probes: Report['probes'];
}

/** First pass: what the model claims for every target. */
export async function claimsPass(
  scoring: Scoring,
): Promise<{ losses: Record<ScoredPart, Loss>; pace: Pace }> {
  const { dataset, rows, claims } = scoring;
  const limits = await limitsOf(scoring, rows.length);
  const onProgress = (done: number) => scoring.onProgress('claims', done, rows.length);
  return serving({ ...scoring, limits }, 'claims', async (server) => {
    const losses = await scoreClaims(server, {
      dataset,
      rows,
      batch: batchRows(dataset),
      keep: claims,
      onProgress,
    });
    return { losses, pace: server.pace() };
  });
}

async function limitsOf({ cache, job, dataset }: Scoring, rows: number): Promise<PaceLimits> {
  const incumbent = await referenceLosses(cache, job, dataset, rowsToScore(job, dataset));
  return paceLimits(job, incumbent?.pace ?? null, rows);
}

/**
 * Second pass: a fresh sandbox is asked, without the text that follows, about positions drawn now; then what both passes say is
 * put together. A job without probes is believed.
 * @throws UnscoredError when the claims are false, or the gain is one of validation text alone
 */
export async function probesPass(scoring: Scoring, losses: Record<ScoredPart, Loss>): Promise<Score> {
  const { job, dataset, cache } = scoring;
  const probed = job.probes === 0 ? null : await ask(scoring);
  const bpb = (part: ScoredPart) => {
    const { nats, bytes, targets } = losses[part];
    // Taken to hold for every target: what the claims may be too good by is no gain.
    return bitsPerByte({ nats: nats + (probed?.tooGoodNats[part] ?? 0) * targets, bytes });
  };
  const valBpb = bpb('validation');
  const heldoutBpb = losses.heldout.bytes === 0 ? null : bpb('heldout');
  const incumbent = await referenceLosses(cache, job, dataset, rowsToScore(job, dataset));
  if (incumbent && heldoutBpb !== null) refuseMemorised({ valBpb, heldoutBpb }, incumbent);
  if (!probed) return { valBpb, heldoutBpb, probes: null };
  const { tooGoodNats, ...outcome } = probed;
  return {
    valBpb,
    heldoutBpb,
    probes: {
      ...outcome,
      penaltyBpb: valBpb - bitsPerByte(losses.validation),
      ...(heldoutBpb !== null && { heldoutPenaltyBpb: heldoutBpb - bitsPerByte(losses.heldout) }),
    },
  };
}

async function ask(scoring: Scoring): Promise<Judgement & { guided: boolean }> {
  const { job, dataset, rows, claims, cache, random } = scoring;
  const [text, reserve] = await Promise.all([openText(dataset), dataset.openRows('reserve')]);
  // Claims that were handed over come from another machine, whose reference is not here: all probes are uniform.
  const reference =
    job.stage === 'rescore' ? null : await openReference(cache, job, dataset, rowsToScore(job, dataset));
  try {
    const { probes: count } = job;
    const probes = await drawProbes({
      dataset,
      text,
      rows,
      count,
      claims: claims.validation,
      reference,
      random,
    });
    const onProgress = (done: number) => scoring.onProgress('probes', done, probes.length);
    const batch = batchRows(dataset);
    const limits = await limitsOf(scoring, probes.length);
    const judgement = await serving({ ...scoring, limits }, 'probes', (server) =>
      askProbes(server, { dataset, text, reserve, claims, probes, batch, random, onProgress }),
    );
    return { ...judgement, guided: reference !== null };
  } finally {
    await Promise.all([closeText(text), reserve.close(), reference?.close()]);
  }
}

/** Loads the model in a fresh sandbox without any data, talks to it, and sees it end. */
export async function serving<T>(
  scoring: ServingPart,
  stage: `claims${string}` | `probes${string}`,
  talk: (server: ModelServer) => Promise<T>,
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
    signal: scoring.signal,
    followsOwnTraining: stage === 'claims',
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
    scoring.limits ?? null,
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
    const answer = await talk(server);
    await server.close();
    return answer;
  } finally {
    // The card and the memory are free before the next sandbox starts.
    supervision.stop();
    await supervision.ended.catch(() => undefined); // said above, or the run was aborted
    await scoring.folder.discard(scratch);
    signal?.throwIfAborted();
  }
}

/** Rows asked at once, in both passes. */
export function batchRows({ sequenceLength, vocabSize }: Dataset): number {
  return Math.max(1, Math.min(BATCH_ROWS, Math.floor(BATCH_LOGITS / (sequenceLength * vocabSize))));
}
