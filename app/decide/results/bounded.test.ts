import { expect, it } from 'vitest';
import { historySchema, type Leaderboard, leaderboardSchema } from '../../../core/formats/leaderboard.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { NOW, sha } from '../../../testing/examples/names.ts';
import { bounded, LEADERBOARD_LIMIT, textOf } from './bounded.ts';
import { boardFiles } from './commit.ts';

const cpu = board.tracks.cpu!;
const DAY = 86_400_000;
const before = (days: number) => new Date(Date.parse(NOW) - days * DAY).toISOString();
const holder = (pull: number) => ({
  ...cpu.history[0]!,
  pull,
  author: 'nova',
  title: `A title of a common length, number ${pull}`,
  blob: pull.toString(16).padStart(40, '0'),
  at: new Date(Date.parse(NOW) + pull * 1000).toISOString(),
});
const machine = (owner: string, days: number) => ({
  owner,
  jobs: 1,
  lastSeen: before(days),
  outliers: [],
  unvouched: [{ pull: 1, blob: sha('a') }],
});
function withMachines(machines: Leaderboard['tracks'][string]['machines']): Leaderboard {
  return { ...board, tracks: { cpu: { ...cpu, machines } } };
}
const machinesOf = (one: Leaderboard) => Object.keys(bounded(one, NOW).board.tracks.cpu!.machines);

it('1,800 one-job runners and 3,000 records do not grow the leaderboard past its bound, and no holder is lost', () => {
  let now: Leaderboard = board;
  const files = new Map<string, string>();
  const write = (next: Leaderboard) => {
    for (const { path, content } of boardFiles(next, NOW)) {
      expect(files.has(path) && path.startsWith('results/history/')).toBe(false);
      files.set(path, content);
    }
    const text = files.get('results/leaderboard.json')!;
    expect(text.length).toBeLessThanOrEqual(LEADERBOARD_LIMIT);
    now = leaderboardSchema.parse(JSON.parse(text));
  };
  for (let batch = 0; batch < 60; batch += 1) {
    const standing = now.tracks.cpu!;
    const machines = { ...standing.machines };
    for (let i = 0; i < 30; i += 1)
      machines[`set-x7k2p-runner-${batch * 30 + i}`] = machine(`set-x7k2p-runner-${batch}-${i}`, 0);
    const history = [...standing.history];
    for (let i = 0; i < 50; i += 1) history.push(holder(batch * 50 + i + 1));
    write({ ...now, tracks: { cpu: { ...standing, machines, history, incumbent: history.at(-1)! } } });
  }
  const old = [...files].filter(([path]) => path.startsWith('results/history/cpu/'));
  const all = old.flatMap(([, text]) => historySchema.parse(JSON.parse(text)));
  const { history, older } = now.tracks.cpu!;
  expect(older).toBe(all.length);
  const pulls = [...all.toSorted((a, b) => a.pull! - b.pull!), ...history.slice(1)].map(({ pull }) => pull);
  expect(pulls).toEqual(Array.from({ length: 3000 }, (_, i) => i + 1));
  expect(history[0]).toEqual(cpu.history[0]);
});

it('a leaderboard that is too long already is cut at once, machines with strikes and the latest stay', () => {
  const struck = { ...machine('eve', 90), outliers: [{ at: before(90), pull: 3, author: 'nova' }] };
  const many = Array.from({ length: 6000 }, (_, i) => [`r${i}.m`, machine(`r${i}`, i / 300)] as const);
  const long = withMachines({ ...Object.fromEntries(many), 'eve.box': struck });
  expect(textOf(long).length).toBeGreaterThan(512_000);
  expect(textOf(bounded(long, NOW).board).length).toBeLessThanOrEqual(LEADERBOARD_LIMIT);
  const left = machinesOf(long);
  expect(left).toContain('eve.box');
  expect(left).toContain('r0.m');
  expect(left).not.toContain('r5999.m');
});

it('machines unseen for thirty days go', () => {
  expect(machinesOf(withMachines({ 'a.b': machine('a', 31), 'c.d': machine('c', 29) }))).toEqual(['c.d']);
});
