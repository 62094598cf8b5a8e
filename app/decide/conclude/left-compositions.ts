import { frontierIn, type Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { GIVEN_UP } from '../../say/run-check.ts';
import type { Decided } from '../answer/decided.ts';
import { leaves, underWay } from '../results/compositions.ts';
import { runsAt, untakenOf } from '../rules/dispatch.ts';
import { isReady } from '../rules/progress.ts';
import { nextInLine } from '../rules/queue.ts';
import { candidateOf, type Experiment, experimentsOf, givenUp } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';

/** Compositions that their pull request has left behind, and runs of those that the frontier has left behind. */

/** A file that was pushed over, or a pull request that was withdrawn before the run began: it is not measured any more. */
export function dropLeft(snapshot: Snapshot, { board }: Settings): Decided | null {
  const { pull } = snapshot;
  const begun = (blob: string, track: string) => {
    const runs = candidateOf(pull.heads, blob, track);
    return runs !== undefined && hasRuns(runs);
  };
  for (const track of Object.keys(board.tracks)) {
    const left = underWay(board, track).find(
      ({ pull: of, from, blob }) =>
        of === pull.number && (from !== pull.file?.oid || (!isReady(snapshot) && !begun(blob, track))),
    );
    if (left) return { reasons: [], ...leaves(board, track, left), again: true };
  }
  return null;
}

function hasRuns({ facts, pending, broken }: Experiment): boolean {
  return facts.length + pending.length + broken.length > 0;
}

/** Its chain was refuted: nothing waits for the run. The change is judged and composed again by what was measured before. */
export function giveUpRefuted(snapshot: Snapshot, settings: Settings): Decided | null {
  const { pull, results } = snapshot;
  const own = new Set(pull.heads.map(({ blob }) => blob));
  const gone = experimentsOf(pull.heads).filter(
    (one) =>
      one.of === 'candidate' &&
      one.head === pull.heads[0]?.oid &&
      !own.has(one.blob) &&
      !isOnFrontier(settings.board, one) &&
      !results.some(({ blob, result }) => blob === one.blob && result.pull === pull.number) &&
      one.pending.length + one.broken.length + one.updates.length > 0,
  );
  if (gone.length === 0) return null;
  const runs = gone.flatMap(({ pending, broken }) => [...pending, ...broken.map(({ run }) => run)]);
  const out = runsAt(gone.flatMap(({ pending }) => pending));
  const collected = gone.flatMap(({ updates }) => updates).filter(({ status }) => status === 'completed');
  return {
    reasons: [],
    cancel: [...out, ...untakenOf(runs)],
    checks: [...collected, ...runs.map((run) => givenUp(run, GIVEN_UP.refuted))],
    look: { pulls: nextInLine(pull.number, snapshot, settings, gone[0]!.track), incumbents: [] },
    again: true,
  };
}

function isOnFrontier(board: Leaderboard, { blob, track }: Experiment): boolean {
  const { chain } = frontierIn(board, track);
  return [...chain, ...underWay(board, track)].some((one) => one.blob === blob);
}
