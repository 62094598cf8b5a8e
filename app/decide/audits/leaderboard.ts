import type { Leaderboard, TrackStanding } from '../../../core/formats/leaderboard.ts';
import type { Audit, ExperimentRecord } from '../../../core/formats/result.ts';
import type { RunRecord } from '../../../core/formats/run.ts';
import { own } from '../../../core/names.ts';
import { heldoutOf, spreadOf } from '../../../core/rules/acceptance/spread.ts';
import { is, seen, struck, vouched } from '../../../core/rules/audits/machines.ts';
import { meanBpb } from '../../../core/text/loss.ts';
import { credited, sigmaOf, withStanding } from '../results/leaderboard.ts';

/** Old leaderboard -> new leaderboard, for what audits find. Nothing here writes. */

/** Adds the experiment to those whose audits are waited for, or takes it off. */
export function withOpenAudits(board: Leaderboard, record: ExperimentRecord): Leaderboard {
  const standing = board.tracks[record.track]!;
  const name = { pull: record.pull, blob: record.blob };
  const known = standing.audits.some(is(name));
  const open = record.audits.some((audit) => audit.outcome === 'open');
  if (open === known) return board;
  const audits = open ? [...standing.audits, name] : standing.audits.filter((one) => !is(name)(one));
  return withStanding(board, record.track, { ...standing, audits });
}

/** `settled`: those of the record's audits that have just come to an end. */
export function withAudited(
  board: Leaderboard,
  record: ExperimentRecord,
  settled: Audit[],
  at: string,
): Leaderboard {
  const repeats = settled.flatMap((audit) => audit.runs);
  const before = board.tracks[record.track]!;
  let standing = { ...before, machines: seen(before.machines, repeats, null) };
  for (const audit of settled) standing = afterAudit(standing, record, audit, at);
  const owners = credited(board.owners, repeats);
  return withOpenAudits(withStanding({ ...board, owners }, record.track, standing), record);
}

function afterAudit(
  standing: TrackStanding,
  record: ExperimentRecord,
  audit: Audit,
  at: string,
): TrackStanding {
  const name = { pull: record.pull, blob: record.blob };
  const audited = record.runs.find((run) => run.runId === audit.of);
  if (audit.outcome === 'agreed' && audited)
    return { ...standing, machines: vouched(standing.machines, audited.machine, name) };
  if (audit.outcome !== 'outlier' || audit.outlier === null) return standing;
  return withOutlier(standing, record, audit.outlier, at, audited?.machine === audit.outlier);
}

/** A machine that stood alone: its runs count no more, it is struck, and what it measured lately is looked at again. @param measured it measured this very experiment */
export function withOutlier(
  standing: TrackStanding,
  record: ExperimentRecord,
  machine: string,
  at: string,
  measured: boolean,
): TrackStanding {
  const name = { pull: record.pull, blob: record.blob };
  const doubtful = own(standing.machines, machine)?.unvouched ?? [];
  const itself = measured && !doubtful.some(is(name)) ? [name] : [];
  const known = standing.reconsider.filter((one) => one.machine === machine);
  const fresh = [...doubtful, ...itself].filter((one) => !known.some(is(one)));
  return {
    ...withoutMachine(standing, machine),
    machines: struck(standing.machines, machine, { at, pull: record.pull, author: record.author }),
    reconsider: [...standing.reconsider, ...fresh.map((one) => ({ ...one, machine }))],
  };
}

/** The incumbent is held to what other machines measured. Without any run left it keeps its loss until it is measured again. */
function withoutMachine(standing: TrackStanding, machine: string): TrackStanding {
  const kept = <T extends { machine: string }>(runs: T[]) => runs.filter((run) => run.machine !== machine);
  const runs: RunRecord[] = kept(standing.runs);
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
