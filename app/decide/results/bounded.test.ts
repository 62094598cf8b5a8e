import { expect, it } from 'vitest';
import { LINK_TITLE } from '../../../core/formats/frontier.ts';
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
    for (const { path, content } of boardFiles(bounded(next, NOW))) {
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

it('eight tracks with full frontiers stay within it, and no link is lost', () => {
  const long = 'a-login-of-thirty-nine-characters-in-all';
  const estimate = { loss: 0.9712345678901234, variance: 1.234567890123456e-7 };
  const link = (i: number) => ({
    ...{ pull: 100_000 + i, author: long, title: '漢'.repeat(LINK_TITLE), blob: sha('a'), from: sha('b') },
    ...{ head: sha('c'), brings: true, base: sha('d'), gain: 0.001234567890123456, estimate, at: NOW },
    tried: false,
  });
  const frontier = {
    chain: Array.from({ length: 24 }, (_, i) => link(i)),
    compositions: [],
    known: Array.from({ length: 64 }, (_, i) => ({ blob: sha('e'), pull: 100_000 + i, estimate })),
    candidates: Array.from({ length: 400 }, () => ({ author: long, shown: -1.234, variance: 1.125 })),
    runsSince: 57,
    certifying: null,
  };
  const tracks = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`t${i}`, { ...cpu, frontier }]));
  const one = { ...board, tracks };
  expect(Buffer.byteLength(textOf(one))).toBeGreaterThan(512_000);
  const kept = bounded(one, NOW).board;
  expect(Buffer.byteLength(textOf(kept))).toBeLessThanOrEqual(LEADERBOARD_LIMIT);
  leaderboardSchema.parse(JSON.parse(textOf(kept)));
  for (const standing of Object.values(kept.tracks)) {
    expect(standing.frontier!.chain).toEqual(frontier.chain);
    expect(standing.frontier!.candidates.length).toBeGreaterThanOrEqual(16);
    expect(standing.frontier!.known.length).toBeGreaterThanOrEqual(2);
  }
});
