import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { DESCENT } from '../../core/command-name.ts';
import type { Job } from '../../core/formats/job.ts';
import { DatasetError } from '../dataset.ts';
import { refuseToStart } from '../doctor/doctor.ts';
import { planFor } from '../doctor/plan.ts';
import { thisMachine } from '../doctor/this-machine.ts';
import { type Host, thisHost } from '../host.ts';
import { watchYield, type YieldWatch } from '../lent/yield.ts';
import { localJob, UsageError } from '../local-job.ts';
import { measure } from '../run.ts';
import { WITHOUT_SANDBOX } from '../sandbox/none.ts';
import { SandboxError, type SandboxKind } from '../sandbox/sandbox.ts';
import { progressBar, progressLines } from './progress.ts';
import { summarize } from './summary.ts';

const repository = dirname(dirname(import.meta.dirname));

/** What the command takes from its surroundings. */
export interface Surroundings {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Standard output. */
  out: (text: string) => void;
  /** Standard error. */
  err: (text: string) => void;
  /** Where a progress bar may be drawn; null: plain lines through `err`. */
  terminal: NodeJS.WriteStream | null;
}

interface Options {
  file?: string;
  track?: string;
  budget?: number;
  seed?: number;
  device?: string;
  sandbox: SandboxKind | false;
  image?: string;
  runtime?: string;
  yield?: string;
  json?: boolean;
}

/**
 * `descent run`. Ends with 0 when the file was scored, 1 when it was not, 2 when the run could not start.
 * @param exit is called with the exit status
 */
export function runCommand(surroundings: Surroundings, exit: (status: number) => void): Command {
  return new Command('run')
    .description('Measure a train.py on this machine, exactly as the bot would.')
    .option('--file <path>', "the file to measure (default: this clone's train/train.py)")
    .option('--track <name>', 'a track of .github/descent.yml (default: the primary one)')
    .option('--budget <seconds>', "training time (default: the track's)", positive)
    .option('--seed <number>', 'seed of the run (default: drawn)', whole)
    .addOption(new Option('--device <name>', "device (default: the track's)").choices(['cuda', 'mps', 'cpu']))
    .addOption(
      new Option('--sandbox <kind>', 'the sandbox for train.py')
        .choices(['bubblewrap', 'docker', 'podman'])
        .default('bubblewrap'),
    )
    .option('--no-sandbox', 'use no sandbox: only for code that you wrote or read')
    .option(
      '--image <name@sha256:...>',
      'image for docker and podman (runner/sandbox/container/Containerfile)',
    )
    .option('--runtime <name>', "container runtime: runsc for gVisor (default: the engine's own)")
    .option('--yield <file>', 'end at once when this file is there: write it when you need the machine')
    .option('--json', 'print the report as JSON, last on standard output')
    .addHelpText(
      'after',
      `
Examples:
  ${DESCENT} run                                 measure train/train.py on the primary track
  ${DESCENT} run --budget 10 --seed 1            a quick look
  ${DESCENT} run --file /tmp/idea.py --json      another file, the report for a program
  ${DESCENT} run | grep ^val_bpb

Exit status: 0 scored, 1 not scored, 2 wrong usage.`,
    )
    .action(async (options: Options) => exit(await run(options, surroundings)));
}

async function run(options: Options, { cwd, env, out, err, terminal }: Surroundings): Promise<number> {
  const abort = new AbortController();
  const stop = (signal: NodeJS.Signals) => abort.abort(new Error(`stopped by ${signal}`));
  process.on('SIGINT', stop).on('SIGTERM', stop);
  let lent: YieldWatch | null = null;
  const view = terminal ? progressBar(terminal) : progressLines(err);
  try {
    if (options.yield !== undefined) lent = watched(resolve(cwd, options.yield));
    const trainPy = await readTrainPy(
      options.file ? resolve(cwd, options.file) : resolve(repository, 'train/train.py'),
    );
    const job = await localJob(repository, trainPy, {
      track: options.track ?? null,
      budgetSeconds: options.budget ?? null,
      seed: options.seed ?? null,
      device: options.device ?? null,
    });
    const host = thisHost(options.runtime ? { ...env, DESCENT_CONTAINER_RUNTIME: options.runtime } : env);
    if (options.sandbox === false) err(`${WITHOUT_SANDBOX}\n`);
    else await refuseUnsafe(job, options.sandbox, host);
    const report = await measure(job, {
      trainPy,
      repository,
      sandbox: options.sandbox === false ? 'none' : options.sandbox,
      image: options.image,
      host,
      signal: abort.signal,
      taken: lent?.signal,
      onProgress: view.show,
    });
    view.stop();
    (options.json ? err : out)(summarize(report));
    if (options.json) out(`${JSON.stringify(report)}\n`);
    return report.outcome === 'scored' ? 0 : 1;
  } catch (error) {
    view.stop();
    const aborted = abort.signal.aborted && error === abort.signal.reason;
    if (!aborted && !isExpected(error)) throw error;
    err(`descent run: ${(error as Error).message}\n`);
    return error instanceof UsageError ? 2 : 1;
  } finally {
    lent?.close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** Reports what `descent doctor` finds unsafe or missing before a stranger's code runs, as the action does. */
async function refuseUnsafe(job: Job, sandbox: SandboxKind, host: Host): Promise<void> {
  const plan = planFor(job, { sandbox, repository, cache: host.cache });
  const refusal = await refuseToStart(thisMachine(host.env), plan);
  if (refusal !== null) throw new SandboxError(refusal);
}

/** Errors that say what happened and what to do. Any other error is a fault of Descent and keeps its stack. */
function isExpected(error: unknown): boolean {
  return error instanceof UsageError || error instanceof SandboxError || error instanceof DatasetError;
}

function watched(path: string): YieldWatch {
  try {
    return watchYield(path, '--yield');
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function readTrainPy(path: string): Promise<Buffer> {
  return readFile(path).catch((error: Error) => {
    throw new UsageError(
      `The file to measure cannot be read: ${error.message}. Name another file: --file PATH`,
    );
  });
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError('It must be a number of seconds above 0.');
  return value;
}

function whole(text: string): number {
  if (!/^\d{1,16}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
