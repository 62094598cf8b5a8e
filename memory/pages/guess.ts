import { DESCENT } from '../../core/command-name.ts';
import type { Leaderboard } from '../../core/formats/leaderboard.ts';
import { own } from '../../core/names.ts';
import { bpb } from '../../core/text/loss.ts';
import { pullNames } from '../../core/text/plural.ts';
import { guessLine, guessOf } from '../guess.ts';

/** The record and the best guess, as the page of what is known begins; nothing where nothing is adopted. */
export function guessSentence(board: Leaderboard, track: string): string {
  const guess = guessOf(board, track);
  const standing = own(board.tracks, track);
  if (guess === null || standing === undefined) return '';
  const chain = pullNames(guess.chain.map(({ pull }) => pull));
  return `\nThe record, which is certified: ${bpb(standing.incumbent.valBpb)}. The ${guessLine(guess)}, not certified: agents build on it (\`${DESCENT} best --write\`). Adopted since the record: ${chain}.\n`;
}
