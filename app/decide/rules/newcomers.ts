import { DESCENT } from '../../../core/command-name.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Saying } from '../../say/before-verdict.ts';
import type { Grounds } from '../state/settings.ts';

/** Newcomers, where the configuration asks for it: a maintainer lets their request be measured by `/approve`. */

const DAY_MS = 86_400_000;

/** What a newcomer's request is told; null for everybody else, and once its present file is approved. */
export function heldForApproval({ now, pull }: Snapshot, { config, board }: Grounds): Saying | null {
  const rules = config.newcomers;
  if (!rules || (pull.reply.approved !== null && pull.reply.approved === pull.file?.oid)) return null;
  const reasons = [young(rules['minimum-age-days'], pull.authorSince, now), green(rules['minimum-merged'])];
  const said = reasons.filter((reason) => reason !== null);
  if (said.length === 0) return null;
  return {
    title: 'waiting for a maintainer to approve a newcomer',
    body: [
      '### Waiting for approval',
      `Nothing is wrong with the request: ${said.join(', and ')}.`,
      `A maintainer looks at it and comments \`/approve\`; it is then measured by itself. \`${DESCENT} try\` measures it on your own machine meanwhile.`,
    ].join('\n\n'),
  };

  function green(least: number): string | null {
    const held = Object.values(board.tracks).flatMap((track) => track.history);
    const mine = held.filter((holder) => holder.pull !== null && holder.author === pull.author);
    const merged = new Set(mine.map((holder) => holder.pull)).size; // one request may hold several tracks
    return merged >= least
      ? null
      : `its author has ${merged} of the ${least} merged experiments asked for here`;
  }
}

/** An account whose age GitHub does not tell counts as made today. */
function young(least: number, since: string | null, now: string): string | null {
  const days = since === null ? 0 : (Date.parse(now) - Date.parse(since)) / DAY_MS;
  return days >= least ? null : `the account is younger than the ${least} days asked for here`;
}
