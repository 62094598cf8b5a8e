import { describe, expect, test } from 'vitest';
import { balanceOf } from '../../../core/credits/holds.ts';
import { parseBaseline } from '../../../core/formats/baseline.ts';
import { type Ledger, ledgerText, parseLedger } from '../../../core/formats/ledger.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { board } from '../../../testing/examples/leaderboard.ts';
import { resultOf } from '../../../testing/examples/result.ts';
import { run } from '../../../testing/examples/run.ts';
import { snapshot } from '../../../testing/snapshot/snapshot.ts';
import type { World } from '../../model/snapshot.ts';
import { type Change, written } from './commit.ts';

/** What the bot's commits make of the ledger, read again as main has it. */

const world = snapshot();
const after = (main: Partial<World['main']>, ...changes: [Change, ...Change[]]) => {
  const { files } = written({ ...world, main: { ...world.main, ...main } }, board, changes).commit;
  return files.find(({ path }) => path === 'results/ledger.json')?.content ?? null;
};
const next = (text: string, ...changes: [Change, ...Change[]]) =>
  after({ ledger: parseLedger(text) }, ...changes)!;
const read = (text: string | null): Ledger => {
  const parsed = parseLedger(text ?? '');
  if (!parsed.ok) throw new Error(parsed.problems.join());
  return parsed.value;
};

const PAID = 57_600; // 60 s and a fifth for scoring, four fifths of it
const one = run(2.5, { runId: 1, owner: 'bob', machine: 'bob.lab' });
const result = resultOf({ runs: [one] });
const incumbentRuns = [run(2.4, { runId: 2, stage: 'baseline', owner: 'eve', machine: 'eve.box' })];

describe('a verdict', () => {
  test('pays its runs and those of main’s own file, whatever their owners say how long they took', () => {
    const runs = [{ ...one, totalSeconds: 1e6, trainSeconds: 1e6 }];
    const ledger = read(after({}, { kind: 'result', result: { ...result, runs }, incumbentRuns }));
    expect([balanceOf(ledger, '@bob'), balanceOf(ledger, '@eve')]).toEqual([PAID, PAID]);
    expect(balanceOf(ledger, 'mint:cpu')).toBe(-2 * 72_000);
  });

  test('with the record it brings pays once', () => {
    const text = after({}, { kind: 'result', result }, { kind: 'incumbent', result });
    expect(balanceOf(read(text), '@bob')).toBe(PAID);
  });

  test('reached again with more runs pays the new ones', () => {
    const more = { ...result, runs: [one, { ...one, runId: 3 }] };
    const text = next(after({}, { kind: 'result', result })!, {
      kind: 'result',
      result: more,
      before: result,
    });
    expect(balanceOf(read(text), '@bob')).toBe(2 * PAID);
  });

  test('that falls takes back what it paid, and an outlier loses the rest', () => {
    const repeats = [run(2.9, { runId: 4, stage: 'audit', owner: 'eve', machine: 'eve.box' })];
    const audited: ExperimentResult = {
      ...result,
      runs: [{ ...one, discounted: 'outlier' }],
      audits: [{ of: 1, why: 'share', runs: repeats, outcome: 'outlier', outlier: 'bob.lab' }],
    };
    const other = resultOf({ pull: 42, runs: [{ ...one, runId: 5 }] });
    const before = next(after({}, { kind: 'result', result })!, { kind: 'result', result: other });
    const settled = audited.audits;
    const text = next(
      before,
      { kind: 'audited', result: audited, before: result, settled },
      { kind: 'reconsidered', result: audited, before: result, machines: ['bob.lab'] },
    );
    expect([balanceOf(read(text), '@bob'), balanceOf(read(text), '@eve')]).toEqual([0, PAID]);
  });
});

describe('whoever has main’s history can make it again:', () => {
  const files = (main: Partial<World['main']>, ...changes: [Change, ...Change[]]) =>
    written({ ...world, main: { ...world.main, ...main } }, board, changes).commit.files;
  const first: Change = { kind: 'result', result, incumbentRuns };

  test('runs of main’s own file are kept in whole, each once', () => {
    const all = files({}, first, { ...first, result: resultOf({ pull: 42, runs: [] }) });
    const kept = all.filter(({ path }) => path.startsWith('results/baselines/'));
    expect(kept.map(({ path }) => path)).toEqual(['results/baselines/2026-11/cpu-2.json']);
    expect(parseBaseline(kept[0]!.content)).toEqual({
      ok: true,
      value: { schema: 1, track: 'cpu', runs: incumbentRuns },
    });
  });

  test('time does not go back, though clocks differ', () => {
    const text = after({}, first)!;
    const late = { ...read(text), at: '2027-01-01T00:00:00.000Z' };
    const again = { ...first, result: resultOf({ pull: 42, runs: [{ ...one, runId: 9 }] }) };
    expect(read(next(ledgerText(late), again)).at).toBe(late.at);
    expect(read(text).at).toBe(world.now);
  });

  test('the root covers all that was posted, in whatever order the commit lists it', () => {
    const other = resultOf({ pull: 42, runs: [{ ...one, runId: 9, owner: 'eve', machine: 'eve.box' }] });
    const [both, turned] = [
      read(after({}, first, { kind: 'result', result: other })),
      read(after({}, { kind: 'result', result: other }, first)),
    ];
    expect(both.root).toBe(turned.root);
    expect(both.root).not.toBe(read(after({}, first)).root);
  });

  test('an older ledger, which has neither time nor root, goes on', () => {
    const { at: _, root: __, ...old } = read(after({}, first));
    const text = next(JSON.stringify(old), {
      ...first,
      result: resultOf({ pull: 42, runs: [{ ...one, runId: 9 }] }),
    });
    expect(read(text)).toMatchObject({ events: 2, at: world.now, root: expect.stringMatching(/[1-9a-f]/) });
  });

  test('the names of a renamed owner are those that the results have', () => {
    const lent = { ...one, owner: 'lovelace', ownerId: 7, machine: 'lovelace.desk' };
    const recorded = new Map([[1, { owner: 'ada', machine: 'ada.desk' }]]);
    const renamed = { ...world, recorded };
    const now = resultOf({ runs: [lent, { ...lent, runId: 3 }] });
    const change: Change = { kind: 'result', result: now, before: resultOf({ runs: [lent] }) };
    const all = written(renamed, board, [change]).commit.files;
    const [record] = all;
    const ledger = read(all.find(({ path }) => path === 'results/ledger.json')!.content);
    expect(JSON.parse(record!.content).runs[0].machine).toBe('ada.desk');
    expect(Object.keys(ledger.machines)).toEqual(['lovelace.desk']);
  });
});

test('a verdict that no further run brought about leaves the ledger as it is', () => {
  const fallen = { ...result, verdict: 'not-held' as const };
  expect(after({}, { kind: 'chain', results: [fallen], before: [result] })).toBeNull();
});

test('an insight earns nothing', () => {
  expect(after({}, { kind: 'insights', result, added: [] })).toBeNull();
});

test('a ledger that cannot be read is left as it is, and the verdict is written', () => {
  for (const text of ['', '{"schema": 1}', '{"schema": 1, "schema": 1}'])
    expect(after({ ledger: parseLedger(text) }, { kind: 'result', result })).toBeNull();
});

test('a new price holds for runs from then on', () => {
  const text = after({}, { kind: 'result', result })!;
  const { value } = world.main.config as { value: Extract<World['main']['config'], { ok: true }>['value'] };
  const cpu = { ...value.tracks.cpu!, credits: 2000 };
  const config = { ok: true as const, value: { ...value, tracks: { ...value.tracks, cpu } } };
  const now = '2027-01-01T00:00:00.000Z';
  const late = resultOf({ pull: 42, runs: [{ ...one, runId: 6, at: '2027-01-02T00:00:00.000Z' }] });
  const { files } = written(
    { ...world, now, main: { ...world.main, config, ledger: parseLedger(text) } },
    board,
    [{ kind: 'result', result: late }],
  ).commit;
  const ledger = read(files.find(({ path }) => path === 'results/ledger.json')!.content);
  expect(balanceOf(ledger, '@bob')).toBe(3 * PAID);
  expect(ledger.prices.map(({ prices }) => prices.cpu?.run)).toEqual([72_000, 144_000]);
});

test('the text is the same in whatever order the ledger was filled in, and names are no keys of every object', () => {
  const ledger = read(after({}, { kind: 'result', result, incumbentRuns }));
  const turned = { ...ledger, machines: Object.fromEntries(Object.entries(ledger.machines).toReversed()) };
  expect(ledgerText(turned)).toBe(ledgerText(ledger));
  const odd = resultOf({ runs: [{ ...one, machine: 'constructor' }] });
  const text = after({}, { kind: 'result', result: odd })!;
  expect(balanceOf(read(text), '@bob')).toBe(PAID);
  expect(ledgerText(read(text))).toBe(text);
});
