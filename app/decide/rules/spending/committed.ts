import type { Hold } from '../../../../core/credits/holds.ts';
import type { ExperimentResult, Paid } from '../../../../core/formats/result.ts';
import { heardOf, isOut } from '../../../model/heard.ts';
import type { RunState, Snapshot } from '../../../model/snapshot.ts';
import type { OverallKey } from '../../../model/state.ts';

/** What a pull request's runs have spent by starting before their turn, as their checks remember it. */

/** Who pays for a run that started before its turn. */
export type Payer = Pick<Paid, 'login' | 'milli' | 'for'>;

function runIdOf(run: RunState): number {
  return heardOf(run)?.run.runId ?? run.key.runId;
}

/**
 * Of runs that no record has: the commit of their verdict is still to settle it.
 * @param state that the pull request has after this look: with a verdict only what is out is left, and what is given up spends nothing
 */
export function committedOf(
  { pull, results }: Snapshot,
  state?: OverallKey['state'],
): (Omit<Paid, 'runId'> & { run: RunState })[] {
  const recorded = new Set(results.flatMap(({ result }) => result.runs.map(({ runId }) => runId)));
  const isKept = (run: RunState) => state !== 'failed' || heardOf(run) !== null;
  return pull.heads.flatMap(({ runs, overall }) =>
    runs
      .filter((run) => run.memory.failure === null && !recorded.has(runIdOf(run)))
      .filter((run) => isOut(run) || (state !== 'verdict' && overall?.key.state !== 'verdict' && isKept(run)))
      .flatMap((run) => (run.memory.paid ?? []).map((paid) => ({ ...paid, run }))),
  );
}

/** What a record that is written of these runs may say was paid, if the accounts have it. @param runIds that it lists first */
export function paidFor({ pull }: Pick<Snapshot, 'pull'>, runIds: ReadonlySet<number>): Paid[] {
  return pull.heads
    .flatMap(({ runs }) => runs)
    .filter((run) => runIds.has(runIdOf(run)))
    .flatMap((run) => (run.memory.paid ?? []).map((paid) => ({ ...paid, runId: runIdOf(run) })));
}

/** What runs of a record had spent when it was written, and nobody was charged for. */
export function unpaidOf(snapshot: Pick<Snapshot, 'pull'>, { runs, paid = [] }: ExperimentResult): Paid[] {
  const isPaid = (one: Paid) =>
    paid.some(
      ({ runId, account, for: kind }) => runId === one.runId && account === one.account && kind === one.for,
    );
  return paidFor(snapshot, new Set(runs.map(({ runId }) => runId))).filter((one) => !isPaid(one));
}

/** One hold for each account. */
export function summed(holds: Hold[]): Hold[] {
  const sums = new Map<string, number>();
  for (const { account, milli } of holds) sums.set(account, (sums.get(account) ?? 0) + milli);
  return [...sums].map(([account, milli]) => ({ account, milli }));
}
