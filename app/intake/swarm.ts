import type { WorldReading } from '../github/port.ts';

/**
 * Whether a repository wants Descent. GitHub's own default installs an App on every repository of an account: one that has neither
 * of Descent's two files never asked for anything, and is left alone in silence. One of the two missing is a fault that is reported.
 */
export function isSwarm(main: Pick<WorldReading['main'], 'config' | 'leaderboard'>): boolean {
  return main.config !== null || main.leaderboard !== null;
}
