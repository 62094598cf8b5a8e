import type { IncumbentRun } from '../../../core/credits/earnings.ts';
import { fold, type LedgerEvent } from '../../../core/credits/fold.ts';
import { pricesOf, withPrices } from '../../../core/credits/prices.ts';
import type { Leaderboard } from '../../../core/formats/leaderboard.ts';
import { LEDGER_PATH, type Ledger, ledgerText, openLedger } from '../../../core/formats/ledger.ts';
import { resultPath } from '../../../core/formats/result.ts';
import { namedMap, own } from '../../../core/names.ts';
import type { Written } from '../../../core/rules/events.ts';
import type { FileWrite } from '../../model/effect.ts';
import type { World } from '../../model/snapshot.ts';
import { eachOnce, freshRuns } from '../rules/counted.ts';

/** What a commit's results earn, as the ledger's next state. */

/** @param incumbentRuns of main's own file, those that were counted before among them @returns null where it stays as it is */
export function ledgerAfter(
  { main, now }: World,
  before: Leaderboard,
  written: Written[],
  incumbentRuns: IncumbentRun[],
): Ledger | null {
  const event: LedgerEvent = {
    at: now,
    records: recordsOf(written),
    incumbentRuns: notCounted(before, incumbentRuns),
  };
  if (event.records.length === 0 && event.incumbentRuns.length === 0) return null;
  const ledger = ledgerOf(main, now);
  return ledger && fold(ledger, event).ledger;
}

function notCounted({ tracks }: Leaderboard, found: IncumbentRun[]): IncumbentRun[] {
  return [...Map.groupBy(found, ({ track }) => track)].flatMap(([track, ofTrack]) => {
    const runs = ofTrack.map(({ run }) => run);
    const standing = own(tracks, track);
    return (standing ? freshRuns(standing, runs) : eachOnce(runs)).map((run) => ({ track, run }));
  });
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
function ledgerOf({ ledger, config }: World['main'], now: string): Ledger | null {
  if (ledger !== null && !ledger.ok) return null;
  if (!config.ok) return ledger?.value ?? null;
  const prices = pricesOf(config.value);
  return ledger === null ? openLedger(now, prices) : withPrices(ledger.value, prices, now);
}

/** A record that several changes of one commit write: as it was before the first, and after the last. */
function recordsOf(written: Written[]): LedgerEvent['records'] {
  const records = new Map<string, LedgerEvent['records'][number]>();
  for (const { before, now } of written) {
    const path = resultPath(now);
    records.set(path, { before: records.get(path)?.before ?? before, after: now });
  }
  return [...records.values()];
}
