import { NO_FRONTIER } from '../../../core/formats/frontier.ts';
import { type ExperimentResult, RECONSIDERED } from '../../../core/formats/result.ts';
import { own } from '../../../core/names.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { DECIDED } from '../../say/result-reasons.ts';
import type { Commit, Decided } from '../answer/decided.ts';
import { hasFrontier } from '../rules/frontier/grounds.ts';
import type { Settings } from '../state/settings.ts';

/** A maintainer has switched the frontier of a track off: what is on it is measured further, each file alone. One pull request a step. */
export function endSwitchedOff(
  { pull, results, now }: Snapshot,
  { board, config }: Settings,
): Decided | null {
  for (const [track, { frontier = NO_FRONTIER }] of Object.entries(board.tracks)) {
    const rules = own(config.tracks, track);
    if (!rules || hasFrontier(rules)) continue;
    const files = [...frontier.chain, ...frontier.compositions]
      .filter((one) => one.pull === pull.number)
      .map(({ blob }) => blob);
    if (files.length === 0) continue;
    const before = results
      .map(({ result }) => result)
      .filter((one) => one.pull === pull.number && one.track === track && one.verdict === 'adopted');
    const changed = before.map(
      (one): ExperimentResult => ({
        ...one,
        verdict: 'invalid',
        reason: { code: RECONSIDERED, text: DECIDED.frontierOff },
        valBpb: null,
        evidence: null,
        decidedAt: now,
      }),
    );
    const changes: Commit['changes'] = [
      { kind: 'switched-off', track, pull: pull.number },
      ...(changed.length > 0 ? [{ kind: 'chain', results: changed, before } as const] : []),
    ];
    return { reasons: [], commit: { changes }, again: true };
  }
  return null;
}
