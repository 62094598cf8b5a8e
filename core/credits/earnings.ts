import { accountOf, COMMONS, type Ledger, mintOf } from '../formats/ledger.ts';
import type { ExperimentResult } from '../formats/result.ts';
import type { RunResult } from '../formats/run.ts';
import { priceAt } from './prices.ts';

/** What the runs of a record are worth. Nothing here depends on a number that a machine's owner reports. */

/** A run that crashed pays a fifth: it costs its machine little, and files that crash are cheap to write. */
const CRASH_PARTS = 5;

function isCrash(outcome: string): boolean {
  return outcome === 'crashed' || outcome === 'out-of-memory';
}

/** What a run is worth that ended so. @param whole where it did not crash */
export function worthAfter(outcome: string, whole: number): number {
  return isCrash(outcome) ? Math.floor(whole / CRASH_PARTS) : whole;
}

/** A run that earns. What it is worth follows from the record and the prices alone, so that it is taken back as it was paid. */
export interface Earning {
  runId: number;
  account: string;
  /** Of the account's owner then. */
  login: string;
  machine: string;
  track: string;
  author: string;
  at: string;
  isCrash: boolean;
  /** What it is worth, in thousandths of a credit. */
  gross: number;
  /** What was paid for it to start before its turn. */
  bid: number;
  /** The account that pays it: checks of what others measured come from the common purse. */
  payer: string;
}

/** Runs of main's own file, which stand in no record. */
export interface IncumbentRun {
  track: string;
  run: RunResult;
}

/** All runs of a record that earn, each once: its own, repeats of them elsewhere, and scorings of its weights, which it may list again. */
export function earningsOf(record: ExperimentResult, prices: Pick<Ledger, 'prices'>): Earning[] {
  const { track, author, authorId } = record;
  const repeats = record.audits.flatMap(({ runs, outlier }) =>
    runs.filter(({ machine }) => machine !== outlier),
  );
  const scorings = record.rescores.flatMap(({ runs }) => runs);
  const runs = new Map([...record.runs, ...repeats, ...scorings].map((run) => [run.runId, run]));
  const bid = (runId: number) =>
    (record.paid ?? []).reduce((sum, one) => (one.runId === runId ? sum + one.milli : sum), 0);
  return [...runs.values()].flatMap((run) =>
    earning(run, { track, author, authorId }, prices).map((one) => ({ ...one, bid: bid(one.runId) })),
  );
}

/** @param author of the file; null for main's own */
export function earning(
  run: RunResult,
  { track, author, authorId }: { track: string; author: string | null; authorId?: number | undefined },
  prices: Pick<Ledger, 'prices'>,
): Earning[] {
  const { runId, machine, at, stage, outcome } = run;
  const account = accountOf(run);
  if (account === null || run.discounted !== undefined) return [];
  // One's own file on one's own machine is useful, and nobody pays for it.
  const isSame = authorId !== undefined && authorId === run.ownerId; // a login may change between two looks
  const isOwn = author !== null && (isSame || run.owner === author.toLowerCase());
  if (isOwn && (stage === 'explore' || stage === 'confirm')) return [];
  const price = priceAt(prices, track, at);
  const gross = worthAfter(outcome, stage === 'rescore' ? price.scoring : price.run);
  const payer = stage === 'audit' || stage === 'rescore' ? COMMONS : mintOf(track);
  const earns = { runId, account, login: run.owner, machine, track, author: author ?? '' };
  return gross === 0 ? [] : [{ ...earns, at, isCrash: isCrash(outcome), gross, bid: 0, payer }];
}
