import { type Audit, type ExperimentResult, RECONSIDERED, WITHDRAWN } from '../../../core/formats/result.ts';
import { spreadOf } from '../../../core/rules/acceptance/spread.ts';
import { DISCOUNTED } from '../../say/result-reasons.ts';
import { judge } from '../rules/verdict.ts';
import { factsOf } from '../state/reconsidered.ts';
import type { Settings } from '../state/settings.ts';

/**
 * A refusal may depend on one owner, who can be wrong by less than audits detect. So a repeat is not only compared: where
 * the refusal would not hold with the repeat's loss instead of the first, the experiment goes on, and no machine is blamed.
 */

/** The result with repeats counted, when its verdict falls with them; null while it holds. */
export function fallenResult(
  { board, config }: Settings,
  result: ExperimentResult,
  settled: Audit[],
): ExperimentResult | null {
  const standing = board.tracks[result.track];
  const rules = config.tracks[result.track];
  if (!standing || rules?.sigma === undefined || result.verdict === 'improved') return null;
  if ([WITHDRAWN, RECONSIDERED, 'pinned-seed'].includes(result.reason.code)) return null;
  // An outlier's experiments are looked at without its machine.
  if (settled.some((audit) => audit.outcome === 'outlier')) return null;

  const runs = result.runs.flatMap((run) => {
    const repeats = settled.find((audit) => audit.of === run.runId)?.runs ?? [];
    if (run.discounted !== undefined || repeats.length === 0) return [run];
    const { stage, ordinal } = run;
    return [
      { ...run, discounted: DISCOUNTED.setAside },
      ...repeats.map((repeat) => ({ ...repeat, stage, ordinal })),
    ];
  });
  const facts = factsOf({ runs });
  const today = judge({ author: result.author, facts, incumbentRuns: [], standing, rules });
  if (today.kind === 'verdict' && today.verdict !== 'improved') return null;
  const counted = facts.map(({ run }) => run);
  return {
    ...result,
    runs,
    verdict: 'invalid',
    reason: {
      code: RECONSIDERED,
      text: "a run was repeated on another owner's machine, and with it the file is no longer refused: it is measured further",
    },
    valBpb: null,
    evidence: null,
    distribution: spreadOf(counted, standing.others, null),
  };
}
