import type { Leaderboard } from '../../core/formats/leaderboard.ts';
import { MAIN_BLOB, NOW } from './names.ts';
import { run } from './run.ts';

type Incumbent = Leaderboard['tracks'][string]['incumbent'];

/** One track, whose incumbent is the file that main began with, at 2.0. */
export function leaderboardOf(change: Partial<Incumbent> = {}): Leaderboard {
  const incumbent = {
    pull: null,
    author: null,
    title: 'the beginning',
    blob: MAIN_BLOB,
    valBpb: 2,
    heldoutBpb: null,
    at: NOW,
    ...change,
  };
  const cpu = {
    incumbent,
    runs: [run(incumbent.valBpb, { stage: 'baseline' })],
    distribution: null,
    others: [],
    sinceIncumbent: 0,
    machines: {},
    audits: [],
    reconsider: [],
    notice: null,
    history: [incumbent],
    counts: {},
  };
  return { schema: 1, primary: 'cpu', tracks: { cpu }, owners: {} };
}

export const board = leaderboardOf();

/** The same where several runs decide, and the incumbent has four, at 2.0. */
export function standingOf(change: Partial<Leaderboard['tracks'][string]> = {}) {
  const runs = [2.1, 1.9, 2.05, 1.95].map((loss, i) =>
    run(loss, {
      stage: 'baseline',
      seed: 50 + i,
      runId: 50 + i,
      owner: i % 2 ? 'bob' : 'ada',
      machine: i % 2 ? 'bob.lab' : 'ada.desk',
    }),
  );
  return { ...board.tracks.cpu!, runs, ...change };
}
