import type { CheckWrite } from '../../model/effect.ts';
import type { HeadState, RunState, Snapshot } from '../../model/snapshot.ts';
import { type BorrowedEnd, encodeMemory } from '../../model/state.ts';
import { borrowedRun } from '../../say/borrow.ts';
import { GIVEN_UP } from '../../say/run-check.ts';
import { whyOver, writeOf } from '../state/experiments.ts';

/** The runs of a pull request that borrows, wherever in its life they were ordered. */

export interface Lot {
  /** How runs ended, and the check runs that must say so. */
  ended: { run: RunState; end: BorrowedEnd; update: CheckWrite | null }[];
  /** On a machine, or on their way to one. */
  out: { run: RunState; update: CheckWrite | null }[];
  /** To be ordered, again or for the first time, and why. */
  over: { run: RunState; why: string }[];
  /** Given up. */
  failed: RunState[];
}

export function borrowRuns(heads: HeadState[]): RunState[] {
  return heads.flatMap((head) => head.runs).filter(({ key }) => key.stage === 'borrow');
}

/** Once a run of it is ordered it stays what it is, whatever its description says; and so does an experiment. */
export function isBorrowing({ pull }: Snapshot): boolean {
  if (borrowRuns(pull.heads).length > 0) return true;
  return pull.heads.every(({ runs }) => runs.length === 0) && (pull.borrow ?? null) !== null;
}

export function lotOf(runs: RunState[]): Lot {
  const lot: Lot = { ended: [], out: [], over: [], failed: [] };
  for (const run of runs) add(lot, run);
  return lot;
}

function add(lot: Lot, run: RunState): void {
  const { memory, check, finding } = run;
  if (memory.borrowed) lot.ended.push({ run, end: memory.borrowed, update: null });
  else if (check.status === 'completed') lot.failed.push(run);
  else if (finding.kind === 'borrowed')
    lot.ended.push({ run, end: finding.ended, update: endedWrite(run, finding.ended) });
  else if (finding.kind === 'found') lot.out.push({ run, update: writeOf(run, { runId: finding.runId }) });
  else if (finding.kind === 'pending') lot.out.push({ run, update: null });
  else if (finding.kind === 'report')
    lot.over.push({ run, why: GIVEN_UP.refused('outcome', 'what is borrowed is not measured') });
  else lot.over.push({ run, why: whyOver(memory, finding) });
}

/** How a run ended is remembered until all are paid at once. */
export function endedWrite(run: RunState, end: BorrowedEnd): CheckWrite {
  return {
    ...writeOf(run, { runId: end.runId }),
    status: 'completed',
    conclusion: end.outcome === 'borrowed' ? 'success' : 'neutral',
    ...borrowedRun(end),
    text: encodeMemory({ ...run.memory, borrowed: end }),
  };
}
