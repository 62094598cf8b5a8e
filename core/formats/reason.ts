import { z } from 'zod';
import { type Phase, phaseSchema } from './lending/phase.ts';

/**
 * Why the referee did not score a run: a code from a closed list, with numbers. A machine's owner writes the report, so that no
 * free text of it may stand where the referee speaks: every program that shows a reason makes the sentence with `sayReason`.
 */

const pass = z.enum(['claims pass', 'probes pass']);
const amount = z.number().min(0).max(1e15);
/** NaN and the infinities are what some of these are about, and JSON has no number for them. */
const measured = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
/** What a claim is where training diverged. */
const endless = z.enum(['NaN', '-Infinity']);
const share = z.number().min(0).max(1);
/** Exit status of a process. */
const status = z.int().min(0).max(0xffffffff);

function reason<C extends string, S extends z.core.$ZodLooseShape>(code: C, numbers: S) {
  return z.strictObject({ code: z.literal(code), ...numbers });
}

export const reasonSchema = z.discriminatedUnion('code', [
  reason('training-exception', { status }),
  reason('training-over-budget', { budgetSeconds: amount, toleranceSeconds: amount }),
  reason('training-over-memory', { memoryMiB: amount }),
  reason('training-out-of-memory', {}),
  reason('training-killed', {}),
  reason('training-filled-disk', {}),
  reason('training-ended-by-referee', {}),
  reason('weights-missing', {}),
  reason('weights-empty', {}),
  reason('weights-too-large', { bytes: amount, limit: amount }),
  reason('weights-unreadable', {}),
  reason('weights-not-a-file', { kind: z.enum(['link', 'folder', 'pipe', 'special']) }),
  reason('weights-shortened', {}),
  reason('model-exception', { pass, status }),
  reason('model-over-time', { pass }),
  reason('load-over-time', { pass, limitSeconds: amount }),
  reason('answers-over-time', { pass, limitSeconds: amount }),
  reason('model-over-memory', { pass }),
  reason('model-killed', { pass }),
  reason('model-filled-disk', { pass }),
  reason('answered-early', { pass }),
  reason('answered-more', { pass }),
  reason('answered-less', { pass }),
  reason('closed-answers', { pass }),
  reason('diverged', { claim: endless }),
  reason('claim-not-allowed', { claim: measured }),
  reason('logit-not-finite', { logit: measured }),
  reason('claim-far-off', { nats: measured, limit: amount }),
  reason('claims-off', { of: z.enum(['uniform', 'guided', 'heldout']), nats: measured, limit: amount }),
  reason('handed-over-wrong', {
    what: z.enum(['archive', 'names', 'size', 'digest', 'rows', 'claims', 'gone']),
  }),
  reason('input-wrong', { what: z.enum(['missing', 'size', 'digest', 'elsewhere']) }),
  reason('memorised', { gain: z.number(), heldoutGain: z.number() }),
  reason('taken-back', { phase: phaseSchema }),
  reason('device-busy', { share }),
  reason('device-shared', { programs: amount, memoryMiB: amount }),
  reason('device-slowed', { share, limit: share }),
  reason('power-limit-changed', { least: amount, most: amount }),
  reason('processors-shared', { share, limit: share }),
]);

export type Reason = z.infer<typeof reasonSchema>;
/** Which of the two scoring passes. */
export type Pass = z.infer<typeof pass>;
type Sentences = { [C in Reason['code']]: (numbers: Extract<Reason, { code: C }>) => string };

const KINDS = {
  link: 'a symbolic link',
  folder: 'a folder',
  pipe: 'a named pipe',
  special: 'a special file',
} as const;

const CLAIMS = {
  uniform: 'the claims',
  guided: 'the claims that gain over the incumbent',
  heldout: 'the claims for held-out text',
} as const;

const WHEN: Record<Phase, string> = {
  setup: 'before the training',
  train: 'during the training',
  score: 'while it was scored',
  done: 'at its end',
};

const HANDED_OVER = {
  claims: 'its claims hold values that no scored run can have',
  archive: 'the archive cannot be unpacked',
  names: 'the archive holds other files',
  size: 'a file has another size',
  digest: 'a file has another content',
  rows: 'the claims are of other rows',
  gone: 'it is not where it was handed over',
} as const;

const INPUT = {
  missing: 'GitHub has no such file',
  size: 'it is larger than an outcome may be',
  digest: 'it has another sha256',
  elsewhere: 'its address leads to a host that is not GitHub’s',
} as const;

/** Of runs that count for nothing. */
const VOID: Partial<Record<Reason['code'], 'preempted' | 'disturbed'>> = {
  'taken-back': 'preempted',
  'device-busy': 'disturbed',
  'device-shared': 'disturbed',
  'device-slowed': 'disturbed',
  'power-limit-changed': 'disturbed',
  'processors-shared': 'disturbed',
};

const SENTENCES: Sentences = {
  'training-exception': ({ status }) =>
    `train.py ended with status ${status}; the end of the log says where.`,
  'training-over-budget': ({ budgetSeconds, toleranceSeconds }) =>
    `Training was still running ${toleranceSeconds} s after its budget of ${budgetSeconds} s.`,
  'training-over-memory': ({ memoryMiB }) =>
    `Training used more than the ${memoryMiB} MiB of memory the track allows.`,
  'training-out-of-memory': () => 'Training ran out of memory; the end of the log says where.',
  'training-killed': () => 'The system killed the training, most likely for its memory.',
  'training-filled-disk': () => 'Training filled the disk.',
  'training-ended-by-referee': () => 'The referee ended the training.',
  'weights-missing': () => 'train() ended without writing task.weights.',
  'weights-empty': () => 'train() left an empty file of weights.',
  'weights-too-large': ({ bytes, limit }) =>
    `The weights are ${bytes} bytes long; at most ${limit} are allowed.`,
  'weights-unreadable': () => 'task.weights cannot be read; it must be a readable regular file.',
  'weights-not-a-file': ({ kind }) => `task.weights is ${KINDS[kind]}; it must be a regular file.`,
  'weights-shortened': () => 'The weights became shorter while they were read.',
  'model-exception': ({ pass, status }) =>
    `load() or the model failed in the ${pass} (status ${status}); the end of the log says where.`,
  'model-over-time': ({ pass }) => `The ${pass} was not finished within its time.`,
  'load-over-time': ({ pass, limitSeconds }) =>
    `In the ${pass} load() and the first answer took more than ${limitSeconds.toFixed(1)} s; load() must not learn.`,
  'answers-over-time': ({ pass, limitSeconds }) =>
    `In the ${pass} the answers after the first took more than ${limitSeconds.toFixed(1)} s, three times what the incumbent takes.`,
  'model-over-memory': ({ pass }) => `In the ${pass} the program used more memory than the track allows.`,
  'model-killed': ({ pass }) => `In the ${pass} the system killed the program, most likely for its memory.`,
  'model-filled-disk': ({ pass }) => `In the ${pass} the program filled the disk.`,
  'answered-early': ({ pass }) => `In the ${pass} the program answered before the model was loaded.`,
  'answered-more': ({ pass }) => `In the ${pass} the program answered more than it was asked.`,
  'answered-less': ({ pass }) => `In the ${pass} the program answered less than it was asked.`,
  'closed-answers': ({ pass }) => `In the ${pass} the program closed its answers and went on running.`,
  diverged: ({ claim }) =>
    `The model's log-probability of a token is ${claim}: training diverged, or the model rules out what the text says.`,
  'claim-not-allowed': ({ claim }) =>
    `The model claimed ${Number.isFinite(Number(claim)) ? `a log-probability above 0 (${claim})` : `${claim} as a log-probability`}; every claim must be finite and at most 0.`,
  'logit-not-finite': ({ logit }) =>
    `The model answered a probe with the logit ${logit}; every logit must be finite.`,
  'claim-far-off': ({ nats, limit }) =>
    `A claim and the model's own answer without the later text differ by ${decimals(nats, 3)} nats; at most ${limit} are allowed.`,
  'claims-off': ({ of, nats, limit }) =>
    `On average ${CLAIMS[of]} are ${decimals(nats, 5).replace('-', '')} nats ${Number(nats) < 0 ? 'worse' : 'better'} than the model's own answers without the later text; at most ${limit} are allowed.`,
  'input-wrong': ({ what }) => `The input cannot be used: ${INPUT[what]}.`,
  'handed-over-wrong': ({ what }) =>
    `What the first machine handed over is not what it reported: ${HANDED_OVER[what]}.`,
  memorised: ({ gain, heldoutGain }) =>
    `On validation text the model is ${gain.toFixed(4)} bits per byte better than the incumbent, on held-out text ${heldoutGain.toFixed(4)}: it knows the validation text.`,
  'taken-back': ({ phase }) => `The machine's owner took it back ${WHEN[phase]}.`,
  'device-busy': ({ share }) =>
    `Before the run began, others used ${percent(share)} of the device. Run it when the device is free.`,
  'device-shared': ({ programs, memoryMiB }) =>
    `${programs === 1 ? 'A program' : `${programs} programs`} of others computed on the device during the training, with ${memoryMiB} MiB of its memory. nvidia-smi shows such programs.`,
  'device-slowed': ({ share, limit }) =>
    `Heat or the power supply slowed the device in ${percent(share)} of the training; at most ${percent(limit)} is allowed. Cool it, or give it a lower power limit (nvidia-smi -pl).`,
  'power-limit-changed': ({ least, most }) =>
    `The device's power limit was changed during the training: between ${least} and ${most} W.`,
  'processors-shared': ({ share, limit }) =>
    `Other programs took ${percent(share)} of the processors that the training may use; at most ${percent(limit)} is allowed.`,
};

/** The referee's sentence, made of numbers and nothing else. */
export function sayReason(given: Reason): string {
  return (SENTENCES[given.code] as (numbers: Reason) => string)(given);
}

/** The outcome of a run that counts for nothing, when this is a reason of such a run: no other may give it. */
export function voidBy({ code }: Reason): 'preempted' | 'disturbed' | null {
  return VOID[code] ?? null;
}

/** A measured value as a reason carries it. */
export function measuredValue(value: number): z.infer<typeof measured> {
  return Number.isFinite(value) ? value : (String(value) as z.infer<typeof measured>);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function decimals(value: z.infer<typeof measured>, digits: number): string {
  return typeof value === 'number' ? value.toFixed(digits) : value;
}
