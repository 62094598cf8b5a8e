import type { ExperimentResult } from '../../formats/result.ts';
import type { JudgedFile } from './worn.ts';

/** What `wornOf` compares, from the results of one track. */

/** Means over the same runs, bits per byte. */
export interface Losses {
  valBpb: number;
  heldoutBpb: number;
}

/** A result whose losses on both texts are known. */
export interface Compared extends Losses {
  blob: string;
  /** The incumbent it was compared with. */
  base: string | null;
  selected: boolean;
}

/**
 * Over fresh runs where a file has any: those that chose it to be confirmed were chosen for their luck. Null where no run tells the
 * loss on both texts.
 */
export function freshLosses({ runs }: Pick<ExperimentResult, 'runs'>): Losses | null {
  const scored = runs.flatMap(({ stage, valBpb, heldoutBpb, discounted }) =>
    valBpb === null || heldoutBpb === null || discounted !== undefined ? [] : [{ stage, valBpb, heldoutBpb }],
  );
  const fresh = scored.filter(({ stage }) => stage === 'confirm');
  const counted = fresh.length > 0 ? fresh : scored.filter(({ stage }) => stage === 'explore');
  if (counted.length === 0) return null;
  const mean = (of: (run: Losses) => number) =>
    counted.reduce((sum, run) => sum + of(run), 0) / counted.length;
  return { valBpb: mean((run) => run.valBpb), heldoutBpb: mean((run) => run.heldoutBpb) };
}

/** @param first the file the track began with, which has no result */
export function judgedFiles(
  results: readonly Compared[],
  first: { blob: string; valBpb: number; heldoutBpb: number | null } | undefined,
): JudgedFile[] {
  const bases = new Map<string, Losses>();
  if (first && first.heldoutBpb !== null)
    bases.set(first.blob, { valBpb: first.valBpb, heldoutBpb: first.heldoutBpb });
  for (const { blob, selected, valBpb, heldoutBpb } of results)
    if (selected) bases.set(blob, { valBpb, heldoutBpb });
  return results.flatMap(({ base, valBpb, heldoutBpb, selected }) => {
    const known = bases.get(base ?? '');
    return known ? [{ valBpb, heldoutBpb, base: known, selected }] : [];
  });
}
