import type { RunState, Snapshot } from '../../../model/snapshot.ts';
import type { RunFacts } from '../../../model/state.ts';
import { DECIDED, DISCOUNTED } from '../../../say/result-reasons.ts';
import type { Experiment } from '../../state/experiments.ts';
import type { Settings } from '../../state/settings.ts';
import { knownOwners } from '../owners.ts';
import type { PlacementInput } from '../placing.ts';
import { type Judgement, judge, type VerdictInput } from '../verdict.ts';
import { type Certificate, certify } from './certify.ts';
import { rescoreOf, type Scored, scoredOnceMore } from './opinions.ts';

/** Where the scorings of one experiment's weights stand, and what follows for its verdict. */

const NOT_REPRODUCED = 'not-reproduced';
const RESCORE_UNSETTLED = 'rescore-unsettled';
/** Scorings of one file on one track, lost ones left out, beyond which nothing more is asked for. */
const MOST = 8;

/** The check runs of scorings that were ordered for a file on a track, those of audits among them. */
export function allScoringsOf(
  { pull }: Pick<Snapshot, 'pull'>,
  { blob, track }: Pick<Experiment, 'blob' | 'track'>,
): RunState[] {
  return pull.heads
    .flatMap((head) => head.runs)
    .filter(({ key }) => key.stage === 'rescore' && key.blob === blob && key.track === track);
}

/** Those that a gain was waiting for. */
function scoringsOf(snapshot: Snapshot, experiment: Pick<Experiment, 'blob' | 'track'>): RunState[] {
  return allScoringsOf(snapshot, experiment).filter(({ memory }) => memory.audits === null);
}

export function scoredBefore(snapshot: Snapshot, experiment: Experiment): Scored[] {
  const author = snapshot.pull.author.toLowerCase();
  return scoredOnceMore(experiment.facts, scoringsOf(snapshot, experiment), author);
}

/** Machines whose own run of a file two others do not bear out, where another machine's run of it was borne out. */
function refutedAmong(scored: Scored[]): string[] {
  if (!scored.some((one) => one.state === 'agreed')) return [];
  return scored.flatMap((one) => (one.state === 'refuted' ? [one.first.run.machine] : []));
}

/** Those, and machines that alone did not bear out what two others say. */
export function liarsAmong(scored: Scored[]): string[] {
  const alone = scored.flatMap((one) =>
    one.state === 'agreed' ? one.disagreeing.map((run) => run.machine) : [],
  );
  const machines = [...refutedAmong(scored), ...alone];
  return [...new Set(machines)];
}

/** Why a run that a liar's machine brought, or that another is measured for, does not count. */
export function discountsOf(
  { pull }: Snapshot,
  facts: RunFacts[],
  scored: Scored[],
  expired: RunFacts | null = null,
): Map<number, string> {
  const refuted = refutedAmong(scored);
  const replaced = new Set(pull.heads.flatMap((head) => head.runs).map((run) => run.memory.replaces));
  return new Map(
    facts.flatMap(({ run }): [number, string][] => {
      if (refuted.includes(run.machine)) return [[run.runId, DISCOUNTED.refuted]];
      const gone = replaced.has(run.runId) || run.runId === expired?.run.runId;
      return gone ? [[run.runId, DISCOUNTED.notKept]] : [];
    }),
  );
}

/** What must still be done for an improvement. */
export function certificateOf(
  snapshot: Snapshot,
  { config }: Settings,
  experiment: Experiment,
  placement: PlacementInput,
  scored: Scored[],
): Certificate {
  const author = snapshot.pull.author.toLowerCase();
  const confirmed = experiment.facts.filter(({ run }) => run.stage === 'confirm' && run.owner !== author);
  // The author's own machine confirms only where no other owner has one.
  const deciding = confirmed.length > 0 ? confirmed : experiment.facts;
  const liars = liarsAmong(scored);
  const rules = config.tracks[experiment.track]!;
  const owners = knownOwners(placement, 'rescore').filter(
    (owner) => owner !== author && !liars.some((machine) => machine.split('.')[0]!.toLowerCase() === owner),
  );
  return certify({
    facts: deciding.filter(({ run }) => run.outcome === 'scored'),
    scored,
    owners,
    now: snapshot.now,
    fewOwners: rules.sigma === undefined ? 'accept' : (rules['few-owners'] ?? 'wait'),
    draw: snapshot.fresh.at(-1)?.seed ?? 0,
    exhausted: scoringsOf(snapshot, experiment).length >= MOST,
  });
}

/** The verdict when two machines did not confirm the claims, or too few could check them. */
export function notCertified(
  kind: 'refuted' | 'unsettled',
  judgement: Judgement,
  scored: Scored[],
): Judgement {
  const rescores = scored.map(rescoreOf);
  return kind === 'refuted'
    ? {
        ...judgement,
        verdict: 'invalid',
        rescores,
        reason: { code: NOT_REPRODUCED, text: DECIDED.refuted },
      }
    : {
        ...judgement,
        verdict: 'inconclusive',
        rescores,
        reason: { code: RESCORE_UNSETTLED, text: DECIDED.unsettled },
      };
}

/** The judgement from the runs that count. */
export function judgedWithout(input: VerdictInput, discounts: Map<number, string>) {
  const facts = input.facts.filter(({ run }) => !discounts.has(run.runId));
  return { facts, judgement: judge({ ...input, facts }) };
}

/** Owners whose run of the file does not count: they do not measure it again. */
export function barredBy(scored: Scored[]): string[] {
  const machines = refutedAmong(scored);
  return scored.flatMap(({ first }) => (machines.includes(first.run.machine) ? [first.run.owner] : []));
}
