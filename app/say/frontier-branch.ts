import { inline } from '../../core/text/harmless/github.ts';
import { type Message, paragraphs } from './before-verdict.ts';

/** To maintainers, when GitHub will not have the branch that shows a frontier. */
export function frontierNotShown(branch: string, main: string, why: string): Message {
  return {
    title: `The branch ${branch} cannot be written`,
    body: paragraphs(
      `What was adopted is not shown by the branch \`${branch}\`, since GitHub refuses to make it or to move it: ${inline(why, 300)}. The bot goes on without it: what was adopted stands in \`results/leaderboard.json\` on \`${main}\`.`,
      `Look under **Settings, Rules** and **Settings, Branches** for a rule that covers \`${branch}\`, and let the bot bypass it, forced pushes included. A branch whose name begins with \`${branch}/\` is in its way, too: rename it. The branch is written at the next look, and you can close this issue.`,
    ),
  };
}
