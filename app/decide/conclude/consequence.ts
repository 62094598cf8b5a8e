import type { ExperimentResult } from '../../../core/formats/result.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { holdsRecord } from '../results/leaderboard.ts';
import type { Outcome } from '../results/outcome.ts';
import { judge } from '../rules/verdict.ts';
import { factsOf } from '../state/reconsidered.ts';
import type { Settings } from '../state/settings.ts';

/** A result with what becomes of it. `adopt`: it has to move main, and has not done so yet. */
export interface Part {
  result: ExperimentResult;
  consequence: Outcome['consequence'];
  adopt: boolean;
}

/** What a result amounts to today. One that improved and was not adopted is compared with the current incumbent. */
export function partOf(snapshot: Snapshot, settings: Settings, result: ExperimentResult): Part {
  const { board, config } = settings;
  const consequence = consequenceOf(snapshot, settings, result);
  if (result.verdict !== 'improved' || result.chain) return { result, consequence, adopt: false };
  if (holdsRecord(board, result.track, result.blob)) {
    const isBest = board.tracks[result.track]!.incumbent.blob === result.blob;
    return { result, consequence: isBest ? 'merged' : 'overtaken', adopt: false };
  }
  const [, oldest] = board.tracks[result.track]?.older ? board.tracks[result.track]!.history : [];
  // It held the record longer ago than the leaderboard shows.
  if (snapshot.pull.state === 'merged' && oldest && result.decidedAt < oldest.at)
    return { result, consequence: 'overtaken', adopt: false };
  if (consequence !== 'merged') return { result, consequence, adopt: false };
  const rules = config.tracks[result.track];
  const standing = board.tracks[result.track];
  if (!rules || !standing) return { result, consequence: 'no-track', adopt: false };
  // A person has merged it: nothing is compared any more.
  if (snapshot.pull.state === 'merged') return { result, consequence, adopt: true };

  if (!isCertified(result)) return { result, consequence: 'too-few-runs', adopt: false };
  const facts = factsOf(result);
  const today = judge({ author: result.author, facts, incumbentRuns: [], standing, rules });
  if (today.kind === 'measure') return { result, consequence: 'too-few-runs', adopt: false };
  if (today.verdict === 'improved') return { result, consequence, adopt: true };
  const { verdict, reason, evidence } = today;
  const { pull, blob } = standing.incumbent;
  const incumbent = { pull, blob, valBpb: today.incumbent };
  return { result: { ...result, verdict, reason, incumbent, evidence }, consequence: 'closed', adopt: false };
}

/** Nothing moves main before its weights were scored again, or no other owner could do so. Older results were never asked. */
function isCertified({ rescores, runs }: ExperimentResult): boolean {
  if (!runs.some((run) => run.probes)) return true;
  return rescores.some(({ outcome }) => outcome === 'agreed' || outcome === 'single-owner');
}

export function consequenceOf(
  { pull, main }: Snapshot,
  { config }: Settings,
  result: ExperimentResult,
): Outcome['consequence'] {
  const improved = result.verdict === 'improved';
  if (result.verdict === 'adopted') return 'adopted';
  if (improved && result.chain) return 'chain';
  if (pull.state === 'merged') return improved && main.train?.oid === result.blob ? 'merged' : 'hand-merged';
  if (pull.state === 'closed') return 'was-closed';
  if (pull.draft) return 'was-draft';
  if (improved && pull.base !== main.branch) return 'other-base';
  if (!improved) return 'closed';
  return config.merge ? 'merged' : 'ready';
}
