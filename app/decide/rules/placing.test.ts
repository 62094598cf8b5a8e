import { describe, expect, it } from 'vitest';
import type { Wanted } from '../../../core/rules/acceptance/acceptance.ts';
import { ANYWHERE } from '../../../core/rules/acceptance/owners.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { NOW } from '../../../testing/examples/names.ts';
import { run } from '../../../testing/examples/run.ts';
import { facts, runState } from '../../../testing/snapshot/head.ts';
import type { RunState } from '../../model/snapshot.ts';
import { knownOwners } from './owners.ts';
import { type PlacementInput, placeRuns as placeRunsWith } from './placing.ts';
import { placeAgain as placeAgainWith } from './placing-again.ts';

const machine = (owner: string, change: object = {}) => ({
  owner,
  jobs: 20,
  lastSeen: NOW,
  outliers: [],
  unvouched: [],
  ...change,
});
const placement = (
  machines: PlacementInput['standing']['machines'],
  change: Partial<PlacementInput> = {},
): PlacementInput => ({
  track: 'cpu',
  lent: [],
  taken: [],
  author: 'nova',
  rules: { sigma: 0.1, 'runs-on': ['descent-cpu'] },
  standing: { ...board.tracks.cpu!, machines },
  incumbent: [],
  facts: [],
  pending: [],
  now: NOW,
  machineRules: {},
  ...change,
});
const nonces = [0, 1, 2, 3].map((i) => String(i).padStart(32, '0'));
const placeRuns = (input: PlacementInput, wanted: Wanted, runs: number) => {
  const placed = placeRunsWith(input, wanted, runs, nonces);
  return placed.kind === 'wait'
    ? placed
    : { kind: 'place', targets: placed.places.map(({ target }) => target) };
};
const placeAgain = (input: PlacementInput, state: RunState) => {
  const placed = placeAgainWith(input, state, nonces[0]!);
  return 'kind' in placed ? placed : { target: placed.target, avoided: placed.avoided };
};
const three = {
  'ada.desk': machine('ada'),
  'bob.lab': machine('bob'),
  'nova.rack': machine('nova'),
};
const confirm: Wanted = {
  kind: 'measure',
  stage: 'confirm',
  runs: 4,
  placement: { notOwners: ['nova'], perOwner: 2 },
  why: '',
};
const sentTo = (target: string | null, avoided: string[] = []) => {
  const state = runState({ kind: 'pending' }, { stage: 'confirm' });
  return { ...state, memory: { ...state.memory, target, avoided } };
};

const twice = [
  { at: '2026-11-10T00:00:00.000Z', pull: 7, author: 'vega' },
  { at: '2026-11-20T00:00:00.000Z', pull: 9, author: 'nova' },
];

describe('owners', () => {
  it('are known by what their machines finished lately, and not by what is blocked', () => {
    const machines = {
      ...three,
      'old.one': machine('old', { lastSeen: '2026-09-01T00:00:00.000Z' }),
      'liar.one': machine('liar', { outliers: twice }),
    };
    const collected = [facts(2, { run: run(2, { owner: 'cleo', machine: 'cleo.attic' }) })];
    expect(knownOwners(placement(machines, { facts: collected }))).toEqual(['ada', 'bob', 'cleo', 'nova']);
    const rules = { sigma: 0.1, 'runs-on': ['descent-cpu'], owners: ['dora', 'liar'] };
    expect(knownOwners(placement(machines, { rules }))).toEqual(['ada', 'bob', 'dora', 'nova']);
    const machineRules = { forgiven: { 'liar.one': '2026-11-21' } };
    expect(knownOwners(placement(machines, { machineRules }))).toEqual(['ada', 'bob', 'liar', 'nova']);
  });
});

describe('a confirmation', () => {
  it('goes to two owners, two runs each, never to the author', () => {
    expect(placeRuns(placement(three), confirm, 4)).toEqual({
      kind: 'place',
      targets: ['ada', 'bob', 'ada', 'bob'],
    });
  });

  it('counts what is under way', () => {
    const pending = [sentTo('ada'), sentTo('ada')];
    expect(placeRuns(placement(three, { pending }), confirm, 2)).toEqual({
      kind: 'place',
      targets: ['bob', 'bob'],
    });
  });

  it("never goes to the author's machine, in whatever capitals the name is written", () => {
    const wanted = { ...confirm, placement: { notOwners: ['ada'], perOwner: 2 } };
    const placed = placeRuns(placement(three, { author: 'ADA' }), wanted, 4);
    expect(placed).toMatchObject({ targets: ['bob', 'nova', 'bob', 'nova'] });
  });

  it('goes to no owner who repeated the loss of another run', () => {
    const wanted = { ...confirm, placement: { notOwners: ['nova', 'bob'], perOwner: 2 } };
    expect(placeRuns(placement({ ...three, 'cleo.attic': machine('cleo') }), wanted, 4)).toMatchObject({
      targets: ['ada', 'cleo', 'ada', 'cleo'],
    });
  });

  it('waits when no owner may have it', () => {
    const own = { 'nova.rack': machine('nova') };
    expect(placeRuns(placement(own), confirm, 4)).toMatchObject({ kind: 'wait' });
  });

  it('that was not taken goes to another owner, and back when there is no other', () => {
    const cleo = { ...three, 'cleo.attic': machine('cleo') };
    expect(placeAgain(placement(cleo), sentTo('ada'))).toEqual({ target: 'bob', avoided: ['ada'] });
    expect(placeAgain(placement(cleo), sentTo('bob', ['ada']))).toEqual({
      target: 'cleo',
      avoided: ['ada', 'bob'],
    });
    const full = [sentTo('bob'), sentTo('bob')];
    expect(placeAgain(placement(three, { pending: full }), sentTo('ada'))).toEqual({
      target: 'ada',
      avoided: [],
    });
  });
});

describe('a run whose report was refused because its machine is blocked', () => {
  it('goes to an owner by name, since anybody would be that machine again', () => {
    const finding = { kind: 'refused' as const, check: 'machine', why: 'eve.box is blocked' };
    const again = placeAgain(placement(three), runState(finding, { stage: 'explore', seed: 4 }));
    expect(again).toEqual({ target: 'bob', avoided: [] });
    const other = { ...finding, check: 'digest' };
    expect(placeAgain(placement(three), runState(other, { stage: 'explore' }))).toMatchObject({
      target: null,
    });
  });
});

describe('a run whose machine failed', () => {
  const failed = (target: string | null, failedOn: string[], stage: 'explore' | 'baseline' = 'explore') => {
    const machine = failedOn.at(-1)!;
    const state = runState({ kind: 'failed', why: 'no disk', machine }, { stage });
    return { ...state, memory: { ...state.memory, target, failedOn: failedOn.slice(0, -1) } };
  };

  it.each(['explore', 'baseline'] as const)('is ordered of another owner, stage %s', (stage) => {
    expect(placeAgain(placement(three), failed('ada', ['ada.desk'], stage))).toMatchObject({
      target: expect.stringMatching(/^(bob|nova)$/),
    });
    expect(placeAgain(placement(three), failed('bob', ['ada.desk', 'bob.lab'], stage))).toMatchObject({
      target: 'nova',
    });
    const incumbent = [run(2, { owner: 'bob' })];
    const known = placement(three, { incumbent, facts: [facts(2, { run: run(2, { owner: 'bob' }) })] });
    expect(placeAgain(known, failed('ada', ['ada.desk'], stage))).toMatchObject({ target: 'nova' });
  });

  it('goes to the same again where no other owner is known', () => {
    const alone = { 'ada.desk': machine('ada') };
    expect(placeAgain(placement(alone), failed('ada', ['ada.desk']))).toMatchObject({ target: 'ada' });
    expect(placeAgain(placement(alone), failed(null, ['ada.desk']))).toMatchObject({ target: null });
  });
});

describe('runs of the incumbent', () => {
  it('go anywhere, and elsewhere when they depend on one owner', () => {
    const baseline: Wanted = {
      kind: 'measure',
      stage: 'baseline',
      runs: 6,
      placement: ANYWHERE,
      why: '',
    };
    expect(placeRuns(placement(three), baseline, 2)).toEqual({ kind: 'place', targets: [null, null] });
    const elsewhere = { ...baseline, placement: { ...ANYWHERE, notOwners: ['ada'] } };
    const incumbent = [run(2, { owner: 'bob' })];
    expect(placeRuns(placement(three, { incumbent }), elsewhere, 3)).toEqual({
      kind: 'place',
      targets: ['nova', 'bob', 'nova'],
    });
    const alone = { 'ada.desk': machine('ada') };
    expect(placeRuns(placement(alone), elsewhere, 1)).toMatchObject({ kind: 'wait' });
  });
});
