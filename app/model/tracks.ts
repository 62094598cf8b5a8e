import { frontierBranch } from '../../core/formats/frontier.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import type { PullState, Snapshot, World } from './snapshot.ts';

type Asking = Pick<PullState, 'description' | 'reply' | 'heads'>;

/**
 * The tracks a pull request asks for, in order: those its description names, or the primary one, then those added by `/track`.
 * While the description cannot be read the pull request stays where it was.
 */
export function tracksAsked({ description, reply, heads }: Asking, primary: string): string[] {
  const present = heads[0]?.overall?.key.track ?? '-';
  const named = description.ok ? description.value.tracks : present === '-' ? [] : [present];
  return [...new Set([...(named.length > 0 ? named : [primary]), ...reply.tracks])];
}

/** Tracks it asks for that the configuration does not know, or no longer knows. */
export function unknownTracks({ main, pull }: Snapshot): string[] {
  if (!main.config.ok) return [];
  const { primary, tracks } = main.config.value;
  return tracksAsked(pull, primary).filter((track) => !Object.hasOwn(tracks, track));
}

/** The branch that shows a track's frontier. */
export function branchOf({ main }: World, track: string): string {
  return frontierBranch(track, main.config.ok ? main.config.value.primary : track);
}

/** Where main keeps the best file of a track: the primary one moves main's own, every other has its own beside it. */
export function placeOf({ main }: World, track: string): string {
  return !main.config.ok || track === main.config.value.primary ? TRAIN_PATH : `train/best/${track}.py`;
}
