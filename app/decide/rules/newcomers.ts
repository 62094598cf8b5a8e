import { DAY_MS } from '../../../core/calendar.ts';
import { type Reason, reason } from '../../../core/formats/reasons.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { LACKS } from '../../say/before-verdict.ts';
import type { Settings } from '../state/settings.ts';

/** Newcomers, where the configuration asks for it: a maintainer lets their pull request be measured by `/approve`. */

/** What a newcomer lacks; nothing for everybody else, and once the present file is approved. */
export function lacksOf({ now, pull }: Snapshot, { config, board }: Settings): string[] {
  const rules = config.newcomers;
  if (!rules || pull.reply.approved === pull.file?.oid) return [];
  const reasons = [young(rules['minimum-age-days'], pull.authorSince, now), green(rules['minimum-merged'])];
  return reasons.filter((reason) => reason !== null);

  function green(least: number): string | null {
    const held = Object.values(board.tracks).flatMap((track) => track.history);
    const mine = held.filter((holder) => holder.pull !== null && holder.author === pull.author);
    const merged = new Set(mine.map((holder) => holder.pull)).size; // one pull request may hold several tracks
    return merged >= least ? null : LACKS.merged(least, merged);
  }
}

/** An account whose age GitHub does not report counts as made today. */
function young(least: number, since: string | null, now: string): string | null {
  const days = since === null ? 0 : (Date.parse(now) - Date.parse(since)) / DAY_MS;
  return days >= least ? null : LACKS.age(least);
}

/** @param lacks what `lacksOf` found */
export function newcomersAsked({ config }: Settings, lacks: string[]): Reason {
  if (lacks.length > 0) return reason('newcomers', 'waits', 'needs-approval', lacks.join('; '));
  const rules = config.newcomers;
  const saw = rules
    ? `at least ${rules['minimum-age-days']} days and ${rules['minimum-merged']} merged experiments, or approved`
    : 'newcomers need no approval here';
  return reason('newcomers', 'passed', 'not-held', saw);
}
