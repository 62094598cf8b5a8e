import type { ExperimentResult } from '../../../core/formats/result.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { DISCOUNTED } from '../../say/result-reasons.ts';
import { drawAudits } from '../rules/draw-audits.ts';
import { knownOn } from '../rules/lent/capacity.ts';
import { knownOwners } from '../rules/owners.ts';
import { factsOf } from '../state/reconsidered.ts';
import type { Settings } from '../state/settings.ts';

/** Where several runs decide, some of them are to be repeated elsewhere. */
export function withDrawnAudits(
  snapshot: Snapshot,
  settings: Settings,
  result: ExperimentResult,
): ExperimentResult {
  const { board, config } = settings;
  const standing = board.tracks[result.track];
  const rules = config.tracks[result.track];
  if (!standing || rules?.sigma === undefined) return result;
  const known = new Set(result.audits.map((audit) => audit.of));
  const facts = factsOf(result);
  const drawn = drawAudits({
    result: {
      ...result,
      runs: result.runs.filter(
        (run) => run.discounted === undefined || run.discounted === DISCOUNTED.repeats,
      ),
    },
    before: standing,
    owners: knownOwners({ ...knownOn(snapshot, settings, result.track), facts }, 'audit'),
    fresh: snapshot.fresh,
    audits: config.audits,
  });
  return { ...result, audits: [...result.audits, ...drawn.filter((audit) => !known.has(audit.of))] };
}
