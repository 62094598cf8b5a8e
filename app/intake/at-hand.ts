import { experimentsDue, frontierExperiments } from '../../core/formats/leaderboard.ts';
import { own } from '../../core/names.ts';
import { heardOf } from '../model/heard.ts';
import type { HeadState, RunState, Snapshot, World } from '../model/snapshot.ts';
import { tracksAsked } from '../model/tracks.ts';

/** Which files, tracks and commits of a pull request matter now, so that no other is read. */

/** A run of the present file is below the best: only then it may be merged soon. */
export function mayGain({ main }: World, heads: HeadState[], blob: string | undefined): boolean {
  if (!main.leaderboard.ok) return false;
  const { tracks } = main.leaderboard.value;
  return heads
    .flatMap((head) => head.runs)
    .some((run) => {
      const best = tracks[run.key.track]?.incumbent.valBpb;
      return run.key.blob === blob && best !== undefined && (heardOf(run)?.run.valBpb ?? Infinity) < best;
    });
}

/** A run of a file of its own has come on a track where small gains are adopted. */
export function mayBeAdopted({ main }: World, heads: HeadState[]): boolean {
  if (!main.config.ok) return false;
  const { tracks } = main.config.value;
  return heads
    .flatMap((head) => head.runs)
    .some((run) => isOwn(run) && own(tracks, run.key.track)?.frontier === true && hasReport(run));
}

/** The tracks the pull request asks for, and those its runs were ordered on. */
export function tracksAtHand({ main }: World, asking: Parameters<typeof tracksAsked>[0]): string[] {
  const asked = main.config.ok ? tracksAsked(asking, main.config.value.primary) : [];
  return [...new Set([...asked, ...asking.heads.flatMap((head) => head.runs.map((run) => run.key.track))])];
}

/**
 * Blobs whose record matters: the present one while the pull request is open, or was merged without a verdict; those with something
 * left to settle; all when asked.
 */
export function blobsAtHand(heads: HeadState[], state: Snapshot['pull']['state'], asked: boolean): string[] {
  const undecided = state === 'merged' && heads[0]?.overall?.key.state !== 'verdict';
  const unsettled = heads.filter(
    (head, i) =>
      asked ||
      (i === 0 && (state === 'open' || undecided)) ||
      head.runs.some((run) => run.check.status !== 'completed') ||
      (head.overall !== null && head.overall.check.status !== 'completed'),
  );
  return [...new Set(unsettled.flatMap(filesOf))];
}

/**
 * Files of a pull request whose machines are being audited, whose verdicts are to be looked at again, or that were adopted or composed
 * and are not decided.
 */
export function blobsDue({ main }: World, number: number): string[] {
  const due = experimentsDue(main.leaderboard).flatMap(({ pull, blob }) => (pull === number ? [blob] : []));
  const adopted = frontierExperiments(main.leaderboard).flatMap(({ pull, blob, from }) =>
    pull === number ? [blob, from ?? blob] : [],
  );
  return [...due, ...adopted];
}

/** The commits that carry the checks of what a pull request has on frontiers, whatever was pushed since. */
export function headsDue({ leaderboard }: Pick<World['main'], 'leaderboard'>, number: number): string[] {
  return frontierExperiments(leaderboard).flatMap(({ pull, head }) => (pull === number ? head : []));
}

/** A commit's file, and those that were composed of it: their runs are on the same commit. */
export function filesOf({ blob, runs }: HeadState): string[] {
  return [...new Set([...(blob === null ? [] : [blob]), ...runs.filter(isOwn).map(({ key }) => key.blob)])];
}

/** A run of a file of the pull request's, not of the incumbent. */
export function isOwn({ key }: RunState): boolean {
  return key.stage !== 'baseline';
}

export function hasReport(run: RunState): boolean {
  return heardOf(run) !== null;
}
