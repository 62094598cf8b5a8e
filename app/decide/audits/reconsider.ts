import { MACHINE_LABEL } from '../../../core/formats/labels.ts';
import type { TrackStanding } from '../../../core/formats/leaderboard.ts';
import { type ExperimentResult, RECONSIDERED, WITHDRAWN } from '../../../core/formats/result.ts';
import { heldoutOf, spreadOf } from '../../../core/rules/acceptance/spread.ts';
import { meanBpb } from '../../../core/text/loss.ts';
import type { Alarm } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { auditsBeside, restsOnOutlier } from '../../say/audits.ts';
import { DECIDED, DISCOUNTED } from '../../say/result-reasons.ts';
import type { Decided } from '../answer/decided.ts';
import { factsOf } from '../state/reconsidered.ts';
import type { Settings } from '../state/settings.ts';
import { isGuess, judgedToday } from './judged-today.ts';

/**
 * A verdict that depended on an outlier's machine is checked without its runs. They stay in the result. What still holds is said
 * again; what does not is measured again; what was merged stands, since no merge depends on one owner alone.
 */

export function reconsiderStep(
  snapshot: Snapshot,
  settings: Settings,
  result: ExperimentResult,
  machines: string[],
): Decided {
  const now = without(settings, result, machines);
  const gained = now.verdict === 'improved' && result.verdict !== 'improved';
  const again = gained || now.reason.code === RECONSIDERED;
  return {
    reasons: [],
    alarms: alarm(now, machines),
    reopens: again,
    commit: { changes: [{ kind: 'reconsidered', result: now, before: result, machines }] },
    below: { head: result.head, section: auditsBeside(snapshot, now) },
    again: true,
  };
}

/** The result without what these machines measured, decided by the remaining runs. */
function without(settings: Settings, result: ExperimentResult, machines: string[]): ExperimentResult {
  const standing = settings.board.tracks[result.track]!;
  const runs = result.runs.map((run) =>
    machines.includes(run.machine) ? { ...run, discounted: DISCOUNTED.outlier(run.machine) } : run,
  );
  const left = runs.filter((run) => run.discounted === undefined);
  const seen = {
    ...result,
    runs,
    distribution: spreadOf(left, standing.others, result.evidence?.sigma ?? null),
    heldoutBpb: heldoutOf(left),
  };
  const confirmed = left.filter((run) => run.stage === 'confirm' && run.valBpb !== null);
  if (result.reason.code === WITHDRAWN) return seen; // its author gave it up: nothing is measured again
  // On the frontier its chain's certification, by fresh runs, says whether it holds.
  if (result.verdict === 'adopted' || result.verdict === 'not-held') return seen;
  if (result.verdict === 'improved')
    return confirmed.length > 0 ? { ...seen, valBpb: meanBpb(confirmed) } : seen;
  return { ...seen, ...judgedAgain(settings, standing, seen) };
}

function judgedAgain(
  settings: Settings,
  standing: TrackStanding,
  result: ExperimentResult,
): Pick<ExperimentResult, 'verdict' | 'reason' | 'valBpb' | 'evidence'> {
  const facts = factsOf(result);
  const today = judgedToday(settings, standing, result, result.runs);
  // A gain that shows only now is measured again: the frontier has gone on since.
  if (today?.kind === 'verdict' && facts.length > 0 && !isGuess(today)) {
    const { verdict, reason, valBpb, evidence } = today;
    return { verdict, reason, valBpb, evidence };
  }
  return {
    verdict: 'invalid',
    reason: { code: RECONSIDERED, text: DECIDED.reconsidered },
    valBpb: null,
    evidence: null,
  };
}

/**
 * A record falls with a single owner's machine, or with those of two owners who are one person. Whether main goes back is for
 * people.
 */
function alarm(result: ExperimentResult, machines: string[]): Alarm[] {
  if (result.verdict !== 'improved') return [];
  if (result.runs.some((run) => run.stage === 'confirm' && run.discounted === undefined)) return [];
  return [{ ...restsOnOutlier(result, machines), label: MACHINE_LABEL }];
}
