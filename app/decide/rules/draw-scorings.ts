import type { Audit } from '../../../core/formats/result.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { wantsScoring } from '../../../core/rules/audits/audit.ts';
import type { Fresh } from '../../model/snapshot.ts';
import { uniform } from './draw-audits.ts';

/**
 * Whose weights are scored again elsewhere. Like audits, drawn when the reports are in: until then no machine knows, and all of them
 * have handed their weights over. On probation every run is: a repeat alone vouches for whoever guesses well.
 * @param runs with those at the front that audits were drawn of, in the same order
 * @param known audits there are
 * @param kept the workflow runs of whose weights GitHub still has a copy
 * @param owners those who could score; neither a run's own owner nor the author does
 * @param share of all runs
 */
export function drawScorings(o: {
  runs: RunResult[];
  known: Pick<Audit, 'of' | 'why'>[];
  kept: ReadonlySet<number>;
  author: string;
  owners: string[];
  fresh: Fresh[];
  share: number;
}): Audit[] {
  const { runs, known, kept, owners, fresh, share } = o;
  const author = o.author.toLowerCase();
  return runs.flatMap(({ runId, outcome, owner }, i): Audit[] => {
    const checks = known.filter(({ of }) => of === runId).map(({ why }) => why);
    if (outcome !== 'scored' || !kept.has(runId) || checks.includes('scoring')) return [];
    if (!owners.some((one) => one !== owner && one !== author)) return [];
    if (!checks.includes('probation') && !wantsScoring(uniform(fresh, i), share)) return [];
    return [{ of: runId, why: 'scoring', runs: [], outcome: 'open', outlier: null }];
  });
}
