import { z } from 'zod';
import type { Parsed } from '../parsed.ts';
import { sha256, time } from './primitives.ts';
import { trackNameSchema } from './run.ts';
import { parseStrictJson } from './strict-json.ts';

/**
 * Credits: what owners' machines earned for the swarm, in whole thousandths of a credit. All of it follows from the results in
 * main's history (core/credits/): a ledger is a snapshot, never the truth.
 */

/** Of an owner: `#` and GitHub's number where the machine is lent, since a login may change hands, else `@` and the login. */
const OWNER = /^(#[1-9]\d{0,15}|@[a-z\d][a-z\d_-]{0,38})$/;
/** An owner's account. */
export const ownerAccountSchema = z.string().regex(OWNER);
/** Where credits come from and go: each track's mint, the common purse, what it was advanced, what expired. */
const SYSTEM = /^(mint:[a-z0-9][a-z0-9-]{0,39}|commons|advance|expired)$/;

/** The common purse: it pays audits, and is never below zero. */
export const COMMONS = 'commons';
/** What was minted because the purse was empty. It pays that back before anything else. */
export const ADVANCE = 'advance';
export const EXPIRED = 'expired';

export function mintOf(track: string): string {
  return `mint:${track}`;
}

/** Null for the owner of runners whose names say none. */
export function accountOf({
  owner,
  ownerId,
}: {
  owner: string;
  ownerId?: number | undefined;
}): string | null {
  const account = ownerId === undefined ? `@${owner}` : `#${ownerId}`;
  return OWNER.test(account) ? account : null;
}

/** Below this, sums of many thousand such amounts are exact. */
const amount = z.int().min(0).max(1e12);

/** One line of an event. The lines of an event add up to zero. */
export interface Posting {
  /** Of the run, week or spending it is for, and what is done: each only once. */
  id: string;
  account: string;
  /** Thousandths of a credit; negative: taken. */
  milli: number;
}

/** What a run pays on each track, a scoring of weights alone, and a second of a borrowed run. The last is not in old ledgers. */
export const pricesSchema = z.record(
  trackNameSchema,
  z.strictObject({ run: amount, scoring: amount, second: amount.optional() }),
);
export type Prices = z.infer<typeof pricesSchema>;

const day = z.iso.date();

/** Credits of one week, which is named by its Monday: they expire together. */
export const lotSchema = z.strictObject({ week: day, milli: amount.min(1) });
export type Lot = z.infer<typeof lotSchema>;

export const accountSchema = z.strictObject({
  /** What may be spent, the oldest first. */
  lots: z.array(lotSchema).max(60),
  /** What was taken back beyond that: later earnings pay it first. */
  debt: amount,
});
export type Account = z.infer<typeof accountSchema>;

/** What a machine earned on one day. */
export const daySchema = z.strictObject({
  day,
  milli: amount.min(1),
  /** Runs that it had finished by then. */
  finished: z.int().min(0),
});
export type Day = z.infer<typeof daySchema>;

export const earnerSchema = z.strictObject({
  account: ownerAccountSchema,
  /** Runs that earned something. */
  finished: z.int().min(0),
  /** Not to be spent yet: no repeat elsewhere has vouched for it. */
  pending: z.array(daySchema),
  /** Of the last thirty days, to be spent already: an outlier loses it. */
  recent: z.array(daySchema),
  /** Days whose pay it lost when it was last found to be an outlier: the common purse has it. */
  lost: z.strictObject({ from: day, to: day }).optional(),
});
export type Earner = z.infer<typeof earnerSchema>;

/** Runs of one author's files on one day: so many pay. */
const authorDaySchema = z.strictObject({
  day,
  author: z.string(),
  /** How many paid. */
  paid: z.int().min(0),
  /** Workflow runs beyond those: they paid nothing. */
  unpaid: z.array(z.int()),
});

/** The same for crashes, of one owner's machines. */
export const crashesSchema = authorDaySchema.extend({
  account: ownerAccountSchema,
  /** The first ledgers name the runs that paid. */
  paid: z.union([z.int().min(0), z.array(z.int()).transform((runs) => runs.length)]),
  unpaid: z.array(z.int()).default([]),
});

/**
 * Raise it with every change of what the fold posts or keeps. Ledgers of one number follow from each other; the first of a new one
 * goes on from the balances as they stand.
 */
export const RULES = 1;

/** Where the chain of digests begins. */
export const NO_ROOT = '0'.repeat(64);

export const ledgerSchema = z.strictObject({
  schema: z.literal(1),
  /** By which it was folded. */
  rules: z.int().min(0).default(0),
  /** Commits that were folded into it. */
  events: z.int().min(0),
  /** Of the last event. Ledgers of before 2026-11-28 have neither it nor `root` and `rules`. */
  at: time.default('1970-01-01T00:00:00.000Z'),
  /** Digest of all postings so far, see `core/credits/root.ts`. */
  root: sha256.default(NO_ROOT),
  /** Prices, and since when: the first hold for all that was before. */
  prices: z.array(z.strictObject({ since: time, prices: pricesSchema })).min(1),
  accounts: z.record(ownerAccountSchema, accountSchema),
  /** For people: each account's latest login, its runs that count, and what they earned, spent and expired credits included. */
  owners: z.record(
    ownerAccountSchema,
    z.strictObject({ login: z.string(), runs: z.int().min(0), milli: z.int() }),
  ),
  /** Balances of the other accounts, which may be below zero. */
  system: z.record(z.string().regex(SYSTEM), z.int()),
  machines: z.record(z.string(), earnerSchema),
  crashes: z.array(crashesSchema),
  /** Of the last thirty days, and of all days with runs that did not pay. Not in the first ledgers. */
  authors: z.array(authorDaySchema).default([]),
});
export type Ledger = z.infer<typeof ledgerSchema>;

/** Nothing was earned yet. @param since ISO 8601 */
export function openLedger(since: string, prices: Prices): Ledger {
  return {
    schema: 1,
    rules: RULES,
    events: 0,
    at: since,
    root: NO_ROOT,
    prices: [{ since, prices }],
    accounts: {},
    owners: {},
    system: {},
    machines: {},
    crashes: [],
    authors: [],
  };
}

export const LEDGER_PATH = 'results/ledger.json';

/** The ledger of main. One that cannot be read is left as it is: results say the same (docs/design.md). */
export function parseLedger(text: string): Parsed<Ledger> {
  try {
    const parsed = ledgerSchema.safeParse(parseStrictJson(text));
    if (parsed.success) return { ok: true, value: parsed.data };
    const problems = parsed.error.issues.slice(0, 5);
    return {
      ok: false,
      problems: problems.map(({ path, message }) => `${LEDGER_PATH}: \`${path.join('.')}\`: ${message}`),
    };
  } catch (error) {
    return { ok: false, problems: [`${LEDGER_PATH} is not JSON: ${(error as Error).message}`] };
  }
}

/** The file's text: the same for the same ledger, in whatever order it was filled in. */
export function ledgerText(ledger: Ledger): string {
  return ledgerBytes(ledger).toString();
}

/** The same as the file's bytes. */
export function ledgerBytes(ledger: Ledger): Buffer {
  return Buffer.concat([...objectBytes(ledger, partBytes), Buffer.from('\n')]);
}

/** An event leaves most of a ledger's entries as they were, and a year has 100,000 events. Entries never change. */
const entryTexts = new WeakMap<object, Buffer>();

function entryBytes(entry: unknown): Buffer {
  if (typeof entry !== 'object' || entry === null) return Buffer.from(canonicalJson(entry));
  const known = entryTexts.get(entry) ?? Buffer.from(canonicalJson(entry));
  entryTexts.set(entry, known);
  return known;
}

function partBytes(part: unknown): Buffer[] {
  if (typeof part !== 'object' || part === null) return [entryBytes(part)];
  if (!Array.isArray(part)) return objectBytes(part, (entry) => [entryBytes(entry)]);
  const known = entryTexts.get(part) ?? Buffer.concat(listBytes(part));
  entryTexts.set(part, known);
  return [known];
}

function listBytes(list: unknown[]): Buffer[] {
  const entries = list.flatMap((entry, i) => (i === 0 ? [entryBytes(entry)] : [COMMA, entryBytes(entry)]));
  return [Buffer.from('['), ...entries, Buffer.from(']')];
}

function objectBytes(value: object, bytesOf: (entry: unknown) => Buffer[]): Buffer[] {
  const entries = inOrder(value).flatMap(([key, entry], i) => [
    Buffer.from(`${i === 0 ? '' : ','}${JSON.stringify(key)}:`),
    ...bytesOf(entry),
  ]);
  return [Buffer.from('{'), ...entries, Buffer.from('}')];
}

const COMMA = Buffer.from(',');

/** The same text for the same value: keys in the order of their characters, nothing between. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(ordered(value));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(inOrder(value).map(([key, one]) => [key, ordered(one)]));
}

/** Names are sorted alone: sorting pairs takes several times as long. */
function inOrder(value: object): [string, unknown][] {
  const named = value as Record<string, unknown>;
  return Object.keys(named)
    .sort()
    .map((key) => [key, named[key]]);
}
