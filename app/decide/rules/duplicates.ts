import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import { type Reason, reason } from '../../../core/formats/reasons.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { own } from '../../../core/names.ts';
import type { Snapshot } from '../../model/snapshot.ts';

export interface DuplicateOf {
  pull: number | null;
  result: ExperimentResult | null;
  /** The same bytes; otherwise only comments or formatting differ. */
  exact: boolean;
  /** The bot has not decided the other one yet. */
  open: boolean;
}

const ACTIVE = new Set(['queued', 'later', 'measuring', 'waiting']);

/** Was this file measured before, or is it being measured for an earlier pull request? Comments and formatting make no other file. */
export function duplicateOf(snapshot: Snapshot, board: Leaderboard, track: string): DuplicateOf | null {
  const { pull, queue } = snapshot;
  const blob = pull.file?.oid;
  const content = snapshot.contents[blob ?? ''];
  const known = snapshot.results.find(
    ({ blob: of, result }) => of === blob && result.track === track && result.pull !== pull.number,
  );
  if (known)
    return {
      pull: known.result.pull,
      result: known.result,
      open: false,
      exact: known.result.blob === blob,
    };
  const holder = own(board.tracks, track)?.history.find((one) => one.blob === blob);
  if (holder) return { pull: holder.pull, result: null, open: false, exact: true };
  const best = track === board.primary ? snapshot.main.train?.oid : own(board.tracks, track)?.incumbent.blob;
  if (content !== undefined && content === snapshot.contents[best ?? ''])
    return {
      pull: own(board.tracks, track)?.incumbent.pull ?? null,
      result: null,
      open: false,
      exact: false,
    };
  const other = queue.find(
    (entry) =>
      // Of two that wait the older one is measured; one that is being measured is, whatever its number.
      (entry.pull < pull.number || (entry.pull > pull.number && entry.overall?.state === 'measuring')) &&
      (entry.blob === blob || (content !== undefined && entry.overall?.content === content)) &&
      entry.overall?.blob === entry.blob &&
      entry.overall?.track === track &&
      !entry.draft &&
      ACTIVE.has(entry.overall.state),
  );
  return other ? { pull: other.pull, result: null, open: true, exact: other.blob === blob } : null;
}

/** Tracks where another pull request's evidence is the answer, and those where nothing is known. */
export function duplicatesAsked(elsewhere: { track: string; of: DuplicateOf }[], ahead: string[]): Reason {
  const because = elsewhere.map(({ track, of }) => {
    const whose = of.pull === null ? 'the incumbent' : `#${of.pull}`;
    const saw = `${track}: ${whose}${of.result ? ` (${of.result.verdict})` : ''}`;
    return reason('duplicate', 'decided', of.exact ? 'same-file' : 'same-program', saw);
  });
  return ahead.length > 0
    ? reason('evidence', 'passed', 'new', `to be measured on ${ahead.join(', ')}`, because)
    : reason('evidence', 'decided', 'known', 'all that it asks for is known', because);
}
