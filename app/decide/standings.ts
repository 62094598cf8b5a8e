import type { ExperimentRecord, Leaderboard, RunRecord, TrackStanding } from '../../results/schema.ts';
import { meanBpb } from './acceptance.ts';
import { leaderboardPage } from './leaderboard-page.ts';

/** Old leaderboard -> new leaderboard. Nothing here writes. */

function credited(owners: Leaderboard['owners'], runs: RunRecord[]): Leaderboard['owners'] {
  const next = { ...owners };
  for (const run of runs) {
    const before = next[run.owner] ?? { runs: 0, seconds: 0 };
    next[run.owner] = { runs: before.runs + 1, seconds: round(before.seconds + run.totalSeconds) };
  }
  return next;
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

function withStanding(board: Leaderboard, track: string, standing: TrackStanding): Leaderboard {
  return { ...board, tracks: { ...board.tracks, [track]: standing } };
}

/** Counts the experiment and credits who measured it. */
export function withRecord(board: Leaderboard, record: ExperimentRecord): Leaderboard {
  const standing = board.tracks[record.track];
  if (!standing) throw new Error(`track ${record.track} has no incumbent, so nothing can be recorded on it`);
  const counts = { ...standing.counts, [record.verdict]: (standing.counts[record.verdict] ?? 0) + 1 };
  return withStanding({ ...board, owners: credited(board.owners, record.runs) }, record.track, {
    ...standing,
    counts,
  });
}

/** The experiment becomes the incumbent; its own runs are what the next one is held against. */
export function withIncumbent(board: Leaderboard, record: ExperimentRecord): Leaderboard {
  const standing = board.tracks[record.track];
  if (!standing || record.valBpb === null)
    throw new Error(`#${record.pull} cannot hold the record of ${record.track}`);
  const incumbent = {
    pull: record.pull,
    author: record.author,
    title: record.authorText.title,
    blob: record.blob,
    valBpb: record.valBpb,
    at: record.decidedAt,
  };
  return withStanding(board, record.track, {
    ...standing,
    incumbent,
    runs: record.runs.filter((run) => run.valBpb !== null),
    history: [...standing.history, incumbent],
  });
}

/** The first incumbent of a track: main's own file as it is. */
export function withBaseline(
  board: Leaderboard,
  primary: string,
  baseline: { track: string; blob: string; runs: RunRecord[]; at: string },
): Leaderboard {
  const incumbent = {
    pull: null,
    author: null,
    title: 'the file the repository began with',
    blob: baseline.blob,
    valBpb: meanBpb(baseline.runs),
    at: baseline.at,
  };
  return withStanding({ ...board, primary, owners: credited(board.owners, baseline.runs) }, baseline.track, {
    incumbent,
    runs: baseline.runs,
    history: [incumbent],
    counts: {},
  });
}

export function holdsRecord(board: Leaderboard, track: string, blob: string): boolean {
  return board.tracks[track]?.history.some((holder) => holder.blob === blob) ?? false;
}

/** The two files that say the same, for programs and for people. */
export function boardFiles(board: Leaderboard): { path: string; content: string }[] {
  return [
    { path: 'results/leaderboard.json', content: `${JSON.stringify(board, null, 2)}\n` },
    { path: 'results/README.md', content: leaderboardPage(board) },
  ];
}
