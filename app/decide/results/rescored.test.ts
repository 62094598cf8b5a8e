import { expect, it } from 'vitest';
import { config } from '../../../testing/examples/config.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { BLOB, NOW, sha } from '../../../testing/examples/names.ts';
import { resultOf } from '../../../testing/examples/result.ts';
import { run } from '../../../testing/examples/run.ts';
import { outlierAlarms } from './outlier-alarms.ts';
import { withRescored } from './rescored.ts';

const OWN = { pull: 41, blob: BLOB };
const EARLIER = { pull: 7, blob: sha('7') };
const strike = (pull: number) => ({ at: NOW, pull, author: `author-${pull}` });
const machine = (outliers: number[]) => ({
  ...{ owner: 'eve', jobs: 30, lastSeen: NOW, unvouched: [EARLIER, OWN] },
  outliers: outliers.map(strike),
});
const withMachine = (outliers: number[]) => {
  const doubted = { ...OWN, machine: 'ada.desk' };
  const standing = {
    ...board.tracks.cpu!,
    machines: { 'eve.box': machine(outliers) },
    reconsider: [doubted],
  };
  return { ...board, tracks: { cpu: standing } };
};

it('a machine whose scores others refute is struck; the verdict that was reached without it stands', () => {
  const { machines, reconsider } = withRescored(withMachine([]), resultOf(), ['eve.box'], NOW).tracks.cpu!;
  expect(machines['eve.box']!.outliers).toMatchObject([{ pull: 41 }]);
  expect(reconsider).toEqual([{ ...EARLIER, machine: 'eve.box' }]);
});

it('where nobody is refuted, nothing is taken off what is to be looked at', () => {
  expect(withRescored(withMachine([]), resultOf(), [], NOW)).toEqual(withMachine([]));
});

it('an alarm is sent for a machine that its strikes block, and for none that is not known', () => {
  const alarms = (
    outliers: number[],
    name = 'eve.box',
    rules: Parameters<typeof outlierAlarms>[1] = config,
  ) => outlierAlarms(withMachine(outliers), rules, resultOf(), [name], NOW);
  expect(alarms([7])).toEqual([]);
  expect(alarms([7, 41])).toMatchObject([{ label: 'machine-blocked' }]);
  expect(alarms([7, 41], 'gone.box')).toEqual([]);
  expect(alarms([7, 41], 'eve.box', { ...config, forgiven: { 'eve.box': NOW.slice(0, 10) } })).toEqual([]);
});

it('scorings that the record has already are counted once', () => {
  const runs = [run(2.5, { stage: 'rescore', owner: 'eve', machine: 'eve.0', ownerId: 9, runId: 7 })];
  const result = resultOf({
    rescores: [{ of: 100, weights: null, claims: null, runs, outcome: 'agreed' }],
  });
  const once = withRescored(withMachine([]), result, [], NOW);
  expect(once.tracks.cpu!.machines['eve.0']!.lately).toBe('f');
  expect(withRescored(once, result, [], NOW, result)).toEqual(once);
  const twice = { ...result, rescores: [...result.rescores, ...result.rescores] };
  expect(withRescored(withMachine([]), twice, [], NOW)).toEqual(once);
});
