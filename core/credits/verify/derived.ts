import { LEADERBOARD_PATH, type Leaderboard, parseLeaderboard } from '../../formats/leaderboard.ts';
import { type ExperimentResult, parseResult } from '../../formats/result.ts';
import { parseToken, TOKENS } from '../../formats/token.ts';
import { tokenFiles } from '../tokens.ts';
import type { ChangedText, Derived } from './walked.ts';

/** Files of a commit that follow from its others: one function a kind. Here is all that `ledger verify` knows of them. */

interface Given {
  files: ChangedText[];
  /** Main's commit before. */
  parent: string;
  /** Of the commit, a file that it does not change. */
  others: ReadonlyMap<string, string | null>;
}

/** Whether a commit that changes these has any, so that the leaderboard is read. */
export function derives(paths: string[]): boolean {
  return paths.some((path) => path.startsWith(`${TOKENS}/`));
}

/** Files that the commit leaves as they are, and that what it derives follows from. */
export function needed(files: ChangedText[]): string[] {
  const records = files.flatMap(({ path, after }) => {
    const token = path.startsWith(`${TOKENS}/`) && after !== null ? parseToken(path, after) : null;
    return token?.ok && token.value.record !== null ? [token.value.record] : [];
  });
  return records.filter((path) => !files.some((one) => one.path === path));
}

export function derivedFiles(given: Given): Derived[] {
  return tokens(given);
}

function tokens({ files, parent, others }: Given): Derived[] {
  const found = files.map(({ path }) => path).filter((path) => path.startsWith(`${TOKENS}/`));
  if (found.length === 0) return [];
  const board = files.find(({ path }) => path === LEADERBOARD_PATH);
  const [before, after] = [boardOf(board?.before), boardOf(board?.after)];
  const textAt = (path: string) => files.find((one) => one.path === path)?.after ?? others.get(path) ?? null;
  const made =
    before && after ? tokenFiles({ before, after, parent, resultAt: (path) => resultIn(textAt(path)) }) : [];
  const expected = new Map(made.map(({ path, content }) => [path, content]));
  return [...new Set([...expected.keys(), ...found])].map((path) => ({
    path,
    expected: expected.get(path) ?? null,
  }));
}

function boardOf(text: string | null | undefined): Leaderboard | null {
  const parsed = parseLeaderboard(text ?? null);
  return parsed.ok ? parsed.value : null;
}

function resultIn(text: string | null): ExperimentResult | null {
  const parsed = parseResult(text);
  return parsed.kind === 'record' ? parsed.result : null;
}
