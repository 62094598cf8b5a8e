import { z } from 'zod';
import { CommandError } from '../core/errors.ts';
import { machineFileSchema, machineNameSchema } from '../core/formats/lending/machine-file.ts';
import { parseHours } from './idle/hours.ts';

/** What `descent lend` was asked for. Every option is checked before anything happens. */

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

export const lendOptionsSchema = z.strictObject({
  /** Makes the machine's repository, or fixes it, and waits for the swarm's answer. */
  setup: z.boolean().default(false),
  /** Ends after one job. */
  once: z.boolean().default(false),
  /** Time of day at which lending ends. */
  until: z.string().regex(TIME, 'must be a time of day, HH:MM').nullable().default(null),
  /** The hours in which the machine is lent (idle/hours.ts). */
  schedule: z.string().min(1, 'must be the fields of cron, in quotes').nullable().default(null),
  /** A shell command; the machine is free only while it ends with 0. */
  when: z.string().min(1, 'must be a command').nullable().default(null),
  /** The owner's return lets the job in hand end first. Where a client runs already, it is told to end after its job. */
  finish: z.boolean().default(false),
  /** Of a kilowatt-hour of electricity, in the owner's money. */
  price: z.number().min(0, 'must be 0 or more').max(100, 'must be a price per kWh').nullable().default(null),
  /** Trusts the swarm's main: no commit is asked for again. */
  follow: z.boolean().default(false),
  /** The commit of the swarm's main whose code may run from now on. */
  accept: z
    .string()
    .regex(/^[0-9a-f]{7,40}$/, 'must be a commit, 7 to 40 hex digits')
    .nullable()
    .default(null),
  /** Name of the machine's repository; the owner is the account that is signed in. */
  repository: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, 'must be the name of a repository of yours, without the owner')
    .nullable()
    .default(null),
  machine: machineNameSchema.nullable().default(null),
  tracks: z.array(machineNameSchema).min(1, 'must name a track').max(20).nullable().default(null),
  /** What the machine is lent to; only with `setup`, since it is written into its repository. */
  accepts: machineFileSchema.shape.accepts.unwrap().nullable().default(null),
  /** Installs a service of the user, which lends whenever the user's session runs. */
  install: z.boolean().default(false),
  uninstall: z.boolean().default(false),
  /** So many seconds nobody must use the machine before a job begins. */
  freeFor: z
    .number()
    .min(0, 'must be seconds, 0 or more')
    .max(86_400, 'must be a day at most')
    .nullable()
    .default(null),
  /** No job runs while card or processor are as hot, in degrees Celsius. */
  hottest: z
    .number()
    .min(30, 'must be degrees Celsius, 30 or more')
    .max(120, 'must be degrees Celsius, 120 or less')
    .nullable()
    .default(null),
  json: z.boolean().default(false),
});
export type LendOptions = z.infer<typeof lendOptionsSchema>;

/** Options that make no sense together, and what to do instead. */
const APART: { a: keyof LendOptions; b: keyof LendOptions; why: string }[] = [
  { a: 'setup', b: 'accept', why: 'accept first, then set up' },
  { a: 'setup', b: 'once', why: 'set up first, then lend' },
  { a: 'setup', b: 'install', why: 'set up first, then install' },
  { a: 'install', b: 'once', why: 'a service lends until it is stopped' },
  { a: 'install', b: 'until', why: 'a service needs --schedule beside --until' },
  { a: 'install', b: 'json', why: 'a service writes its lines to its journal' },
  { a: 'install', b: 'uninstall', why: 'one or the other' },
  { a: 'uninstall', b: 'setup', why: 'one after the other' },
  { a: 'accept', b: 'follow', why: '--follow trusts every commit of main' },
];

/** @throws CommandError that names the option, its value and what is right */
export function parseLendOptions(raw: Record<string, unknown>): LendOptions {
  const parsed = lendOptionsSchema.safeParse(raw);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const key = String(path[0] ?? '');
    throw refused(`${flagOf(key)} is ${JSON.stringify(raw[key])}: ${message}`);
  }
  const given = parsed.data;
  const has = (key: keyof LendOptions) => given[key] !== null && given[key] !== false;
  for (const { a, b, why } of APART)
    if (has(a) && has(b) && !(b === 'until' && has('schedule')))
      throw refused(`${flagOf(a)} and ${flagOf(b)} do not go together: ${why}`);
  if (given.accepts !== null && !given.setup)
    throw refused('--accepts goes with --setup, which writes it into the repository of the machine');
  if (given.schedule !== null) parseHours(given.schedule, given.until);
  return given;
}

/** As it is typed. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function refused(what: string): CommandError {
  return new CommandError(what, 'See `npx --no descent lend --help`.');
}
