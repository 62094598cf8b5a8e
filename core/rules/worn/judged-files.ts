import type { ExperimentResult } from '../../formats/result.ts';
import type { JudgedFile } from './worn.ts';

/** What `wornOf` compares, from the results of one track. */

/** A holder of the track's record, as the leaderboard and `results/history/` keep them. */
interface Holder {
  blob: string;
  valBpb: number;
  heldoutBpb: number | null;
}

type Judged = Pick<ExperimentResult, 'verdict' | 'valBpb' | 'heldoutBpb' | 'incumbent' | 'runs'>;

/**
 * One for each result whose losses on both texts are known, and its base's. Fresh runs alone speak of a file that has any: those that
 * chose it to be confirmed were chosen for their luck.
 */
export function judgedFiles(results: readonly Judged[], holders: readonly Holder[]): JudgedFile[] {
  const bases = new Map(holders.map((holder) => [holder.blob, holder]));
  return results.flatMap((result) => {
    const base = bases.get(result.incumbent?.blob ?? '');
    const losses = lossesOf(result);
    if (!base || base.heldoutBpb === null || losses === null) return [];
    const { valBpb, heldoutBpb } = base;
    return [{ ...losses, base: { valBpb, heldoutBpb }, selected: result.verdict === 'improved' }];
  });
}

function lossesOf({ runs }: Judged): { valBpb: number; heldoutBpb: number } | null {
  const scored = runs.flatMap(({ stage, valBpb, heldoutBpb, discounted }) =>
    valBpb === null || heldoutBpb === null || discounted !== undefined ? [] : [{ stage, valBpb, heldoutBpb }],
  );
  const fresh = scored.filter(({ stage }) => stage === 'confirm');
  const counted = fresh.length > 0 ? fresh : scored.filter(({ stage }) => stage === 'explore');
  if (counted.length === 0) return null;
  const mean = (of: (run: (typeof counted)[number]) => number) =>
    counted.reduce((sum, run) => sum + of(run), 0) / counted.length;
  return { valBpb: mean((run) => run.valBpb), heldoutBpb: mean((run) => run.heldoutBpb) };
}
