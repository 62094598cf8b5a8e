import { expect, it } from 'vitest';
import { type Ledger, openLedger } from '../../../core/formats/ledger.ts';
import { summariesOf } from '../../summary/summary.ts';
import { historyOf } from '../../testing/history.ts';
import { ownersView } from './owners.ts';

const history = historyOf(600);
const tableOf = (ledger: Ledger | null) => {
  const { table, finding } = ownersView(summariesOf({ ...history, sigmas: new Map(), ledger })[0]!);
  const row = (owner: string) => {
    const found = table.rows.find(([name]) => name === owner);
    return found && Object.fromEntries(table.columns.map((column, i) => [column, found[i]]));
  };
  return { row, rows: table.rows, finding };
};

const ledger: Ledger = {
  ...openLedger('2026-01-01T00:00:00.000Z', { h100: { run: 600_000, scoring: 60_000 } }),
  accounts: {
    '#7': { lots: [{ week: '2026-01-05', milli: 500_000 }], debt: 0 },
    '@owner-3': { lots: [], debt: 20_000 },
    '#9': { lots: [{ week: '2026-01-05', milli: 90_000 }], debt: 0 },
  },
  owners: {
    '#7': { login: 'Owner-3', runs: 3, milli: 1_500_000 },
    '@owner-3': { login: 'owner-3', runs: 1, milli: 100_000 },
    '#9': { login: 'elsewhere', runs: 1, milli: 90_000 },
  },
  machines: {
    'owner-3.card-3': {
      account: '#7',
      finished: 3,
      pending: [{ day: '2026-01-07', milli: 1_000_000, finished: 2 }],
      recent: [],
    },
  },
};

it("shows each owner's credits of all tracks, two accounts of one login as one, and who measured elsewhere alone", () => {
  const { row, finding } = tableOf(ledger);
  expect(row('owner-3')).toMatchObject({ earned: '1600', available: '500', pending: '1000', owed: '20' });
  expect(row('owner-4')).toMatchObject({ earned: null, available: null, pending: null });
  expect(row('elsewhere')).toMatchObject({ runs: 0, earned: '90', 'last seen': null });
  expect(finding).toContain('All tracks together earned 1,690 credits');
});

it('shows no credits where there is no ledger, and the same runs', () => {
  const { row, finding } = tableOf(null);
  expect(finding).not.toContain('credits');
  expect(row('owner-3')).toMatchObject({ earned: null, runs: tableOf(ledger).row('owner-3')!.runs });
});

it('counts audits of their machines with an interval, and every run once', () => {
  const { rows } = tableOf(null);
  const sum = (column: number) => rows.reduce((all, row) => all + Number(row[column]), 0);
  expect(sum(2)).toBe(
    history.events.reduce((all, event) => all + (event.kind === 'result' ? event.runs.length : 0), 0),
  );
  const audits = history.events.filter((event) => event.kind === 'audit');
  expect(sum(6)).toBe(audits.length);
  expect(sum(9)).toBe(audits.filter(({ outlier }) => outlier !== null).length);
  expect(rows.find((row) => row[6] !== 0)![8]).toMatch(/^[\d.]+ % to [\d.]+ %$/);
});
