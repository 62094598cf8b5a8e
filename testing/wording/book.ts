import { beforeVerdict } from './before-verdict.ts';
import { borrowing } from './borrowing.ts';
import { credits } from './credits.ts';
import { chains, commands, commits, issues, leaderboard } from './elsewhere.ts';
import { writeChapters } from './entry.ts';
import { machines } from './machines.ts';
import { reasons, runs } from './reasons.ts';
import { verdictParts, verdicts } from './verdicts.ts';

/** The bot's phrase book: every message once, as people get it, for a reviewer to read. */
export function book(): string {
  return writeChapters([
    beforeVerdict,
    verdicts,
    verdictParts,
    runs,
    borrowing,
    commands,
    credits,
    commits,
    chains,
    issues,
    leaderboard,
    machines,
    reasons,
  ]);
}
