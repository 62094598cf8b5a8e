import { TRAIN_PATH } from '../../../core/rules/eligibility.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { placeOf } from '../../model/tracks.ts';
import type { Commit } from '../answer/decided.ts';
import { isReady } from '../rules/progress.ts';
import type { Settings } from '../state/settings.ts';
import { mayBring } from './branch.ts';
import type { Part } from './consequence.ts';

/** How a verdict gets on main: with the measured file where it moves main, and with the branch's history where main may have that. */

/** The pull request's head, when main's history is to have it. GitHub then shows the pull request as merged. */
export function headToBring(snapshot: Snapshot, { config }: Settings, parts: Part[]): string | null {
  const gained = parts.some(({ consequence }) => consequence === 'merged' || consequence === 'overtaken');
  if (!gained || !isReady(snapshot) || !config.merge || snapshot.pull.onMain) return null;
  if (!mayBring(snapshot.pull)) return null;
  return snapshot.pull.heads[0]!.oid;
}

/** Every gain is on main already; what is left is that main's history knows where they came from. */
export function bringHead({ pull }: Snapshot, parts: Part[], head: string | null): Commit | null {
  if (head === null) return null;
  const results = parts.map((one) => one.result);
  return { changes: [{ kind: 'brought', title: pull.title, results }], head };
}

/** @param head the branch's head, for a merge; null to leave it out */
export function commitOf(
  snapshot: Snapshot,
  { result, adopt }: Part,
  changes: Commit['changes'],
  head: string | null,
): Commit {
  const path = placeOf(snapshot, result.track);
  // A pull request that a person merged has its file on main already.
  const there = snapshot.pull.state === 'merged' && path === TRAIN_PATH;
  return {
    changes,
    measured: adopt && !there ? { path, blob: result.blob } : null,
    head,
    coAuthor: adopt && head === null ? result.author : null,
  };
}
