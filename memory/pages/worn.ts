import { own } from '../../core/names.ts';
import { type Compared, judgedFiles } from '../../core/rules/worn/judged-files.ts';
import { type Worn, wornOf } from '../../core/rules/worn/worn.ts';
import { bpb, signed } from '../../core/text/loss.ts';
import type { Memory } from '../memory.ts';

/** Whether the track's validation text is worn out, by all its results; null while there are too few. */
export function wornIn({ store, leaderboard }: Memory, track: string): Worn | null {
  const rows = store
    .prepare(
      `SELECT blob, incumbentBlob AS base, freshBpb AS valBpb, freshHeldoutBpb AS heldoutBpb, verdict FROM experiments
       WHERE track = ? AND freshBpb IS NOT NULL`,
    )
    .all(track) as unknown as (Omit<Compared, 'selected'> & { verdict: string })[];
  const results = rows.map(({ verdict, ...row }) => ({ ...row, selected: verdict === 'improved' }));
  return wornOf(judgedFiles(results, own(leaderboard.tracks, track)?.history[0]));
}

/** What the page says of it. */
export function wornSentence(worn: Worn | null): string {
  if (worn === null) return '';
  const { excess, low, high, gain, selected, others } = worn;
  const interval = `${signed(excess)} bits per byte for each of ${selected} records (95 %: ${signed(low)} to ${signed(high)}), compared with ${others} other files`;
  if (!worn.worn)
    return `\nNo sign that the validation text is worn out: held-out loss follows it (${interval}).\n`;
  return `\n> **The validation text wears out.** Records gain more on it than on held-out text: ${interval}. That is part of the ${bpb(gain)} that each gained.\n`;
}
