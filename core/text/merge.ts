import { diff3Merge, mergeDiff3 } from 'node-diff3';

/** A change made to one version of a file, put onto another. */

/** Lines on which both sides changed the same place, each side as it has them. */
export interface Conflict {
  /** Where it begins in the newer file, from 1. */
  line: number;
  before: string[];
  /** The newer file's lines. */
  theirs: string[];
  /** The change's lines. */
  ours: string[];
}

export type Merged =
  | { ok: true; text: string }
  /** `ourLines`: where each conflict begins in the change, from 1. */
  | { ok: false; conflicts: Conflict[]; ourLines: number[] };

/**
 * Three-way merge by lines (Khanna, Kunal, Pierce, A Formal Investigation of Diff3, 2007).
 * @param before what the change was made to
 * @param changed `before` with the change
 * @param onto the newer file
 */
export function mergeChange(before: string, changed: string, onto: string): Merged {
  const parts = diff3Merge(linesOf(onto), linesOf(before), linesOf(changed), EXACT);
  const found = parts.flatMap(({ conflict }) => conflict ?? []);
  if (found.length > 0) {
    const conflicts = found.map(({ aIndex, o, a, b }) => ({
      line: aIndex + 1,
      before: o,
      theirs: a,
      ours: b,
    }));
    return { ok: false, conflicts, ourLines: found.map(({ bIndex }) => bIndex + 1) };
  }
  return { ok: true, text: parts.flatMap(({ ok }) => ok ?? []).join('\n') };
}

/** The same, conflicts between markers as git writes them. @param names of the newer file and of the change */
export function mergeWithMarkers(
  before: string,
  changed: string,
  onto: string,
  names: { newer: string; change: string },
): string {
  const label = { a: names.newer, o: 'before both', b: names.change };
  const { result } = mergeDiff3(linesOf(onto), linesOf(before), linesOf(changed), { ...EXACT, label });
  return result.join('\n');
}

const EXACT = { excludeFalseConflicts: true };

function linesOf(text: string): string[] {
  return text.replaceAll('\r\n', '\n').split('\n');
}
