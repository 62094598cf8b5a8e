import { type ExperimentResult, RECONSIDERED } from '../../../core/formats/result.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { RunFacts } from '../../model/state.ts';
import { DISCOUNTED } from '../../say/result-reasons.ts';
import type { Experiment } from './experiments.ts';

/** What is left of an experiment once some of its runs do not count any more. */

/** The runs of a record that count, as a judgement takes them. */
export function factsOf({ runs }: Pick<ExperimentResult, 'runs'>): RunFacts[] {
  return runs
    .filter((run) => run.discounted === undefined)
    .map((run) => ({ run, reason: null, curve: [], log: null }));
}

/** The pull request's own record of a file that is to be measured again on a track; null where its verdict stands, or there is none. */
export function reconsideredResult(
  { results, pull }: Snapshot,
  { blob, track }: { blob: string; track: string },
): ExperimentResult | null {
  const own = results.find(
    ({ blob: of, result }) => of === blob && result.pull === pull.number && result.track === track,
  );
  return own?.result.reason.code === RECONSIDERED ? own.result : null;
}

/** Owners of the machines whose runs a record has discounted. */
export function outliersOf(result: ExperimentResult | null): string[] {
  const struck = result?.runs.filter(
    (run) => run.discounted !== undefined && run.discounted !== DISCOUNTED.setAside,
  );
  return [...new Set(struck?.map((run) => run.owner))];
}

/** An experiment that goes on without the runs that its record has discounted, and with repeats that took their place. */
export function withoutDiscounted(experiment: Experiment, result: ExperimentResult): Experiment {
  const gone = new Set(result.runs.flatMap((run) => (run.discounted === undefined ? [] : run.runId)));
  const repeats = new Set(result.audits.flatMap((audit) => audit.runs.map((run) => run.runId)));
  const instead = factsOf(result).filter(({ run }) => repeats.has(run.runId));
  return {
    ...experiment,
    facts: [...instead, ...experiment.facts.filter(({ run }) => !gone.has(run.runId))],
  };
}
