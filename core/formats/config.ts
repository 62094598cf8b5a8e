import { z } from 'zod';
import type { Parsed } from '../parsed.ts';
import { MOST_SECONDS } from './borrowing/request.ts';
import { parseVerifier } from './checkpoint.ts';
import { hardwareConfigSchema } from './hardware.ts';
import { pythonSchema } from './job.ts';
import { trackNameSchema } from './run.ts';
import { parseStrictYaml } from './yaml/strict.ts';

/** `.github/descent.yml` as written by people: strict, so that a misspelt key is an error and not a silent default. */

const torchSchema = z
  .string()
  .regex(
    /^\d{1,3}\.\d{1,3}\.\d{1,3}$/,
    "must be a release in quotes, e.g. '2.15.0', as train/uv.lock has it",
  );

const EITHER = 'a track decides by `sigma` (several runs) or by `margin` (one run)';

const trackSchema = z
  .strictObject({
    /** Labels of its runners in this repository. Left out, owners' lent machines alone measure it. */
    'runs-on': z.array(z.string().min(1)).default([]),
    capacity: z.int().min(1).max(10_000),
    dataset: trackNameSchema,
    /** Minor version of the Python that measures it. */
    python: pythonSchema.optional(),
    /** The machines that may measure it: losses at equal time compare between equal machines alone. */
    hardware: hardwareConfigSchema.optional(),
    /** Release of the torch that measures it. */
    torch: torchSchema.optional(),
    device: z.enum(['cuda', 'mps', 'cpu']),
    'budget-seconds': z.number().min(1).max(86_400),
    'scoring-seconds': z.number().min(1).max(86_400),
    'validation-tokens': z.int().min(1),
    probes: z.int().min(0).max(100_000),
    threads: z.int().min(1).max(1024).nullable(),
    'memory-mib': z.int().min(256),
    /** Largest file of weights; more than models of the track need would carry text to train on. */
    'weights-mib': z.int().min(1).max(4096).default(1024),
    /** What a model may always take from its start to its first answer; training ends so much earlier (docs/design.md). */
    'load-seconds': z.number().min(1).max(3600).default(10),
    /** One run decides: it must beat the incumbent by so many bits per byte. */
    margin: z.number().min(0).max(100).optional(),
    /** Several runs decide: the standard deviation of one run, bits per byte, as believed before any. */
    sigma: z.number().positive().max(100).optional(),
    /** With `sigma`: what happens while fewer than two owners beside the author lend a machine. */
    'few-owners': z.enum(['wait', 'accept']).optional(),
    /** With `sigma`: small gains are adopted on little evidence onto the branch `frontier`, and certified together. */
    frontier: z.boolean().default(false),
    /** Thousandths of a credit that a second of its runs pays: what a machine of this track is worth beside others. */
    credits: z.int().min(1).max(1_000_000).optional(),
    /** Owners whose machines are there before they have finished a job here; others are known from their first one. */
    owners: z
      .array(
        z.string().regex(/^[a-z0-9-]{1,39}$/, 'a GitHub login in lower case, as in the label owner-LOGIN'),
      )
      .optional(),
  })
  .superRefine((track, context) => {
    const issue = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message, input: track });
    if (track.sigma === undefined && track.margin === undefined)
      issue('sigma', `${EITHER}: give one of them`);
    if (track.sigma !== undefined && track.margin !== undefined)
      issue('margin', `${EITHER}: remove one of them`);
    if (track.margin !== undefined && track['few-owners'] !== undefined)
      issue('few-owners', 'goes with `sigma`: one run needs no second owner; remove it');
    if (track.margin !== undefined && track.frontier)
      issue('frontier', 'goes with `sigma`: where one run decides, every gain is on main at once; remove it');
  });

/** It becomes part of a page's policy: nothing in it may end a part of that. */
const siteUrl = z
  .string()
  .max(200)
  .regex(
    /^https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?(\/[\w.~-]+)*$/i,
    'must begin with https://, and end without a slash, such as https://bot.example.org/live',
  );

const shape = z.strictObject({
  primary: trackNameSchema,
  tracks: z.record(trackNameSchema, trackSchema),
  limits: z.strictObject({
    'open-per-author': z.int().min(1).max(1000),
    attempts: z.int().min(1).max(10),
    'lost-after-minutes': z.int().min(1).max(1440),
  }),
  merge: z.boolean(),
  /** Owners lend machines from repositories of theirs, where they install this App. Without this key, only runners here count. */
  lending: z
    .strictObject({
      /** The App's name in its address on GitHub, github.com/apps/NAME. */
      app: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'must be the name in github.com/apps/NAME'),
    })
    .optional(),
  /** The dashboard. */
  site: z
    .strictObject({
      /** Where it is, when that is not the repository's GitHub Pages. */
      url: siteUrl.optional(),
      /** Where its pages may hear the bot: its server's address with `/live`. Without it they ask GitHub. */
      live: siteUrl.optional(),
    })
    .optional(),
  /** The key by which each new ledger is signed in `results/checkpoint`. Without this key none is asked for (docs/ledger.md). */
  ledger: z
    .strictObject({
      key: z.string().superRefine((text, context) => {
        const parsed = parseVerifier(text);
        if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.problems[0]!, input: text });
      }),
    })
    .optional(),
  /** Who has credits may run a file of theirs on lent machines (docs/borrow.md). Without this key nobody may. */
  borrowing: z
    .strictObject({
      /** Of training, for each run. */
      'most-seconds': z.int().min(1).max(MOST_SECONDS),
      /** Largest outcome, and largest input. The bot reads every outcome once. */
      'most-mib': z.int().min(1).max(1024).default(256),
    })
    .optional(),
  /** Which runs are repeated on another owner's machine, where several runs decide; both 0: none. */
  audits: z
    .strictObject({
      /** Every one of a machine's first jobs. */
      'probation-jobs': z.int().min(0).max(1000),
      /** Afterwards at least this share of its jobs. */
      share: z.number().min(0).max(1),
      /** Of all scored runs this share has its weights scored again, without training; then every run hands its weights over. */
      scorings: z.number().min(0).max(1).optional(),
    })
    .optional(),
  /** Machines that a maintainer trusts no more, whatever audits found. */
  blocked: z.array(z.string().min(1)).optional(),
  /** Machines whose appeal was granted, and the day: what audits found up to its end (UTC) counts no more. */
  forgiven: z.record(z.string().min(1), z.iso.date()).optional(),
  /** People who want no badges: none is shown of them, and none is exported. */
  'no-badges': z.array(z.string().regex(/^[A-Za-z0-9-]{1,39}$/, 'a GitHub login, without the @')).optional(),
  /** GitHub's numbers of owners whose runners are named by their login alone: they spend what those earned. */
  numbers: z
    .record(z.string().regex(/^[a-z0-9-]{1,39}$/, 'a GitHub login in lower case'), z.int().positive())
    .optional(),
  /** Whose pull requests need a maintainer's `/approve` before they are measured. Without this key no one's do. */
  newcomers: z
    .strictObject({
      'minimum-age-days': z.int().min(0).max(3650),
      'minimum-merged': z.int().min(0).max(1000),
    })
    .optional(),
});

export const configSchema = shape.superRefine(({ merge, tracks, lending }, context) => {
  if (!lending)
    for (const [name, track] of Object.entries(tracks))
      if (track['runs-on'].length === 0) {
        const message = 'names labels of runners; it may be left out only where `lending` names an App';
        context.addIssue({ code: 'custom', path: ['tracks', name, 'runs-on'], message, input: track });
      }
  if (merge) return;
  for (const [name, track] of Object.entries(tracks))
    if (track.frontier) {
      const message = 'needs `merge: true`: a chain is merged in one step by the bot; remove it';
      context.addIssue({ code: 'custom', path: ['tracks', name, 'frontier'], message, input: track });
    }
});

export type Config = z.infer<typeof configSchema>;
export type TrackConfig = z.infer<typeof trackSchema>;

/** Whether weights may be asked for that hold no record: then every run hands them over. */
export function isCustody({ audits }: Pick<Config, 'audits'>): boolean {
  return (audits?.scorings ?? 0) > 0;
}

/** What a job takes from its track. */
export function jobSettings(track: TrackConfig) {
  return {
    dataset: track.dataset,
    device: track.device,
    budgetSeconds: track['budget-seconds'],
    scoringSeconds: track['scoring-seconds'],
    validationTokens: track['validation-tokens'],
    probes: track.probes,
    threads: track.threads,
    memoryMiB: track['memory-mib'],
    weightsMiB: track['weights-mib'],
    loadSeconds: track['load-seconds'],
    ...(track.python !== undefined && { python: track.python }),
    ...(track.hardware !== undefined && { hardware: track.hardware }),
  };
}

export const CONFIG_PATH = '.github/descent.yml';

/** `.github/descent.yml` of main. Null text means the file is not there. */
export function parseConfig(text: string | null): Parsed<Config> {
  if (text === null) return { ok: false, problems: [`${CONFIG_PATH} is missing on main: restore it`] };
  const parsed = parseStrictYaml(text, configSchema);
  if (!parsed.ok) return parsed;
  const { primary, tracks } = parsed.value;
  if (!Object.hasOwn(tracks, primary)) {
    const known = Object.keys(tracks).join(', ') || 'none';
    return { ok: false, problems: [`\`primary\` is "${primary}": must be one of the tracks (${known})`] };
  }
  return parsed;
}
