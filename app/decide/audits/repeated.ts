import { type Audit, type ExperimentResult, RECONSIDERED, WITHDRAWN } from '../../../core/formats/result.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { spreadOf } from '../../../core/rules/acceptance/spread.ts';
import { DISCOUNTED } from '../../say/result-reasons.ts';
import { hasFrontier } from '../rules/frontier/grounds.ts';
import { factsOf } from '../state/reconsidered.ts';
import type { Settings } from '../state/settings.ts';
import { isGuess, judgedToday } from './judged-today.ts';

/**
 * A refusal may depend on one owner, who can be wrong by less than audits detect. So a repeat is not only compared: where
 * the refusal would not hold with the repeat's loss instead of the first, the experiment goes on, and no machine is blamed.
 */

/** The result with repeats counted, when its verdict falls with them; null while it holds. */
export function fallenResult(
  settings: Settings,
  result: ExperimentResult,
  settled: Audit[],
): ExperimentResult | null {
  const standing = settings.board.tracks[result.track];
  const rules = settings.config.tracks[result.track];
  if (!standing || rules?.sigma === undefined || result.verdict === 'improved') return null;
  // What was on the frontier is judged by the fresh runs of its chain.
  if (result.verdict === 'adopted' || result.chain) return null;
  if ([WITHDRAWN, RECONSIDERED, 'pinned-seed'].includes(result.reason.code)) return null;
  // An outlier's experiments are looked at without its machine.
  if (settled.some((audit) => audit.outcome === 'outlier')) return null;

  const runs = result.runs.flatMap((run) => {
    const repeats = settled.find((audit) => audit.of === run.runId && audit.why !== 'scoring')?.runs ?? [];
    if (run.discounted !== undefined || repeats.length === 0) return [run];
    const { stage, ordinal } = run;
    return [
      { ...run, discounted: DISCOUNTED.setAside },
      ...repeats.map((repeat) => ({ ...repeat, stage, ordinal })),
    ];
  });
  const facts = factsOf({ runs });
  const gains = (counted: RunResult[]) => {
    const today = judgedToday(settings, standing, result, counted);
    return today?.kind === 'measure' || today?.verdict === 'improved' || isGuess(today);
  };
  if (!gains(runs)) return null;
  // A frontier moves on: what looks better today without the repeats, too, does not fall with them.
  if (hasFrontier(rules) && gains(result.runs)) return null;
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
