import { readFile } from 'node:fs/promises';
import { misfit } from '../core/formats/hardware.ts';
import type { Job } from '../core/formats/job.ts';
import type { Phase } from '../core/formats/lending/phase.ts';
import { emptied, isVoid, type Report, reportSchema } from '../core/formats/report.ts';
import type { Seen } from '../core/formats/seen.ts';
import { gitBlob } from '../core/git-blob.ts';
import { blameMachine } from './blame/blame.ts';
import { blankReport, harnessOf, takenBack } from './blank-report.ts';
import { encryptOutcome, type Input, placeInput } from './borrowed.ts';
import { type Dataset, openDataset } from './dataset.ts';
import { undisturbed } from './disturbance/undisturbed.ts';
import type { Watched } from './disturbance/watch.ts';
import { makeWorkFolder, type WorkFolder } from './folder.ts';
import { handOver, takeOver } from './handed-over.ts';
import { askerIn, describeHardware } from './hardware.ts';
import type { Host } from './host.ts';
import { LogTail } from './log-tail.ts';
import { UnscoredError } from './outcome.ts';
import { openSandbox } from './sandbox/choose.ts';
import { asOwner } from './sandbox/owner.ts';
import { findPython, packageVersion, pythonVersion } from './sandbox/python.ts';
import { SandboxError, type SandboxKind } from './sandbox/sandbox.ts';
import { createClaimsFile, openClaimsFile, partOfClaims } from './score/claims/claims-file.ts';
import { sumClaims } from './score/claims/sum-claims.ts';
import { keepReference } from './score/reference.ts';
import { claimsPass, probesPass, type Scoring, type ScoringStage } from './score/score.ts';
import { drawRows, heldoutRows, rowsToScore } from './score/text.ts';
import { crashLog, needsLog } from './train/crash-log.ts';
import { train } from './train/train.ts';
import { type TrainingEvent, TrainingEvents } from './train/training-events.ts';

/** What can be watched during a run. Losses and steps come from the stranger, seconds from the referee. */
export type Progress =
  | { stage: 'setup' }
  | { stage: 'train'; seconds: number; budgetSeconds: number; step: number | null; loss: number | null }
  | { stage: ScoringStage; done: number; of: number };

export interface MeasureOptions {
  /** The experiment: the bytes whose git blob id the job names. */
  trainPy: Uint8Array;
  /** Root of the trusted checkout, whose harness and lock file are used. */
  repository: string;
  sandbox: SandboxKind;
  /** `IMAGE@sha256:...`, for docker and podman. */
  image?: string | undefined;
  host: Host;
  /** Folder for weights and claims, for a job that hands them over. */
  handOver?: string | undefined;
  /** A borrower's own file, for a job that names one. */
  input?: Input | undefined;
  /** The archive that another machine handed over, for a job that scores it again; null where it is gone. */
  handedOver?: string | null | undefined;
  /** Ends the run: every process is killed, the folder removed, and `measure` rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** The machine's owner wants it back (lent/yield.ts): every process is killed, and the report says no more than that. */
  taken?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  onPhase?: ((phase: Phase) => void) | undefined;
}

/** The bytes are not those that the job names. Refused before anything runs. */
class WrongBlobError extends Error {
  override name = 'WrongBlobError';
}

/**
 * Measures one train.py: trains it in a sandbox, closes the weights, scores them in two fresh sandboxes, and reports.
 * An experiment that fails is a report too, and so is a run that the machine's owner ended. It rejects only when this machine
 * cannot measure (SandboxError, DatasetError, WrongBlobError) or when it is aborted. Nothing of the run is left behind in any case.
 */
export async function measure(job: Job, options: MeasureOptions): Promise<Report> {
  const { host, signal, taken, repository, sandbox } = options;
  const started = host.now();
  const folder = await makeWorkFolder(host.temporary, sandbox === 'none' ? null : asOwner());
  let report = await blankReport(job, repository, sandbox);
  let phase = 'setup' as Phase;
  const enter = (next: Phase) => {
    phase = next;
    options.onPhase?.(next);
  };
  try {
    signal?.throwIfAborted();
    await measureInto(report, folder, { ...options, enter, signal: eitherOf(signal, taken) });
    // A client that lends the machine may kill the sandbox itself, which looks like a crash.
    if (report.outcome === 'crashed') taken?.throwIfAborted();
  } catch (error) {
    signal?.throwIfAborted();
    // Once the loss is known, no program runs that the owner would wait for, and nobody may throw the run away.
    if (!taken?.aborted || phase === 'done') throw error;
    report = takenBack(report, phase);
  } finally {
    enter('done');
    await folder.remove();
  }
  report.timings.totalSeconds = (host.now() - started) / 1000;
  return reportSchema.parse(isVoid(report.outcome) ? emptied(report) : report);
}

function eitherOf(...signals: (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== undefined));
}

async function measureInto(
  report: Report,
  folder: WorkFolder,
  options: MeasureOptions & { signal: AbortSignal; enter: (phase: Phase) => void },
): Promise<void> {
  const { job } = report;
  const { host, signal, repository, enter } = options;
  const { now, random, cache } = host;
  const tell = options.onProgress ?? (() => undefined);
  const started = now();
  const since = (then: number) => (now() - then) / 1000;
  tell({ stage: 'setup' });
  enter('setup');

  const blob = gitBlob(options.trainPy);
  if (blob !== job.blob)
    throw new WrongBlobError(
      `train.py is blob ${blob}, the job names ${job.blob}. Fetch the blob the job names.`,
    );
  const dataset = await openDataset(cache, job.dataset);
  report.digests.data = dataset.digest;
  const rows = rowsToScore(job, dataset);
  const harness = await folder.place('harness.py', await readFile(harnessOf(repository)));
  const trainPy = await folder.place('train.py', options.trainPy);
  // A container has its own Python, whose version its training reports.
  const isContainer = options.sandbox === 'docker' || options.sandbox === 'podman';
  const python = isContainer ? null : pythonVersion(repository, host.env, job.python);
  const environment = isContainer ? null : findPython(repository, host.env).environment;
  const around = { work: folder.path, environment, env: host.env };
  const sandbox = await openSandbox(
    { kind: options.sandbox, image: options.image, repository, env: host.env, cache },
    folder,
  );
  report.hardware = await describeHardware(job.device, askerIn(host.env));
  const wrong = misfit(job.hardware, report.hardware);
  if (wrong !== null)
    throw new SandboxError(`This machine is not one that track ${job.track} is measured on: ${wrong}.`);
  const events = new TrainingEvents();
  const log = new LogTail();
  report.timings.setupSeconds = since(started);

  const common = { job, sandbox, folder, dataset, harness, trainPy, log, now, random, cache, signal };
  const { timings } = report;
  const timed = async <T>(
    part: 'trainSeconds' | 'claimsSeconds' | 'probesSeconds',
    work: () => Promise<T>,
  ) => {
    const then = now();
    return work().finally(() => {
      timings[part] = since(then);
    });
  };
  let claims: Scoring['claims'] | null = null;

  try {
    const onEvent = (event: TrainingEvent, seconds: number) => {
      const { budgetSeconds } = job;
      if (event.event === 'start') tell({ stage: 'train', seconds, budgetSeconds, step: null, loss: null });
      if (event.event === 'log')
        tell({ stage: 'train', seconds, budgetSeconds, step: event.step, loss: event.loss });
    };
    signal.throwIfAborted();
    const handed = job.rescore ? await takeOver(archiveOf(options), job.rescore, folder) : null;
    if (!handed) enter('train');
    const told = (seen: Seen) => {
      report.hardware = { ...report.hardware, seen };
    };
    const input = options.input && (await placeInput(options.input, folder));
    const training = () => timed('trainSeconds', () => train({ ...common, events, onEvent, input }));
    const weights = handed?.weights ?? (await undisturbed(watchedFor(job, options), told, training));
    if (job.borrow) {
      enter('score');
      report.borrowed = await encryptOutcome(weights, job.borrow.to, outcomeFolderOf(options), signal);
      enter('done');
      report.outcome = 'borrowed';
      report.versions = { ...report.versions, python };
      return;
    }
    report.digests.weights = weights.sha256;
    report.weightsBytes = weights.bytes;
    enter('score');

    const heldout = heldoutRows(job, dataset);
    claims = handed
      ? await openHanded(handed.claims, dataset, rows, heldout)
      : {
          validation: await createClaimsFile(folder.private('claims'), dataset.sequenceLength),
          heldout: await createClaimsFile(folder.private('claims-heldout'), dataset.sequenceLength),
        };
    const onProgress = (stage: ScoringStage, done: number, of: number) => tell({ stage, done, of });
    const rowsDrawn = drawRows(job, dataset, random);
    const scoring = { ...common, rows: rowsDrawn, weights: weights.path, claims, onProgress };
    const { losses, pace } = handed
      ? { losses: await sumClaims(dataset, rowsDrawn, claims), pace: null }
      : await timed('claimsSeconds', () => claimsPass(scoring));
    const score = await timed('probesSeconds', () => probesPass(scoring, losses));
    enter('done');
    Object.assign(report, score);
    await keepReference(cache, job, dataset, rows, claims.validation, { ...score, pace });
    if (job.handOver && options.handOver !== undefined) {
      const kept = await handOver(options.handOver, weights, claims, heldout);
      report.digests.claims = kept.sha256;
      report.claimsBytes = kept.bytes;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof UnscoredError)) throw error;
    await blameMachine(error, { job, repository, folder, sandbox, host, signal });
    report.outcome = error.outcome;
    report.reason = error.reason;
    if (needsLog(report)) report.log = crashLog(log.text(), around);
  } finally {
    await Promise.all([claims?.validation.close(), claims?.heldout.close()]);
  }
  if (job.borrow) return; // what its file says is for the borrower alone
  report.curve = events.curve();
  report.metrics = events.metrics();
  report.versions = {
    node: process.version,
    cuda: events.versions?.cuda ?? null,
    // From the environment itself if there is one: a stranger's program could report another version.
    torch: (environment && packageVersion(environment, 'torch')) ?? events.versions?.torch ?? null,
    numpy: environment && packageVersion(environment, 'numpy'),
    python: python ?? events.versions?.python ?? null,
  };
  report.peakMemoryMiB = events.peakMemoryMiB;
}

function watchedFor({ device, threads }: Job, { sandbox, host, taken }: MeasureOptions): Watched {
  return { device, threads, sandbox, env: host.env, isLent: taken !== undefined };
}

function outcomeFolderOf({ handOver }: MeasureOptions): string {
  if (handOver === undefined) throw new Error('The job hands over an outcome, and no folder was given.');
  return handOver;
}

function archiveOf({ handedOver }: MeasureOptions): string {
  if (handedOver === undefined)
    throw new Error('The job scores what was handed over, and no archive was given.');
  if (handedOver === null) throw new UnscoredError('invalid', { code: 'handed-over-wrong', what: 'gone' });
  return handedOver;
}

async function openHanded(
  path: string,
  dataset: Dataset,
  rows: number,
  heldout: number[],
): Promise<Scoring['claims']> {
  const claims = await openClaimsFile(path, dataset.sequenceLength, rows + heldout.length);
  const place = new Map(heldout.map((row, i) => [row, rows + i]));
  if (claims)
    return {
      validation: partOfClaims(claims, (row) => row),
      heldout: partOfClaims(claims, (row) => place.get(row)!),
    };
  throw new UnscoredError('invalid', { code: 'handed-over-wrong', what: 'rows' });
}
