import type { Config } from '../../../core/formats/config.ts';
import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { World } from '../../model/snapshot.ts';

/** What every decision depends on: a configuration and a leaderboard that can be read. */
export interface Settings {
  config: Config;
  board: Leaderboard;
}

export interface Fault {
  what: string;
  problems: string[];
}

/** Without both the bot stops writing: it must neither guess a setting nor begin an empty leaderboard. */
export function settingsOf(world: World): { ok: true; value: Settings } | { ok: false; fault: Fault } {
  const { config, leaderboard } = world.main;
  if (!config.ok) return { ok: false, fault: { what: '.github/descent.yml', problems: config.problems } };
  if (!leaderboard.ok)
    return { ok: false, fault: { what: 'results/leaderboard.json', problems: leaderboard.problems } };
  return { ok: true, value: { config: config.value, board: leaderboard.value } };
}
