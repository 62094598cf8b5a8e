import type { TrackStanding } from '../../../core/formats/leaderboard.ts';
import { type Audit, type ExperimentResult, runsIn } from '../../../core/formats/result.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { machineOffsets, offsetOf } from '../../../core/rules/acceptance/offsets.ts';
import { PRIOR_DEGREES } from '../../../core/rules/acceptance/rule.ts';
import { pooledVariance, sampleVariance } from '../../../core/rules/acceptance/statistics.ts';
import { type AuditedRun, settle } from '../../../core/rules/audits/audit.ts';
import type { RunState, Snapshot } from '../../model/snapshot.ts';
import type { RunFacts } from '../../model/state.ts';
import { opinionOn } from '../rules/certificate/opinions.ts';
import { nextAttempt } from '../state/ends.ts';
import { type Handed, handedBy } from '../state/handed.ts';

/** What is known of the open audits of one result, and whether it is enough. */

/** One audit that is open, with what has been done about it. */
export interface Inquiry {
  audit: Audit;
  audited: RunResult;
  /** Of a scoring: what the audited run said and handed over. */
  first: Handed | null;
  repeats: RunResult[];
  flying: RunState[];
  broken: { run: RunState; why: string }[];
  /** Repeats ordered so far, whatever became of them. */
  tries: number;
}

/** Of the runs that settle it. */
export function stageOf({ why }: Audit): 'audit' | 'rescore' {
  return why === 'scoring' ? 'rescore' : 'audit';
}

/** The check runs of repeats and scorings that were dispatched for a result's audits. */
export function repeatsOf({ pull }: Snapshot, { audits, track }: ExperimentResult): RunState[] {
  const checked = new Set(audits.map(({ of }) => of));
  return pull.heads
    .flatMap((head) => head.runs)
    .filter(({ key, memory }) => key.track === track && memory.audits !== null && checked.has(memory.audits));
}

/** `broken`: repeats that a machine, an owner or GitHub failed. */
export function inquiriesOf(
  snapshot: Snapshot,
  result: ExperimentResult,
  broken: { run: RunState; why: string }[],
): Inquiry[] {
  const repeats = repeatsOf(snapshot, result);
  const handed = handedBy(snapshot);
  return result.audits.flatMap((audit): Inquiry[] => {
    const first = handed.find(({ run }) => run.runId === audit.of) ?? null;
    const audited = runsIn(result).find((run) => run.runId === audit.of) ?? first?.run;
    if (audit.outcome !== 'open' || !audited) return [];
    const stage = stageOf(audit);
    const mine = repeats.filter((run) => run.memory.audits === audit.of && run.key.stage === stage);
    const lost = broken.filter(({ run }) => mine.includes(run));
    const done = mine.flatMap((run) => run.memory.facts?.run ?? []);
    return [
      {
        audit,
        audited,
        first: audit.why === 'scoring' ? first : null,
        repeats: byStrangers(done, [audited.owner, result.author.toLowerCase()]),
        flying: mine.filter(
          (run) => run.check.status !== 'completed' && !lost.some((one) => one.run === run),
        ),
        broken: lost,
        tries: mine.reduce((sum, run) => sum + attemptsOf(run, lost), 0),
      },
    ];
  });
}

/** What is over and waits, or was taken back by the machine's owner, has used up one attempt less than its number. */
function attemptsOf(run: RunState, lost: Inquiry['broken']): number {
  return lost.some((one) => one.run === run) ? nextAttempt(run) - 1 : run.key.attempt;
}

/** Each by an owner of its own: labels say who may take a run, and labels can be wrong. */
function byStrangers(runs: RunResult[], known: string[]): RunResult[] {
  const owners = new Set(known);
  return runs.filter(({ owner }) => !owners.has(owner) && owners.add(owner));
}

/** Null while another opinion is needed. @param prior the track's sigma as configured, bits per byte */
export function endOf(
  inquiry: Inquiry,
  standing: TrackStanding,
  prior: number,
  result: ExperimentResult,
): Pick<Audit, 'outcome' | 'outlier'> | null {
  const { audited, repeats } = inquiry;
  if (repeats.length === 0) return null;
  if (inquiry.first) return endOfScoring(inquiry.first, repeats);
  const sigma = sigmaFor(inquiry, standing, prior, result);
  const measured = standing.runs.flatMap((run) =>
    run.valBpb === null ? [] : [{ ...run, valBpb: run.valBpb }],
  );
  const { byMachine } = machineOffsets(measured, sigma ** 2);
  const opinions = [audited, ...repeats].slice(0, 3).map((run): AuditedRun => {
    const { owner, machine, valBpb } = run;
    return { owner, machine, valBpb: valBpb === null ? null : valBpb - offsetOf(byMachine, run) };
  });
  // It gave the loss of another seed, and its own seed does not give it again: no machine measures such a loss by chance.
  if (inquiry.audit.why === 'equal' && repeats.some((one) => one.valBpb !== null))
    return repeats.some((one) => one.valBpb === audited.valBpb)
      ? { outcome: 'agreed', outlier: null }
      : { outcome: 'outlier', outlier: audited.machine };
  const found = settle(opinions, sigma);
  if (found.kind === 'call-third') return null;
  return { outcome: found.kind, outlier: found.kind === 'outlier' ? found.run.machine : null };
}

/** Two of three decide: who says alone what the weights do not bear out, or alone that they do not, is the outlier. */
function endOfScoring(first: RunFacts, scorings: RunResult[]): Pick<Audit, 'outcome' | 'outlier'> | null {
  const { state, disagreeing } = opinionOn(first, scorings);
  if (state === 'disputed') return null;
  const liar = state === 'refuted' ? first.run : disagreeing[0];
  return liar ? { outcome: 'outlier', outlier: liar.machine } : { outcome: 'agreed', outlier: null };
}

/**
 * The track's sigma, or the file's own where that is larger: an unsteady file must brand no machine. The audited machine's runs
 * are left out on both sides, so that a lie does not excuse itself by making the track look unsteady.
 */
function sigmaFor(
  { audited }: Inquiry,
  standing: TrackStanding,
  prior: number,
  result: ExperimentResult,
): number {
  const losses = (runs: { machine: string; valBpb: number | null }[]) =>
    runs.flatMap((run) => (run.machine === audited.machine ? [] : (run.valBpb ?? [])));
  const files = [losses(standing.runs), ...standing.others.map(losses)];
  const track = pooledVariance(files, { sigma: prior, degrees: PRIOR_DEGREES }).variance;
  const own = losses(result.runs);
  return Math.sqrt(Math.max(track, own.length > 2 ? sampleVariance(own) : 0));
}
