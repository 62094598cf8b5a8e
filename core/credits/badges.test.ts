import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Event } from '../formats/events.ts';
import { BADGES, badgesOf, badgeTitle } from './badges.ts';
import type { Deeds } from './deeds.ts';

type Result = Extract<Event, { kind: 'result' }>;
type Run = Result['runs'][number];

const hour = (n: number) => new Date(Date.parse('2026-11-01T00:00:00Z') + n * 3_600_000).toISOString();
const blob = (pull: number) => pull.toString(16).padStart(12, '0');
const name = (pull: number) => ({ pull, blob: blob(pull), track: 'cpu' });
const on = (owner: string, stage: Run[0] = 'explore', outcome: Run[3] = 'scored'): Run => [
  ...([stage, owner, `${owner}.box`, outcome, outcome === 'scored' ? 2 : null, 60] as const),
];
const result = (pull: number, author: string, runs: Run[], more: Partial<Result> = {}): Result => ({
  ...{ kind: 'result', at: hour(pull), ...name(pull), verdict: 'regressed', code: 'no-gain', valBpb: 2 },
  ...{ heldoutBpb: null, incumbent: 2, effect: null, standardError: null, title: 'a change', author },
  ...{ agent: null, expect: null, buildsOn: [], runs, ...more },
});
const record = (pull: number, author: string): Event => ({
  ...{ kind: 'record', at: hour(pull), ...name(pull), valBpb: 1, author, title: 'a change' },
});
const audit = (pull: number, machine: string, outcome: 'agreed' | 'outlier' = 'agreed'): Event => ({
  ...{ kind: 'audit', at: hour(pull), ...name(pull), machine, outcome, outlier: null },
});

const of = (events: Event[], more: Partial<Deeds> = {}) => {
  const people = badgesOf({ events, found: [], accounts: new Map(), without: new Set(), ...more });
  return Object.fromEntries(
    people.map(({ login, badges }) => [login, badges.map((one) => [one.id, one.count, one.pull])]),
  );
};

describe('owners of machines', () => {
  it('earn the first run, a hundred, and each hour of the day, shown by the experiment that earned it', () => {
    const results = Array.from({ length: 100 }, (_, i) => result(i + 1, 'nova', [on('bob')]));
    expect(of(results.slice(0, 99)).bob).toEqual([
      ['first-run', 99, 1],
      ['round-the-clock', 24, 24],
    ]);
    expect(of(results).bob![1]).toEqual(['hundred-runs', 100, 100]);
  });

  it('earn nothing by runs of their own experiments, by runs without a loss, and where no owner is named', () => {
    const own = result(1, 'Bob', [on('bob')]);
    const crashed = result(2, 'nova', [on('bob', 'explore', 'crashed')]);
    expect(of([own, crashed, result(3, 'nova', [on('-')])])).toEqual({});
  });

  it('a result that is told again counts once, as it is now', () => {
    const [before, after] = [result(1, 'nova', [on('eve')]), result(1, 'nova', [on('bob')], { at: hour(9) })];
    expect(of([before, after])).toEqual({ bob: [['first-run', 1, 1]] });
  });

  it('are vouched for by sixty repeats that agreed', () => {
    const pulls = Array.from({ length: 60 }, (_, i) => i + 1);
    const events = [
      ...pulls.map((pull) => result(pull, 'nova', [on('bob')])),
      ...pulls.slice(1).map((pull) => audit(pull, 'bob.box')),
      audit(1, 'eve.box'),
      audit(1, 'bob.box', 'outlier'),
    ];
    expect(of(events).bob!.map(([id]) => id)).not.toContain('vouched');
    expect(of([...events, audit(1, 'bob.box')]).bob).toContainEqual(['vouched', 60, 1]);
  });

  it('earn a record that they confirmed, and an outlier that they found', () => {
    const events = [
      result(7, 'nova', [on('ada'), on('bob', 'confirm'), on('bob', 'confirm')], { verdict: 'improved' }),
      record(7, 'nova'),
    ];
    const found = [{ ...name(7), at: hour(8), owners: ['cleo', 'cleo'] }];
    const all = of(events, { found });
    expect(all.bob).toContainEqual(['confirmed-a-record', 1, 7]);
    expect(all.ada!.map(([id]) => id)).toEqual(['first-run']);
    expect(all.cleo).toEqual([['found-an-outlier', 1, 7]]);
  });
});

describe('authors', () => {
  const improved = { verdict: 'improved' } as const;

  it('earn their record, and the record of another that stands on it', () => {
    const events = [
      ...[result(1, 'nova', [], improved), record(1, 'nova')],
      ...[result(2, 'nova', [], improved), record(2, 'nova')],
      result(3, 'kai', [], { verdict: 'inconclusive' }),
      ...[result(4, 'eve', [], { ...improved, buildsOn: [3, 99] }), record(4, 'eve')],
    ];
    expect(of(events)).toEqual({
      nova: [
        ['record', 2, 1],
        ['shoulders', 1, 4],
      ],
      kai: [['shoulders', 1, 4]],
      eve: [['record', 1, 4]],
    });
  });

  it('each pull request of a chain that was certified is a record', () => {
    const chain: Event = { kind: 'certified', at: hour(3), ...name(2), pulls: [1, 2] };
    const events = [
      result(1, 'kai', [], improved),
      result(2, 'nova', [], improved),
      chain,
      record(2, 'nova'),
    ];
    expect(of(events)).toMatchObject({ kai: [['record', 1, 1]], nova: [['record', 1, 2]] });
  });

  it('a record that was found to be none later earns nobody anything', () => {
    const events = [result(7, 'nova', [on('bob', 'confirm')], improved), record(7, 'nova')];
    const fell = result(7, 'nova', [on('bob', 'confirm')], { verdict: 'regressed', at: hour(20) });
    expect(of([...events, fell])).toEqual({ bob: [['first-run', 1, 7]] });
  });

  it('earn a failure that three other people built on, not one person three times, and not themselves', () => {
    const readers = (...names: string[]) =>
      names.map((author, i) => result(10 + i, author, [], { buildsOn: [1, 1] }));
    const failure = result(1, 'nova', []);
    expect(of([failure, ...readers('kai', 'kai', 'kai', 'nova', 'eve')])).toEqual({});
    expect(of([failure, ...readers('kai', 'eve', 'zoe')])).toEqual({ nova: [['honest-negative', 1, 1]] });
    expect(of([{ ...failure, verdict: 'adopted' }, ...readers('kai', 'eve', 'zoe')])).toEqual({});
  });
});

it('people are accounts: a new login keeps the badges, and who asks for none has none', () => {
  const events = [result(1, 'nova', [on('bob')]), result(2, 'nova', [on('robert')])];
  const accounts = new Map([
    ['bob', '#12'],
    ['robert', '#12'],
  ]);
  const people = badgesOf({ events, found: [], accounts, without: new Set() });
  expect(people).toMatchObject([{ login: 'robert', account: '#12', badges: [{ count: 2 }] }]);
  expect(of(events, { without: new Set(['bob']) })).toEqual({ robert: [['first-run', 1, 2]] });
  expect(of(events, { accounts, without: new Set(['robert']) })).toEqual({});
});

it('a title says how often, where that can be more than once', () => {
  expect(badgeTitle({ id: 'record', name: 'Record', count: 3 })).toBe('Record \u00d73');
  expect(badgeTitle({ id: 'record', name: 'Record', count: 1 })).toBe('Record');
  expect(badgeTitle({ id: 'first-run', name: 'First run', count: 9 })).toBe('First run');
});

it('docs/badges.md has every badge and its rule', () => {
  const page = readFileSync(new URL('../../docs/badges.md', import.meta.url), 'utf8');
  for (const { name, criteria } of BADGES) expect(page).toContain(`| ${name} | ${criteria} |`);
  expect(new Set(BADGES.map(({ id }) => id)).size).toBe(BADGES.length);
});
