import { describe, expect, it } from 'vitest';
import { config } from '../../../testing/examples/config.ts';
import { board, standingOf } from '../../../testing/examples/leaderboard.ts';
import { IDS, lentBy } from '../../../testing/examples/lent.ts';
import { NOW } from '../../../testing/examples/names.ts';
import { resultOf } from '../../../testing/examples/result.ts';
import { run } from '../../../testing/examples/run.ts';
import { facts, head, runState } from '../../../testing/snapshot/head.ts';
import { snapshot } from '../../../testing/snapshot/snapshot.ts';
import type { LentMachine } from '../../model/lent.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { lentOn } from '../rules/lent/machines.ts';
import { knownOwners } from '../rules/owners.ts';
import { asRecorded, withPresentNames } from './present-names.ts';

const twice = [
  { at: '2026-11-10T00:00:00.000Z', pull: 7, author: 'vega' },
  { at: '2026-11-20T00:00:00.000Z', pull: 9, author: 'nova' },
];
const state = { owner: 'ada', ownerId: IDS.ada, jobs: 20, lastSeen: NOW, outliers: [], unvouched: [] };
function at(lent: LentMachine[], machines = { 'ada.desk': state as object }, more: Partial<Snapshot> = {}) {
  const cpu = standingOf({ machines: machines as never });
  const main = {
    ...snapshot().main,
    leaderboard: { ok: true as const, value: { ...board, tracks: { cpu } } },
  };
  return snapshot({}, { lent, main, ...more });
}
const machinesOf = ({ main }: Snapshot) =>
  main.leaderboard.ok ? main.leaderboard.value.tracks.cpu!.machines : {};
const ownersOf = (given: Snapshot) => {
  const read = withPresentNames(given);
  const standing = { machines: machinesOf(read), sinceIncumbent: 0 };
  return knownOwners({
    ...lentOn(read, 'cpu'),
    rules: config.tracks.cpu!,
    standing,
    facts: [],
    machineRules: config,
  });
};

describe('an owner with another login', () => {
  it('keeps the standing of the machines, good and bad', () => {
    const renamed = lentBy('ada-lovelace', { id: IDS.ada! });
    expect(machinesOf(withPresentNames(at([renamed])))).toEqual({
      'ada-lovelace.desk': { ...state, owner: 'ada-lovelace' },
    });
    const blocked = { 'ada.desk': { ...state, outliers: twice } };
    expect(ownersOf(at([renamed]))).toEqual(['ada-lovelace']);
    expect(ownersOf(at([renamed], blocked))).toEqual([]);
    // Nor does another name of the machine help.
    expect(ownersOf(at([lentBy('ada-lovelace', { id: IDS.ada!, machine: 'rack' })], blocked))).toEqual([]);
  });

  it('is one owner with the runs of before', () => {
    const before = run(1.5, { stage: 'confirm', owner: 'ada', ownerId: IDS.ada!, machine: 'ada.desk' });
    const heads = [head({ runs: [runState({ kind: 'report', facts: facts(1.5, { run: before }) })] })];
    const read = withPresentNames({
      ...at([lentBy('lovelace', { id: IDS.ada! })]),
      pull: { ...snapshot().pull, heads },
    });
    const [found] = read.pull.heads[0]!.runs;
    expect(found!.finding).toMatchObject({ facts: { run: { owner: 'lovelace', machine: 'lovelace.desk' } } });
  });

  it('is the author by number, whatever the bot heard of the login last', () => {
    const given = at([lentBy('nova-of-old', { id: IDS.nova! })]);
    const read = withPresentNames({ ...given, pull: { ...given.pull, author: 'nova', authorId: IDS.nova! } });
    expect(read.lent[0]).toMatchObject({ owner: { login: 'nova' }, name: 'nova.desk' });
  });

  it('changes nothing in what is written already', () => {
    const recorded = run(1.5, { owner: 'ada', ownerId: IDS.ada!, machine: 'ada.desk', runId: 5 });
    const audit = {
      of: 5,
      why: 'share' as const,
      runs: [],
      outcome: 'outlier' as const,
      outlier: 'ada.desk',
    };
    const result = resultOf({ runs: [recorded], audits: [audit] });
    const read = withPresentNames(
      at([lentBy('lovelace', { id: IDS.ada! })], undefined, { results: [{ blob: result.blob, result }] }),
    );
    const [now] = read.results;
    expect(now!.result.audits[0]!.outlier).toBe('lovelace.desk');
    expect(now!.result.runs[0]).toMatchObject({ owner: 'lovelace', machine: 'lovelace.desk' });
    expect(asRecorded(read, now!.result)).toEqual(result);
  });
});

describe('another person with a login that was free again, and a machine of the same name', () => {
  const other = () => lentBy('ada', { id: 77 });

  it('inherits neither trust nor blame', () => {
    const read = withPresentNames(at([other()]));
    expect(machinesOf(read)).toEqual({ [`${IDS.ada}_.desk`]: { ...state, owner: `${IDS.ada}_` } });
    expect(ownersOf(at([other()], { 'ada.desk': { ...state, outliers: twice } }))).toEqual(['ada']);
    // Where the first owner still lends, under another login, both are known, each with a standing of their own.
    const both = withPresentNames(at([other(), lentBy('lovelace', { id: IDS.ada! })]));
    expect(Object.keys(machinesOf(both))).toEqual(['lovelace.desk']);
  });

  it('is another owner than the one of the runs before', () => {
    const before = run(1.5, { owner: 'ada', ownerId: IDS.ada!, machine: 'ada.desk' });
    const heads = [head({ runs: [runState({ kind: 'report', facts: facts(1.5, { run: before }) })] })];
    const read = withPresentNames({ ...at([other()]), pull: { ...snapshot().pull, heads } });
    expect(read.pull.heads[0]!.runs[0]!.finding).toMatchObject({ facts: { run: { owner: `${IDS.ada}_` } } });
  });
});

it('nothing changes where nothing is lent', () => {
  const given = snapshot();
  expect(withPresentNames(given)).toBe(given);
});
