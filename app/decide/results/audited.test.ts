import { expect, it } from 'vitest';
import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { Audit, ExperimentResult } from '../../../core/formats/result.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { BLOB, MAIN_BLOB, NOW, sha } from '../../../testing/examples/names.ts';
import { run } from '../../../testing/examples/run.ts';
import { withAudited, withOpenAudits } from './audited.ts';

const EARLIER = { pull: 7, blob: sha('7') };
const OWN = { pull: 41, blob: BLOB };
const audited = run(1.2, { runId: 11, owner: 'eve', machine: 'eve.box' });
const result = {
  pull: 41,
  blob: BLOB,
  track: 'cpu',
  author: 'nova',
  runs: [audited],
  audits: [],
} as unknown as ExperimentResult;
const machine = (owner: string) => ({
  owner,
  jobs: 30,
  lastSeen: NOW,
  outliers: [],
  unvouched: [EARLIER, OWN],
});
const standing = {
  ...board.tracks.cpu!,
  runs: [
    run(2, { runId: 1, machine: 'ada.desk' }),
    run(1.4, { runId: 2, machine: 'eve.box' }),
    run(2.2, { runId: 3, machine: 'bob.lab' }),
  ],
  others: [
    [
      { stage: 'confirm' as const, seed: 1, owner: 'eve', machine: 'eve.box', valBpb: 3 },
      { stage: 'confirm' as const, seed: 2, owner: 'ada', machine: 'ada.desk', valBpb: 3 },
      { stage: 'confirm' as const, seed: 3, owner: 'ada', machine: 'ada.desk', valBpb: 3.1 },
    ],
  ],
  machines: { 'eve.box': machine('eve'), 'bob.lab': machine('bob') },
  audits: [OWN],
};
const before = { ...board, tracks: { cpu: standing } };
const ended = (change: Partial<Audit>): Audit => ({
  of: 11,
  why: 'share',
  runs: [run(2, { runId: 12, stage: 'audit', owner: 'bob', machine: 'bob.lab' })],
  outcome: 'agreed',
  outlier: null,
  ...change,
});
const after = (audit: Audit, from: Leaderboard = before) =>
  withAudited(from, { ...result, audits: [audit] }, [audit], NOW);

it('a repeat that agrees vouches for all that the machine measured up to then', () => {
  const { tracks } = after(ended({}));
  expect(tracks.cpu!.machines['eve.box']).toMatchObject({ jobs: 30, unvouched: [] });
  expect(tracks.cpu!.audits).toEqual([]);
  expect(tracks.cpu!.machines['bob.lab']).toMatchObject({ jobs: 30 });
});

it('an outlier goes back to probation, and all that nothing vouches for is looked at again', () => {
  const { machines, reconsider } = after(ended({ outcome: 'outlier', outlier: 'eve.box' })).tracks.cpu!;
  expect(machines['eve.box']).toMatchObject({
    jobs: 0,
    unvouched: [],
    outliers: [{ at: NOW, pull: 41, author: 'nova' }],
  });
  expect(reconsider).toEqual([
    { ...EARLIER, machine: 'eve.box' },
    { ...OWN, machine: 'eve.box' },
  ]);
});

it('its runs of the incumbent, and of what held the record before, are left out', () => {
  const { incumbent, runs, others } = after(ended({ outcome: 'outlier', outlier: 'eve.box' })).tracks.cpu!;
  expect(runs.map((one) => one.machine)).toEqual(['ada.desk', 'bob.lab']);
  expect(incumbent).toMatchObject({ blob: MAIN_BLOB, valBpb: 2.1 });
  expect(others[0]!.map((one) => one.machine)).toEqual(['ada.desk', 'ada.desk']);
});

it('an incumbent that it alone measured keeps its loss until others have measured it', () => {
  const alone = { ...before, tracks: { cpu: { ...standing, runs: [standing.runs[1]!] } } };
  const { incumbent, runs } = after(ended({ outcome: 'outlier', outlier: 'eve.box' }), alone).tracks.cpu!;
  expect(runs).toEqual([]);
  expect(incumbent.valBpb).toBe(standing.incumbent.valBpb);
});

it('an auditor that stands alone is the outlier, and the audited machine is not', () => {
  const { machines, reconsider } = after(ended({ outcome: 'outlier', outlier: 'bob.lab' })).tracks.cpu!;
  expect(machines['bob.lab']!.outliers).toHaveLength(1);
  expect(machines['eve.box']!.outliers).toEqual([]);
  expect(reconsider.map((one) => one.machine)).toEqual(['bob.lab', 'bob.lab']);
});

it('two audits of one pull request are one strike', () => {
  const one = ended({ outcome: 'outlier', outlier: 'eve.box' });
  const both = [one, { ...one, of: 13 }];
  const twice = withAudited(before, { ...result, audits: both }, both, NOW);
  expect(twice.tracks.cpu!.machines['eve.box']!.outliers).toHaveLength(1);
});

it('an audit that stays unsettled is remembered once, and the latest twenty', () => {
  const { unsettled, machines, reconsider } = after(ended({ outcome: 'unsettled' })).tracks.cpu!;
  expect(unsettled).toMatchObject([{ pull: 41 }]);
  expect(reconsider).toEqual([]);
  for (const machine of Object.values(machines)) expect(machine.outliers).toEqual([]);
  const many = Array.from({ length: 20 }, (_, i) => ({ pull: 20 + i, blob: sha('a') }));
  const before = { ...board, tracks: { cpu: { ...board.tracks.cpu!, unsettled: [...many, ...unsettled!] } } };
  const kept = after(ended({ outcome: 'unsettled' }), before).tracks.cpu!.unsettled!;
  expect(kept).toHaveLength(20);
  expect(kept.at(-1)).toMatchObject({ pull: 41 });
  expect(kept.filter(({ pull }) => pull === 41)).toHaveLength(1);
});

it('an experiment is waited for once, while any of its audits is open', () => {
  const open = ended({ outcome: 'open', runs: [] });
  const waiting = (audits: Audit[], from: typeof before.tracks.cpu.audits) => {
    const at = { ...before, tracks: { cpu: { ...standing, audits: from } } };
    return withOpenAudits(at, { ...result, audits }).tracks.cpu!.audits;
  };
  expect(waiting([open], [EARLIER])).toEqual([EARLIER, OWN]);
  expect(waiting([ended({}), open], [EARLIER, OWN])).toEqual([EARLIER, OWN]);
  expect(waiting([ended({})], [EARLIER, OWN])).toEqual([EARLIER]);
  expect(waiting([ended({})], [EARLIER])).toEqual([EARLIER]);
});

it('a repeat speaks of the machine whose run it repeats, no other of the experiment', () => {
  const beside = run(1.3, { runId: 10, owner: 'bob', machine: 'bob.lab' });
  const audit = ended({ runs: [] });
  const both = { ...result, runs: [beside, audited], audits: [audit] };
  const { machines } = withAudited(before, both, [audit], NOW).tracks.cpu!;
  expect(machines['eve.box']!.unvouched).toEqual([]);
  expect(machines['bob.lab']!.unvouched).toEqual([EARLIER, OWN]);
});

it('what an outlier measured is looked at again once for each machine, this experiment included where it measured it', () => {
  const outlier = (name: string, reconsider: typeof standing.reconsider) => {
    const machines = { 'eve.box': { ...machine('eve'), unvouched: [EARLIER] }, 'bob.lab': machine('bob') };
    machines['bob.lab'].unvouched = [EARLIER];
    const at = { ...before, tracks: { cpu: { ...standing, machines, reconsider } } };
    return after(ended({ outcome: 'outlier', outlier: name, runs: [] }), at).tracks.cpu!.reconsider;
  };
  const eve = (name: typeof OWN) => ({ ...name, machine: 'eve.box' });
  const bob = { ...EARLIER, machine: 'bob.lab' };
  expect(outlier('eve.box', [])).toEqual([eve(EARLIER), eve(OWN)]);
  expect(outlier('bob.lab', [])).toEqual([bob]);
  expect(outlier('eve.box', [eve(EARLIER)])).toEqual([eve(EARLIER), eve(OWN)]);
  expect(outlier('eve.box', [bob])).toEqual([bob, eve(EARLIER), eve(OWN)]);
});

it('an audit that was given up strikes nobody', () => {
  const { machines, reconsider } = after(ended({ outcome: 'given-up', runs: [] })).tracks.cpu!;
  expect(machines).toEqual(standing.machines);
  expect(reconsider).toEqual([]);
});

it('a file before that one run is left of teaches nothing of spread', () => {
  const [eves, adas] = standing.others[0]!;
  const at = { ...before, tracks: { cpu: { ...standing, others: [[eves!, adas!]] } } };
  expect(after(ended({ outcome: 'outlier', outlier: 'eve.box' }), at).tracks.cpu!.others).toEqual([]);
});
