import { describe, expect, it } from 'vitest';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { BLOB, NOW } from '../../../testing/examples/names.ts';
import { run } from '../../../testing/examples/run.ts';
import { facts } from '../../../testing/snapshot/head.ts';
import { endOf, type Inquiry } from './inquiry.ts';

const eve = run(1.2, { runId: 11, owner: 'eve', machine: 'eve.box' });
const repeat = (owner: string, valBpb: number) =>
  run(valBpb, { stage: 'audit', owner, machine: `${owner}.pc`, runId: 20 });
const inquiry = (...repeats: Inquiry['repeats']): Inquiry => ({
  audit: { of: 11, why: 'share', runs: [], outcome: 'open', outlier: null },
  audited: eve,
  first: null,
  repeats,
  flying: [],
  broken: [],
  tries: repeats.length,
});
const standing = (...losses: [machine: string, valBpb: number][]) => ({
  ...board.tracks.cpu!,
  runs: losses.map(([machine, valBpb], i) => run(valBpb, { machine, runId: i })),
});
const result = (...runs: ExperimentResult['runs']) => ({ runs }) as ExperimentResult;
const calm = standing(['ada.pc', 2], ['bob.pc', 2.05], ['ada.pc', 1.98], ['bob.pc', 2.02]);
const both = inquiry(repeat('ada', 2), repeat('bob', 2.02));

it('one that disagrees calls a third, and two against one make an outlier', () => {
  expect(endOf(inquiry(), calm, 0.1, result(eve))).toBeNull();
  expect(endOf(inquiry(repeat('ada', 2)), calm, 0.1, result(eve))).toBeNull();
  expect(endOf(both, calm, 0.1, result(eve))).toEqual({ outcome: 'outlier', outlier: 'eve.box' });
});

it('a machine does not excuse itself by making the track look unsteady', () => {
  const wild = standing(['eve.box', 0.2], ['eve.box', 4], ['ada.pc', 2], ['bob.pc', 2.05]);
  expect(endOf(both, wild, 0.1, result(eve))).toMatchObject({ outcome: 'outlier' });
});

it('or by what it measured of the file; a file that others find unsteady blames no machine', () => {
  const own = [0.4, 3.5].map((loss) => run(loss, { machine: 'eve.box' }));
  expect(endOf(both, calm, 0.1, result(eve, ...own))).toMatchObject({ outcome: 'outlier' });
  const unsteady = [1.2, 2, 2.6].map((loss, i) => run(loss, { machine: i % 2 ? 'ada.pc' : 'bob.pc' }));
  expect(endOf(both, calm, 0.1, result(eve, ...unsteady))).toMatchObject({ outcome: 'agreed' });
});

it('a machine that is known to be a little off is compared without its offset', () => {
  const off = standing(
    ...[1.2, 1.21, 1.19].map((loss): [string, number] => ['eve.box', loss]),
    ...[2, 2.01, 1.99].map((loss): [string, number] => ['ada.pc', loss]),
  );
  expect(endOf(inquiry(repeat('ada', 2)), off, 0.1, result(eve))).toMatchObject({ outcome: 'agreed' });
});

describe('a scoring of the weights that a run handed over', () => {
  const file = { sha256: 'a'.repeat(64), bytes: 1 };
  const scored = { runId: 11, artifact: 1, archive: file, weights: file, claims: file, expiresAt: NOW };
  const first = { ...facts(1.2), run: eve, scored, blob: BLOB };
  const scoring = (owner: string, valBpb: number | null) =>
    run(valBpb, { stage: 'rescore', owner, machine: `${owner}.pc` });
  const end = (...scorings: Inquiry['repeats']) =>
    endOf({ ...inquiry(...scorings), first }, calm, 0.1, result(eve));

  it('sees a loss that a repeat cannot tell from noise', () => {
    expect(endOf(inquiry(repeat('ada', 1.25)), calm, 0.1, result(eve))).toMatchObject({ outcome: 'agreed' });
    expect(end(scoring('ada', 1.25))).toBeNull();
    expect(end(scoring('ada', 1.25), scoring('bob', null))).toEqual({
      outcome: 'outlier',
      outlier: 'eve.box',
    });
  });

  it('that agrees settles it; one who alone finds fault is the outlier', () => {
    expect(end()).toBeNull();
    expect(end(scoring('ada', 1.2))).toEqual({ outcome: 'agreed', outlier: null });
    expect(end(scoring('ada', null), scoring('bob', 1.2))).toEqual({ outcome: 'outlier', outlier: 'ada.pc' });
  });
});
