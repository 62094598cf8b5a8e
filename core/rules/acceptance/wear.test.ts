import { expect, it } from 'vitest';
import { leaderboardPage } from '../../../app/say/leaderboard-page.ts';
import { board, run } from '../../../testing/bot/world.ts';
import { wearOf } from './wear.ts';

const track = board.tracks.cpu!;
const first = { ...track.history[0]!, valBpb: 2, heldoutBpb: 2.1 };
const later = { ...first, pull: 9, valBpb: 1.5, heldoutBpb: 1.7 };
const runs = (gaps: number[]) =>
  gaps.map((gap, i) => run(1.5 + i / 100, { heldoutBpb: 1.5 + i / 100 + gap, runId: i }));

it('is seen when the record fits the validation set better than what nobody was judged by', () => {
  const standing = { history: [first, later], runs: runs([0.2, 0.21, 0.19, 0.2]) };
  expect(wearOf(standing)!.growth).toBeCloseTo(0.1, 9);
  const page = leaderboardPage({ ...board, tracks: { cpu: { ...track, ...standing, incumbent: later } } });
  expect(page).toContain('wears out');
});

it('is not seen within noise, without held-out losses, or before a first record', () => {
  expect(wearOf({ history: [first, later], runs: runs([0.05, 0.25, 0.02, 0.2]) })).toBeNull();
  expect(wearOf({ history: [first, later], runs: [run(1.5), run(1.6)] })).toBeNull();
  expect(wearOf({ history: [first], runs: runs([0.4, 0.41]) })).toBeNull();
});
