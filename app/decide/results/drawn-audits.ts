import { type ExperimentResult, isSameAudit } from '../../../core/formats/result.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { DISCOUNTED } from '../../say/result-reasons.ts';
import { freshRuns } from '../rules/counted.ts';
import { drawAudits } from '../rules/draw-audits.ts';
import { drawScorings } from '../rules/draw-scorings.ts';
import { knownOn } from '../rules/lent/capacity.ts';
import { knownOwners } from '../rules/owners.ts';
import { experimentsOf, incumbentRuns } from '../state/experiments.ts';
import { handedBy, isKept } from '../state/handed.ts';
import { factsOf } from '../state/reconsidered.ts';
import type { Settings } from '../state/settings.ts';

/** Where several runs decide, some of them are to be repeated elsewhere, or their weights scored again. */
export function withDrawnAudits(
  snapshot: Snapshot,
  settings: Settings,
  result: ExperimentResult,
): ExperimentResult {
  const { board, config } = settings;
  const standing = board.tracks[result.track];
  const rules = config.tracks[result.track];
  if (!standing || rules?.sigma === undefined) return result;
  const facts = factsOf(result);
  const runs = result.runs.filter(
    (run) => run.discounted === undefined || run.discounted === DISCOUNTED.repeats,
  );
  const drawn = drawAudits({
    result: { ...result, runs },
    before: standing,
    owners: knownOwners({ ...knownOn(snapshot, settings, result.track), facts }, 'audit'),
    fresh: snapshot.fresh,
    audits: config.audits,
  });
  const audits = [...result.audits, ...drawn.filter((audit) => !result.audits.some(isSameAudit(audit)))];
  const beside = incumbentRuns(experimentsOf(snapshot.pull.heads), result.track, standing.incumbent.blob);
  return withDrawnScorings(snapshot, settings, { ...result, audits }, [
    ...runs,
    ...freshRuns(standing, beside),
  ]);
}

/** @param runs that have just come to a record, of whatever stage: what an auditor says is as easily invented as a first loss */
export function withDrawnScorings(
  snapshot: Snapshot,
  settings: Settings,
  result: ExperimentResult,
  runs: RunResult[],
): ExperimentResult {
  const share = settings.config.audits?.scorings ?? 0;
  if (share === 0) return result;
  const certified = result.rescores.map(({ of }) => ({ of, why: 'scoring' as const }));
  const drawn = drawScorings({
    ...{ runs, author: result.author, fresh: snapshot.fresh, share },
    known: [...result.audits, ...certified],
    kept: new Set(handedBy(snapshot).flatMap((one) => (isKept(one, snapshot.now) ? one.run.runId : []))),
    owners: knownOwners({ ...knownOn(snapshot, settings, result.track), facts: factsOf(result) }, 'rescore'),
  });
  return { ...result, audits: [...result.audits, ...drawn] };
}
