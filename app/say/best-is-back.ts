import type { TrackStanding } from '../../core/formats/leaderboard.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { bpb } from '../../core/text/loss.ts';
import type { Decision } from '../decide/answer/decision.ts';
import type { World } from '../model/snapshot.ts';
import { type Message, paragraphs } from './before-verdict.ts';
import { howBack } from './verdict.ts';

/** A pull request brought the best file back after a person had merged a worse one. */
export function bestIsBack(
  { main }: World,
  { track, pull, blob, valBpb, merge }: Extract<Decision, { code: 'best-is-back' }>,
): Message {
  const whose = pull === null ? 'the first file' : `#${pull}`;
  return {
    title: `the best file of ${track} is back`,
    body: paragraphs(
      '### The best file is back',
      `This file is byte for byte the best of \`${track}\` (${whose}, val_bpb **${bpb(valBpb)}**), and \`${main.branch}\` had another one. It was measured before, so no GPU time was used.`,
      merge
        ? `\`${main.branch}\` carries blob \`${blob.slice(0, 12)}\` again, and this pull request is closed.`
        : 'In this repository a person merges, so this pull request is labelled `ready`.',
    ),
  };
}

/** An issue for maintainers: a person merged a worse file. */
export function mainIsNotTheBest({
  pull,
  branch,
  track,
  best,
}: {
  pull: number;
  branch: string;
  track: string;
  best: TrackStanding['incumbent'];
}): Message {
  const whose = best.pull === null ? 'the first one' : `#${best.pull}`;
  return {
    title: `main is not the best of ${track}`,
    body: paragraphs(
      `#${pull} was merged by a person before its verdict, and it did not beat the best of \`${track}\`. So \`${TRAIN_PATH}\` on \`${branch}\` is not the file that the leaderboard calls the best (${whose}, val_bpb ${bpb(best.valBpb)}, blob \`${best.blob}\`).`,
      howBack(best.blob),
      'Close this issue afterwards.',
    ),
  };
}
