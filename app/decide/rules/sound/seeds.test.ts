import { expect, it } from 'vitest';
import { board } from '../../../../testing/examples/leaderboard.ts';
import { run } from '../../../../testing/examples/run.ts';
import { head, runState } from '../../../../testing/snapshot/head.ts';
import { unusedSeeds } from './seeds.ts';

const drawn = (...seeds: number[]) => seeds.map((seed, i) => ({ seed, nonce: String(i).padStart(32, '0') }));

it('a seed that the track has seen is not used again, nor one that was drawn twice', () => {
  const known = { ...board, tracks: { cpu: { ...board.tracks.cpu!, runs: [run(2, { seed: 11 })] } } };
  const heads = [head({ runs: [runState({ kind: 'pending' }, { seed: 12 })] })];
  expect(unusedSeeds(drawn(11, 12, 13, 13, 14), known, heads).map((one) => one.seed)).toEqual([13, 14]);
});
