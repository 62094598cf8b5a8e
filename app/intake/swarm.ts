import type { WorldReading } from '../github/port.ts';

/** What keeps the bot from a repository, in words that follow its name; null where it works. */
export function leftAlone({ repository, main }: Pick<WorldReading, 'repository' | 'main'>): string | null {
  // No one can write there, so every step would end in a refusal.
  if (repository.archived) return 'it is archived: GitHub takes no change of it';
  return isSwarm(main) ? null : 'it has none of the files of Descent on its default branch';
}

/**
 * Whether a repository wants Descent. GitHub's own default installs an App on every repository of an account: one that has neither
 * of Descent's two files never asked for anything, and is left alone in silence. One of the two missing is a fault that is reported.
 */
function isSwarm(main: Pick<WorldReading['main'], 'config' | 'leaderboard'>): boolean {
  return main.config !== null || main.leaderboard !== null;
}
