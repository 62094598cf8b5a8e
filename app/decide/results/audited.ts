import type { ExperimentName, Leaderboard, TrackStanding } from '../../../core/formats/leaderboard.ts';
import type { Audit, ExperimentResult } from '../../../core/formats/result.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { own } from '../../../core/names.ts';
import { heldoutOf, spreadOf } from '../../../core/rules/acceptance/spread.ts';
import { is, seen, struck, vouched } from '../../../core/rules/audits/machines.ts';
import { meanBpb } from '../../../core/text/loss.ts';
import { sigmaOf, withStanding } from './leaderboard.ts';

/** Old leaderboard -> new leaderboard, for what audits find. Nothing here writes. */

/** The page names so many, the latest. */
const UNSETTLED_KEPT = 20;

/** Adds the experiment to those whose audits are waited for, or takes it off. */
export function withOpenAudits(board: Leaderboard, result: ExperimentResult): Leaderboard {
  const standing = board.tracks[result.track]!;
  const name = { pull: result.pull, blob: result.blob };
  const known = standing.audits.some(is(name));
  const open = result.audits.some((audit) => audit.outcome === 'open');
  if (open === known) return board;
  const audits = open ? [...standing.audits, name] : standing.audits.filter((one) => !is(name)(one));
  return withStanding(board, result.track, { ...standing, audits });
}

/** `settled`: those of the record's audits that have just come to an end. */
export function withAudited(
  board: Leaderboard,
  result: ExperimentResult,
  settled: Audit[],
  at: string,
): Leaderboard {
  const repeats = settled.flatMap((audit) => audit.runs);
  const before = board.tracks[result.track]!;
  let standing = { ...before, machines: seen(before.machines, repeats, null) };
  for (const audit of settled) standing = afterAudit(standing, result, audit, at);
  return withOpenAudits(withStanding(board, result.track, standing), result);
}

function afterAudit(
  standing: TrackStanding,
  result: ExperimentResult,
  audit: Audit,
  at: string,
): TrackStanding {
  const name = { pull: result.pull, blob: result.blob };
  const audited = result.runs.find((run) => run.runId === audit.of);
  // That weights bear out a loss says nothing of the machine's other runs: a repeat alone vouches for them.
  if (audit.outcome === 'agreed' && audit.why === 'scoring') return standing;
  if (audit.outcome === 'agreed' && audited)
    return { ...standing, machines: vouched(standing.machines, audited.machine, name) };
  if (audit.outcome === 'unsettled')
    return { ...standing, unsettled: [...unsettledBut(standing, name), name] };
  if (audit.outcome !== 'outlier' || audit.outlier === null) return standing;
  return withOutlier(standing, result, audit.outlier, at, audited?.machine === audit.outlier);
}

function unsettledBut({ unsettled }: TrackStanding, name: ExperimentName): ExperimentName[] {
  return (unsettled ?? []).filter((one) => !is(name)(one)).slice(1 - UNSETTLED_KEPT);
}

/** A machine that stood alone: its runs count no more, it is struck, and what it measured lately is looked at again. @param measured it measured this very experiment */
export function withOutlier(
  standing: TrackStanding,
  result: ExperimentResult,
  machine: string,
  at: string,
  measured: boolean,
): TrackStanding {
  const name = { pull: result.pull, blob: result.blob };
  const doubtful = own(standing.machines, machine)?.unvouched ?? [];
  const itself = measured && !doubtful.some(is(name)) ? [name] : [];
  const known = standing.reconsider.filter((one) => one.machine === machine);
  const fresh = [...doubtful, ...itself].filter((one) => !known.some(is(one)));
  return {
    ...withoutMachine(standing, machine),
    machines: struck(standing.machines, machine, { at, pull: result.pull, author: result.author }),
    reconsider: [...standing.reconsider, ...fresh.map((one) => ({ ...one, machine }))],
  };
}

/** The incumbent is held to what other machines measured. Without any run left it keeps its loss until it is measured again. */
function withoutMachine(standing: TrackStanding, machine: string): TrackStanding {
  const kept = <T extends { machine: string }>(runs: T[]) => runs.filter((run) => run.machine !== machine);
  const runs: RunResult[] = kept(standing.runs);
  const others = standing.others.map(kept).filter((file) => file.length > 1);
  const { incumbent } = standing;
  if (runs.length === 0) return { ...standing, runs, others, distribution: null };
  return {
    ...standing,
    incumbent: { ...incumbent, valBpb: meanBpb(runs), heldoutBpb: heldoutOf(runs) },
    runs,
    others,
    distribution: spreadOf(runs, others, sigmaOf({ ...standing, others }, runs)),
  };
}
