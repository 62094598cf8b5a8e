import { type Job, trainingSeconds } from '../../core/formats/job.ts';
import type { Dataset } from '../dataset.ts';
import type { WorkFolder } from '../folder.ts';
import type { LogTail } from '../log-tail.ts';
import { UnscoredError } from '../outcome.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type Ending, supervise } from '../supervise.ts';
import type { TrainingEvent, TrainingEvents } from './training-events.ts';
import { type ClosedWeights, closeWeights } from './weights.ts';

/** How long after its budget a program may still be ending. */
const TOLERANCE_SECONDS = 1;

export interface Training {
  job: Job;
  sandbox: Sandbox;
  folder: WorkFolder;
  dataset: Dataset;
  /** The placed files. */
  harness: string;
  trainPy: string;
  /** A borrower's own file, beside it. */
  input?: string | undefined;
  events: TrainingEvents;
  log: LogTail;
  /** Of the scratch folder and the closed weights, where one work folder sees several trainings. */
  name?: string;
  now: () => number;
  signal: AbortSignal | undefined;
  onEvent: (event: TrainingEvent, seconds: number) => void;
}

/**
 * Trains in a sandbox that sees the training text alone, with the clock outside, and closes the weights.
 * @throws UnscoredError when no weights come of it
 */
export async function train(run: Training): Promise<ClosedWeights> {
  const { job, dataset, folder, harness, trainPy, now, name = 'training' } = run;
  const scratch = await folder.scratch(name);
  const weights = `${scratch}/weights`;
  const child = await run.sandbox.start({
    args: [harness, 'train'],
    readable: [harness, trainPy, dataset.trainFile, ...(run.input === undefined ? [] : [run.input])],
    scratch,
    device: job.device,
    memoryMiB: job.memoryMiB,
    fileBytes: job.weightsMiB * 2 ** 20 + 1,
    threads: job.threads,
    signal: run.signal,
    cpuSeconds: (job.budgetSeconds + 10) * (job.threads ?? 256),
  });
  const started = now();
  const seconds = () => (now() - started) / 1000;
  const supervision = supervise(child, {
    seconds: trainingSeconds(job) + TOLERANCE_SECONDS,
    memoryMiB: job.memoryMiB,
    scratch,
    signal: run.signal,
  });
  run.log.follow(child.log);
  run.events.follow(child.answers, seconds, run.onEvent);
  child.orders.end(`${JSON.stringify(order(run, weights))}\n`);

  try {
    refuseUnlessDone(await supervision.ended, job, run.events);
    return await closeWeights(weights, folder.placed(`${name}.weights`), job.weightsMiB * 2 ** 20);
  } finally {
    await folder.discard(scratch);
  }
}

function order({ job, dataset, trainPy }: Training, weights: string): object {
  return {
    train_py: trainPy,
    tokens: dataset.trainFile,
    weights,
    vocab_size: dataset.vocabSize,
    sequence_length: dataset.sequenceLength,
    seed: job.seed,
    device: job.device,
    budget_seconds: trainingSeconds(job),
    threads: job.threads,
  };
}

function refuseUnlessDone(ending: Ending, job: Job, events: TrainingEvents): void {
  switch (ending.by) {
    case 'clock':
      throw new UnscoredError('timeout', {
        code: 'training-over-budget',
        budgetSeconds: trainingSeconds(job),
        toleranceSeconds: TOLERANCE_SECONDS,
      });
    case 'memory':
      throw new UnscoredError('out-of-memory', { code: 'training-over-memory', memoryMiB: job.memoryMiB });
    case 'disk':
      throw new UnscoredError('invalid', { code: 'training-filled-disk' });
    case 'referee':
      throw new UnscoredError('invalid', { code: 'training-ended-by-referee' });
    case 'itself':
      if (ending.status === 0) return;
      if (events.outOfMemory) throw new UnscoredError('out-of-memory', { code: 'training-out-of-memory' });
      if (ending.status === 137) throw new UnscoredError('out-of-memory', { code: 'training-killed' });
      throw new UnscoredError('crashed', { code: 'training-exception', status: ending.status });
  }
}
