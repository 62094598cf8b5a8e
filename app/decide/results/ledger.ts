import type { IncumbentRun } from '../../../core/credits/earnings.ts';
import { bears, covered, fold, type LedgerEvent } from '../../../core/credits/fold.ts';
import { pricesOf, withPrices } from '../../../core/credits/prices.ts';
import { baselineText } from '../../../core/formats/baseline.ts';
import type { Borrowed } from '../../../core/formats/borrowing/record.ts';
import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import { LEDGER_PATH, type Ledger, ledgerText, openLedger } from '../../../core/formats/ledger.ts';
import { type Paid, resultPath } from '../../../core/formats/result.ts';
import { namedMap, own } from '../../../core/names.ts';
import type { Written } from '../../../core/rules/events.ts';
import type { FileWrite } from '../../model/effect.ts';
import type { World } from '../../model/snapshot.ts';
import { eachOnce, freshRuns } from '../rules/counted.ts';
import { asRecorded } from '../state/present-names.ts';
import { asPaid } from './borrowed.ts';

/** What a commit's results earn, as the ledger's next state. */

/** @param fresh runs of main's own file that it counts first @returns null where it stays as it is */
export function ledgerAfter(
  world: World,
  written: Written[],
  fresh: IncumbentRun[],
  paid: Borrowed[] = [],
): Ledger | null {
  const records = recordsOf(world, written).filter(bears);
  if (records.length + fresh.length + paid.length === 0) return null;
  const ledger = ledgerOf(world);
  const borrowed = paid.map((after) => ({ before: null, after }));
  return (
    ledger &&
    fold(ledger, { at: timeOf(world), records, incumbentRuns: fresh, ...(paid.length > 0 && { borrowed }) })
      .ledger
  );
}

/** The record of what was borrowed as this commit pays it. */
export function paidIn(world: World, record: Borrowed): Borrowed {
  return asPaid(ledgerOf(world), timeOf(world), record);
}

/** Of what is to be paid, that which the accounts have on this main: a ledger that cannot be read has nothing. */
export function coveredNow(world: World, wanted: Paid[]): Paid[] {
  const ledger = wanted.length > 0 ? ledgerOf(world) : null;
  return ledger ? covered(ledger, timeOf(world), wanted) : [];
}

/** Those that were not counted before: a pull request brings all that its commits carry at each of its verdicts. */
export function notCounted({ tracks }: Leaderboard, found: IncumbentRun[]): IncumbentRun[] {
  return [...Map.groupBy(found, ({ track }) => track)].flatMap(([track, ofTrack]) => {
    const runs = ofTrack.map(({ run }) => run);
    const standing = own(tracks, track);
    return (standing ? freshRuns(standing, runs) : eachOnce(runs)).map((run) => ({ track, run }));
  });
}

/** The runs themselves, which the leaderboard keeps only for a while. */
export function baselineFiles(fresh: IncumbentRun[]): FileWrite[] {
  const tracks = Map.groupBy(fresh, ({ track }) => track);
  return [...tracks].map(([track, runs]) =>
    baselineText(
      track,
      runs.map(({ run }) => run),
    ),
  );
}

/** The leaderboard with what owners earned by now, a line for each login. Who earned before there was a ledger stays. */
export function withOwners(board: Leaderboard, ledger: Ledger | null): Leaderboard {
  if (ledger === null) return board;
  const owners = namedMap<{ runs: number; milli: number }>();
  for (const { login, runs, milli } of Object.values(ledger.owners)) {
    const other = owners[login] ?? { runs: 0, milli: 0 };
    owners[login] = { runs: other.runs + runs, milli: other.milli + milli };
  }
  return { ...board, owners: Object.assign(namedMap(board.owners), owners) };
}

export function ledgerFiles(ledger: Ledger | null): FileWrite[] {
  return ledger === null ? [] : [{ path: LEDGER_PATH, content: ledgerText(ledger) }];
}

/** Main's, at today's prices. Null where it cannot be read: then it stays as it is, and can be made again from the results. */
function ledgerOf(world: World): Ledger | null {
  const { ledger, config } = world.main;
  if (ledger !== null && !ledger.ok) return null;
  if (!config.ok) return ledger?.value ?? null;
  const [prices, at] = [pricesOf(config.value), timeOf(world)];
  return ledger === null ? openLedger(at, prices) : withPrices(ledger.value, prices, at);
}

/** Times of events do not go back, though the clocks of two machines that write differ a little. */
function timeOf({ main, now }: World): string {
  const last = main.ledger?.ok ? main.ledger.value.at : now;
  return Date.parse(last) > Date.parse(now) ? last : now;
}

/** A record that several changes of one commit write: as it is on main before the first, and as it is written after the last. */
function recordsOf(world: World, written: Written[]): LedgerEvent['records'] {
  const records = new Map<string, LedgerEvent['records'][number]>();
  for (const { before, now } of written) {
    const path = resultPath(now);
    const earlier = before && asRecorded(world, before);
    records.set(path, { before: records.get(path)?.before ?? earlier, after: asRecorded(world, now) });
  }
  return [...records.values()];
}
