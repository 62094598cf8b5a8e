import { z } from 'zod';
import type { Parsed } from '../parsed.ts';
import { bpb, sha, time } from './primitives.ts';
import { trackNameSchema } from './run.ts';
import { parseStrictJson } from './strict-json.ts';

/**
 * `results/tokens/<track>/<n>.json`: the nth record of a track, as it was when it was made. Written once, never changed, and nobody
 * can hand it on: it only says again what the results say (core/credits/tokens.ts). Whether the record still stands is not in it.
 */

export const TOKENS = 'results/tokens';

const pull = z.int().positive();
const account = z.strictObject({
  login: z.string(),
  /** GitHub's number, where it is known: a login may change hands. */
  id: z.int().positive().optional(),
});

export const tokenSchema = z.strictObject({
  schema: z.literal(1),
  track: trackNameSchema,
  /** 0 for main's own first file. */
  number: z.int().min(0),
  /** Null for main's own first file. */
  pull: pull.nullable(),
  /** Git blob of the file that held the record. */
  blob: sha,
  /** Its result, which has all that was measured. Null for main's own first file. */
  record: z.string().nullable(),
  /** Head of the pull request that carried the file. */
  head: sha.nullable(),
  /** The record before it. */
  parent: z.strictObject({ number: z.int().min(0), pull: pull.nullable(), blob: sha }).nullable(),
  /** Null for main's own first file. */
  author: account.nullable(),
  /** Pull requests that were certified with it, in order, where it is the end of a chain. */
  chain: z.array(pull).optional(),
  /** Owners of the machines whose runs its loss is the mean of, each once. */
  owners: z.array(account),
  valBpb: bpb,
  /** Gain over the record before, bits per byte, with its 95 % interval. Null where one run decided, and for the first file. */
  effect: z
    .strictObject({
      estimate: z.number(),
      standardError: z.number(),
      low: z.number(),
      high: z.number(),
    })
    .nullable(),
  at: time,
  /** Main's commit before the one that wrote this: a commit cannot name itself. */
  after: sha,
});
export type Token = z.infer<typeof tokenSchema>;

/** Where the nth record of a track stands. */
export function tokenPath({ track, number }: Pick<Token, 'track' | 'number'>): string {
  return `${TOKENS}/${track}/${number}.json`;
}

export function tokenText(token: Token): string {
  return `${JSON.stringify(token, null, 2)}\n`;
}

/** @param path of the file: a token in another's place is refused */
export function parseToken(path: string, text: string): Parsed<Token> {
  const bad = (...problems: string[]) => ({
    ok: false as const,
    problems: problems.map((one) => `${path}: ${one}`),
  });
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (error) {
    return bad(`is not JSON (${(error as Error).message}): restore it from main's history`);
  }
  const parsed = tokenSchema.safeParse(value);
  if (!parsed.success)
    return bad(
      ...parsed.error.issues
        .slice(0, 5)
        .map((issue) => `\`${issue.path.join('.') || 'the file'}\`: ${issue.message}`),
    );
  const place = tokenPath(parsed.data);
  return place === path
    ? { ok: true, value: parsed.data }
    : bad(`is the token of ${place}: restore it from main's history`);
}
