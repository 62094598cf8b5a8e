import { dirname, join } from 'node:path';
import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import type { Context } from '../../core/context.ts';
import { CommandError } from '../../core/errors.ts';
import { sayReason } from '../../core/formats/reason.ts';
import { type Report, reportSchema } from '../../core/formats/report.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { inert } from '../../core/text/harmless/terminal.ts';
import { bestSource } from '../../memory/best.ts';
import { guessLine } from '../../memory/guess.ts';
import { getMeta, setMeta } from '../../memory/index/store.ts';
import { readGiven } from '../read-given.ts';
import { verb } from '../verb.ts';

/** The trusted checkout whose harness and sandbox are used. */
const CHECKOUT = dirname(dirname(import.meta.dirname));

export const tryOut = verb({
  name: 'try',
  summary:
    'measure train/train.py and what it would be built on (the best guess, or else the record) on this machine as the bot would, to compare them',
  examples: ['try', 'try --budget 20 --json', 'try --certified   # compared with the record'],
  writes: 'adds',
  input: z.strictObject({
    file: z.string().optional().describe(`the file to try; ${TRAIN_PATH} otherwise`),
    track: z.string().optional().describe('default: the primary track'),
    certified: z.boolean().optional().describe('compare with the record, not with the best guess'),
    budget: z.number().positive().optional().describe("seconds of training (default: the track's)"),
    device: z.enum(['cuda', 'mps', 'cpu']).optional(),
    sandbox: z.enum(['bubblewrap', 'docker', 'podman']).default('bubblewrap'),
    image: z.string().optional().describe('for docker and podman: NAME@sha256:...'),
  }),
  positional: [],
  output: z.strictObject({
    track: z.string(),
    /** What it was compared with: the best guess (`official` is its estimate) or the record. */
    against: z.strictObject({
      track: z.string(),
      pull: z.int().nullable(),
      blob: z.string(),
      certified: z.boolean(),
      official: z.number().nullable(),
      here: z.number().nullable(),
    }),
    delta: z.number().nullable(),
    report: reportSchema,
  }),
  async run({ context, memory: open, reads, signal }, { file, track, certified, ...how }) {
    using memory = await open();
    const best = await bestSource(memory, {
      ...(track !== undefined && { track }),
      certified: certified === true,
    });
    const { source, guess } = best;
    const against = { track: best.track, pull: best.pull, blob: best.blob, certified: guess === null };
    const path = file === undefined ? join(memory.repository.folder, TRAIN_PATH) : await reads(file);
    const mine = await readGiven(path, 'Name the file with --file.');
    const key = ['tried', against.blob, against.track, how.budget ?? '', how.device ?? ''].join(' ');
    const known = getMeta(memory.store, key);
    const holder =
      guess === null
        ? `the incumbent, ${best.pull === null ? "main's own file" : `#${best.pull}`}`
        : `the ${guessLine(guess)}`;
    const measureIt = (trainPy: Buffer) => measureHere(trainPy, against.track, how, context, signal);
    context.err(
      known === null
        ? `1 of 2: ${holder}\n`
        : `Measured here before, ${Number(known).toFixed(4)}: ${holder}\n`,
    );
    const theirs = known === null ? await measureIt(Buffer.from(source)) : null;
    if (theirs !== null && theirs.valBpb !== null) setMeta(memory.store, key, String(theirs.valBpb));
    const here = known === null ? (theirs?.valBpb ?? null) : Number(known);

    context.err(`${known === null ? '2 of 2: ' : ''}your file\n`);
    const report = await measureIt(mine);
    const delta = report.valBpb === null || here === null ? null : report.valBpb - here;
    return {
      track: against.track,
      against: { ...against, official: guess?.loss ?? best.valBpb, here },
      delta,
      report,
    };
  },
  render({ track, against, delta, report }) {
    if (report.outcome !== 'scored') {
      return `${report.outcome}: ${report.reason === null ? 'no reason' : sayReason(report.reason)}\n${inert(report.log)}\n`;
    }
    const name = against.certified ? 'the incumbent' : `the best guess (#${against.pull})`;
    const here =
      against.here === null
        ? `${name} could not be measured here`
        : `${name} ${against.here.toFixed(4)} here`;
    const change = delta === null ? '' : ` (${delta > 0 ? '+' : ''}${delta.toFixed(4)})`;
    return `val_bpb ${report.valBpb?.toFixed(4)}${change} on ${track}, ${here}. This is one run each on one machine, so chance plays a part.\n`;
  },
  status: ({ report }) => (report.outcome === 'scored' ? 0 : 1),
});

interface How {
  budget?: number | undefined;
  device?: string | undefined;
  sandbox: 'bubblewrap' | 'docker' | 'podman';
  image?: string | undefined;
}

/** Loads the runner only here, since other commands do not need it. */
async function measureHere(
  trainPy: Buffer,
  track: string,
  how: How,
  context: Context,
  ending: AbortSignal,
): Promise<Report> {
  const [{ localJob }, { measure }, { thisHost }, { progressLines }] = await Promise.all([
    import('../../runner/local-job.ts'),
    import('../../runner/run.ts'),
    import('../../runner/host.ts'),
    import('../../runner/command/progress.ts'),
  ]);
  const abort = new AbortController();
  const stop = () =>
    abort.abort(new CommandError('the run was stopped', 'Nothing of it is left behind.', { status: 130 }));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const view = progressLines(context.err);
  try {
    const choice = { track, budgetSeconds: how.budget ?? null, seed: null, device: how.device ?? null };
    return await measure(await localJob(CHECKOUT, trainPy, choice), {
      trainPy,
      repository: CHECKOUT,
      sandbox: how.sandbox,
      image: how.image,
      host: thisHost(context.env as NodeJS.ProcessEnv),
      signal: AbortSignal.any([abort.signal, ending]),
      onProgress: view.show,
    });
  } catch (cause) {
    if (cause instanceof CommandError || !(cause instanceof Error) || !EXPECTED.has(cause.name)) throw cause;
    throw new CommandError(
      cause.message,
      `\`${DESCENT} doctor\` checks this machine. \`${DESCENT} run --help\` shows other ways to measure.`,
      { cause },
    );
  } finally {
    view.stop();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** Errors of the runner when this machine, or the job, is at fault. */
const EXPECTED = new Set(['UsageError', 'SandboxError', 'DatasetError']);
