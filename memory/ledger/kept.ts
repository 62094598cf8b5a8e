import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Walked } from '../../core/credits/verify/walked.ts';
import { ledgerSchema, pricesSchema } from '../../core/formats/ledger.ts';
import { sha } from '../../core/formats/primitives.ts';
import { readIfThere, writeWhole } from './whole-file.ts';

/** How far main's history was found to follow, so that the next time only what came since is read. A cache: safe to delete. */

/** Raise it when the walk asks for more than before: everything is read again then. */
const LAYOUT = 2;

const schema = z.strictObject({
  layout: z.literal(LAYOUT),
  commit: sha,
  walked: z.strictObject({
    ledger: ledgerSchema.nullable(),
    begun: z.strictObject({ commit: sha, carried: z.boolean() }).nullable(),
    prices: pricesSchema.nullable(),
    key: z.string().nullable(),
    results: z.int(),
    commits: z.int(),
    tokens: z.record(z.string(), z.int()),
  }),
  /** Each run and its pull request, one after the other. */
  runs: z.custom<number[]>(Array.isArray),
});

export interface Kept {
  commit: string;
  walked: Walked;
}

/** What was kept; null where there is nothing that can be used. @param isEarlier whether the commit is in the history that is asked about */
export async function kept(
  path: string,
  isEarlier: (commit: string) => Promise<boolean>,
): Promise<Kept | null> {
  const text = await readIfThere(path);
  const parsed = schema.safeParse(text === null ? null : jsonOf(text));
  if (!parsed.success || !(await isEarlier(parsed.data.commit))) return null;
  const { commit, walked, runs } = parsed.data;
  const pulls = new Map<number, number>();
  for (let i = 0; i + 1 < runs.length; i += 2) pulls.set(runs[i]!, runs[i + 1]!);
  return { commit, walked: { ...walked, runs: pulls } };
}

export async function keep(path: string, { commit, walked: { runs, ...walked } }: Kept): Promise<void> {
  const value: z.input<typeof schema> = { layout: LAYOUT, commit, walked, runs: [...runs].flat() };
  await mkdir(dirname(path), { recursive: true });
  await writeWhole(path, JSON.stringify(value));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // half a file is none
  }
}
