import { type Reason, reason } from '../../../core/formats/reasons.ts';
import { own } from '../../../core/names.ts';
import { bpb } from '../../../core/text/loss.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { type Decided, saidOf } from '../answer/decided.ts';
import { dispatchAsked, measuring, selfOf } from '../answer/underway.ts';
import type { Certificate } from '../rules/certificate/certify.ts';
import { rescoreOf } from '../rules/certificate/opinions.ts';
import {
  barredBy,
  certificateOf,
  discountsOf,
  judgedWithout,
  liarsAmong,
  notCertified,
  scoredBefore,
} from '../rules/certificate/scorings.ts';
import { freshRuns } from '../rules/counted.ts';
import { untakenOf } from '../rules/dispatch.ts';
import { frontierCaseOf, standsOnComposition, writerOf } from '../rules/frontier/cases.ts';
import { knownOn } from '../rules/lent/capacity.ts';
import type { PlacementInput } from '../rules/placing.ts';
import { ownMachinesFor } from '../rules/queue.ts';
import { bidOn } from '../rules/spending/bid.ts';
import { type Judgement, withdrawn, withRuns } from '../rules/verdict.ts';
import { type Experiment, experimentsOf, incumbentRuns, withIncumbentRuns } from '../state/experiments.ts';
import { outliersOf, reconsideredResult } from '../state/reconsidered.ts';
import type { Settings } from '../state/settings.ts';
import { certificateAsked, ruled, runsAsked, similarAsked } from './asked.ts';
import { withoutBrokenCalls } from './calls.ts';
import { measureMore, waitForMachine, waitForOwners, waitForRuns } from './more-runs.ts';
import { type Again, giveUp, NOTHING, retries } from './retry.ts';

/** Where an experiment stands: something is said and done, or another step goes on. `reasons`: what was asked so far. */
export type Underway =
  | { kind: 'decided'; decided: Decided }
  | {
      kind: 'score-once-more';
      experiment: Experiment;
      certificate: Extract<Certificate, { kind: 'ask' }>;
      placement: PlacementInput;
      reasons: Reason[];
    }
  | { kind: 'judged'; judgement: Judgement; reasons: Reason[] };

const NOBODY_TO_SCORE =
  "its weights are scored once more on another owner's machine before it becomes the record";

/** An experiment whose verdict is not said yet: waiting, ordering, or ready for it. */
export function underway(snapshot: Snapshot, settings: Settings, candidate: Experiment): Underway {
  const { track } = candidate;
  const measure = (because: Reason[]): Reason[] => {
    const last = because.at(-1)!;
    return [reason('measure', last.said, last.code, `${candidate.blob.slice(0, 12)} on ${track}`, because)];
  };
  const rules = own(settings.config.tracks, track);
  if (!rules)
    return { kind: 'decided', decided: { reasons: [], rest: `track ${track} is no longer configured` } };
  const standing = own(settings.board.tracks, track);
  if (!standing) {
    const decided = waitForIncumbent(snapshot, settings, candidate);
    return { kind: 'decided', decided: { ...decided, reasons: measure(decided.reasons) } };
  }
  let asked = [
    reason('first-incumbent', 'passed', 'measured', `${track}: ${bpb(standing.incumbent.valBpb)}`),
    ...similarAsked(snapshot),
  ];
  const decided = (given: Decided): Underway => ({
    kind: 'decided',
    decided: { ...given, reasons: measure([...asked, ...given.reasons]) },
  });
  const judged = (judgement: Judgement): Underway => ({ kind: 'judged', judgement, reasons: measure(asked) });

  const all = experimentsOf(snapshot.pull.heads);
  const experiment = withoutBrokenCalls(settings, withIncumbentRuns(candidate, all));
  const { pull } = snapshot;
  const { facts, pending } = experiment;
  const carried = freshRuns(standing, incumbentRuns(all, track, standing.incumbent.blob));
  const incumbent = withRuns(standing.runs, carried);
  const scored = scoredBefore(snapshot, candidate);
  const known = knownOn(
    snapshot,
    settings,
    track,
    snapshot.pull.heads.flatMap((head) => head.runs),
  );
  const begun = facts.length + pending.length > 0 || experiment.composition !== undefined;
  const self = selfOf(snapshot, experiment, begun ? 'measuring' : 'queued');
  const { mine, kept } = ownMachinesFor(self, snapshot, settings, track);
  const placement: PlacementInput = {
    ...{ ...known, taken: [...known.taken, ...kept], mine },
    author: candidate.certifies ? writerOf(standing, candidate.certifies) : pull.author,
    standing,
    incumbent,
    carried,
    facts,
    pending,
    barred: [...outliersOf(reconsideredResult(snapshot, candidate)), ...barredBy(scored)],
  };
  // What was adopted is certified whatever becomes of its pull request.
  const mayMeasure = candidate.certifies !== undefined || (pull.state === 'open' && !pull.draft);
  const again = mayMeasure ? retries(snapshot, settings, experiment, placement) : NOTHING;
  if (again.orders.length > 0 || again.waits)
    return decided(orderedAgain(snapshot, settings, experiment, again));
  if (experiment.broken.length > 0 || experiment.failed.length > 0) {
    const given = giveUp(snapshot, settings, experiment);
    return decided({ ...given, reasons: [runsAsked(experiment), ...given.reasons] });
  }

  const frontier = frontierCaseOf(snapshot, candidate, placement);
  const input = {
    ...{ author: pull.author, facts, incumbentRuns: carried, standing, rules },
    ...(frontier && { frontier }),
  };
  let discounted = discountsOf(snapshot, facts, scored);
  let counted = judgedWithout(input, discounted);
  let replaces: number | undefined;
  asked = [...asked, ruled(experiment, discounted, counted.judgement)];
  if (counted.judgement.kind === 'verdict' && counted.judgement.verdict === 'improved') {
    const counting = { ...experiment, facts: counted.facts };
    const certificate = certificateOf(snapshot, settings, counting, placement, scored);
    const { judgement } = counted;
    asked = [...asked, certificateAsked(certificate.kind, scored.length)];
    switch (certificate.kind) {
      case 'certified':
        return judged({
          ...judgement,
          rescores: certificate.rescores,
          discounted,
          liars: liarsAmong(scored),
        });
      case 'refuted':
      case 'unsettled':
        if (pending.length > 0) break;
        return judged(notCertified(certificate.kind, judgement, scored));
      case 'expired':
        discounted = discountsOf(snapshot, facts, scored, certificate.first);
        replaces = certificate.first.run.runId;
        counted = judgedWithout(input, discounted);
        asked = [...asked, ruled(experiment, discounted, counted.judgement)];
        break;
      default:
        if (pending.length > 0) return decided(waitForRuns(snapshot, settings, experiment));
        if (!mayMeasure) return judged(withdrawn(input, 'scored'));
        return certificate.kind === 'ask'
          ? { kind: 'score-once-more', experiment, certificate, placement, reasons: measure(asked) }
          : decided(waitForOwners(snapshot, settings, experiment, placement, NOBODY_TO_SCORE));
    }
  }
  // Compositions are decided in the order they were made.
  if (counted.judgement.kind === 'verdict' && standsOnComposition(standing, candidate))
    return decided({
      ...waitForRuns(snapshot, settings, experiment),
      rest: 'the composition that it stands on is measured first',
    });
  if (counted.judgement.kind === 'measure' && mayMeasure) {
    const counting = { ...experiment, facts: counted.facts };
    return decided(
      measureMore(
        snapshot,
        settings,
        counting,
        { ...placement, facts: counted.facts },
        counted.judgement,
        replaces,
      ),
    );
  }
  if (pending.length > 0) return decided(waitForRuns(snapshot, settings, experiment));
  const judgement =
    counted.judgement.kind === 'verdict'
      ? counted.judgement
      : withdrawn({ ...input, facts: counted.facts }, 'measured');
  return judged({ ...judgement, rescores: scored.map(rescoreOf), discounted });
}

/** Broken runs go to other machines, or wait for one. */
function orderedAgain(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment,
  { orders, checks, waits }: Again,
): Decided {
  const { broken, pending } = experiment;
  const asked = runsAsked(experiment);
  const cancel = untakenOf(broken.map((one) => one.run));
  if (waits && orders.length + pending.length === 0) {
    const waiting = waitForMachine(snapshot, settings, experiment, waits);
    return {
      ...waiting,
      cancel,
      checks: [...(waiting.checks ?? []), ...checks],
      reasons: [asked, ...waiting.reasons],
    };
  }
  const why = broken.map((one) => one.why).join('; ');
  const said = saidOf(experiment, measuring(snapshot, settings, experiment, orders));
  return {
    ...said,
    checks: [...(said.checks ?? []), ...checks],
    cancel,
    dispatch: orders,
    reasons: [asked, reason('swarm', 'acts', 'again', why), dispatchAsked(orders)],
    rest: 'a machine is measuring it',
  };
}

/** What is bid meanwhile counts as soon as there is a record. */
function waitForIncumbent(snapshot: Snapshot, settings: Settings, experiment: Experiment): Decided {
  const { track } = experiment;
  const { tracks } = settings.config;
  const saw = `main's own file is not measured on ${track} yet`;
  const said = saidOf(experiment, {
    code: 'waits-for-first-incumbent',
    labels: tracks[track]!['runs-on'],
    others: Object.keys(tracks).filter((one) => one !== track),
  });
  const { offers } = bidOn(snapshot, settings, track);
  return {
    ...{ ...said, says: { ...said.says!, holds: offers } },
    reasons: [reason('first-incumbent', 'waits', 'not-measured', saw)],
    look: { pulls: [], incumbents: [track] },
  };
}
