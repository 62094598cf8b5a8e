import type { Snapshot } from '../../model/snapshot.ts';
import type { Decided } from '../answer/decided.ts';
import type { Outcome } from '../results/outcome.ts';
import { lacksOwners } from '../rules/frontier/cases.ts';
import { isReady, type TrackProgress } from '../rules/progress.ts';
import { nextInLine } from '../rules/queue.ts';
import { unpaidOf } from '../rules/spending/committed.ts';
import type { Settings } from '../state/settings.ts';
import { mayBring } from './branch.ts';
import type { Part } from './consequence.ts';
import { notTheBest } from './worse-merged-by-hand.ts';

const GAINED = ['merged', 'overtaken', 'ready', 'chain'] as const;

/** The verdicts of all tracks, said on the pull request, and the pull requests that may go now. @param newOwners machines of new owners are known */
export function answered(
  snapshot: Snapshot,
  settings: Settings,
  tracks: TrackProgress,
  parts: Part[],
  newOwners = false,
): Decided {
  const { pull, main } = snapshot;
  const { config } = settings;
  const last = parts.at(-1)!.result;
  const consequences = new Set(parts.map((one) => one.consequence));
  const gained = GAINED.some((one) => consequences.has(one));
  // GitHub shows it as merged: main has its commits, which are not read then.
  const brought = pull.onMain || pull.state === 'merged';
  // Its gain is on main by a commit of its own: nothing is left that could make GitHub call it merged.
  const apart = gained && !consequences.has('ready') && config.merge && !brought && !mayBring(pull);
  const earlier = pull.heads
    .slice(1)
    .filter((head) => head.overall?.key.state === 'verdict' && head.blob !== last.blob);
  const outcomes = parts.map(({ result, consequence }, i): Outcome => {
    const moved = pull.beganFrom !== null && pull.beganFrom !== main.train?.oid;
    return {
      result,
      consequence: gained && result.verdict !== 'improved' ? 'kept' : consequence,
      stale: moved && main.train?.oid !== result.blob,
      apart,
      lacksOwners: result.verdict === 'adopted' && lacksOwners(settings, result, snapshot),
      unpaid: unpaidOf(snapshot, result),
      earlier: i === parts.length - 1 ? earlier : [],
    };
  });
  // GitHub calls merged what main's history has, where it was to be merged into main.
  const elsewhere = consequences.has('chain') && pull.base !== main.branch;
  const close =
    isReady(snapshot) &&
    (!gained || apart || elsewhere) &&
    !consequences.has('too-few-runs') &&
    !consequences.has('other-base') &&
    !consequences.has('adopted');
  const next = nextInLine(pull.number, snapshot, settings, last.track, newOwners);
  return {
    says: { decision: { code: 'verdict', outcomes, tracks, close }, blob: last.blob, track: last.track },
    reasons: [],
    whenSaid: { alarms: notTheBest(snapshot, settings, parts), next: [...copiesOf(snapshot), ...next] },
    rest: `decided: ${last.verdict}`,
  };
}

/** Other pull requests with the same head. GitHub shows them as merged too once main has it, and no run of their own wakes them. */
function copiesOf({ pull, queue }: Snapshot): number[] {
  return queue
    .filter(({ pull: number, head }) => number !== pull.number && head === pull.heads[0]?.oid)
    .map((entry) => entry.pull);
}
