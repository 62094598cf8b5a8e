import { type Reason, reason } from '../../../core/formats/reasons.ts';
import { own } from '../../../core/names.ts';
import { bpb } from '../../../core/text/loss.ts';
import type { Effect } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { answerOrRest, meanwhile, measuringCheck, showProgress } from '../answer/underway.ts';
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
import { cancelUntaken } from '../rules/dispatch.ts';
import type { PlacementInput } from '../rules/placing.ts';
import { type Judgement, type judge, withdrawn, withRuns } from '../rules/verdict.ts';
import { type Experiment, experimentsOf, incumbentRuns, withIncumbentRuns } from '../state/experiments.ts';
import { outliersOf, reconsideredResult } from '../state/reconsidered.ts';
import { ask, type Settings } from '../state/settings.ts';
import { withoutBrokenCalls } from './calls.ts';
import { measureMore, waitForOwners } from './more-runs.ts';
import { giveUp, retries } from './retry.ts';

export type Underway =
  | { kind: 'effects'; effects: Effect[] }
  | {
      kind: 'score-once-more';
      experiment: Experiment;
      certificate: Extract<Certificate, { kind: 'ask' }>;
    }
  | { kind: 'judged'; judgement: Judgement };

const NOBODY_TO_SCORE =
  "its weights are scored once more on another owner's machine before it becomes the record";

/** An experiment whose verdict is not said yet: waiting, ordering, or ready for it. */
export function underway(snapshot: Snapshot, settings: Settings, candidate: Experiment): Underway {
  const effects = (...list: Effect[]) => ({ kind: 'effects' as const, effects: list });
  const { track } = candidate;
  const rules = own(settings.config.tracks, track);
  if (!rules) return effects({ kind: 'rest', why: `track ${track} is no longer configured` });
  const standing = own(settings.board.tracks, track);
  if (!standing) return effects(...waitForIncumbent(snapshot, settings, candidate));
  ask(settings, 'first-incumbent', 'passed', 'measured', `${track}: ${bpb(standing.incumbent.valBpb)}`);
  if (snapshot.similar.length > 0)
    ask(
      settings,
      'similar',
      'passed',
      'waits-behind',
      snapshot.similar.map((one) => `#${one.pull}`).join(', '),
    );

  const all = experimentsOf(snapshot.pull.heads);
  const experiment = withoutBrokenCalls(withIncumbentRuns(candidate, all));
  const { pull, now } = snapshot;
  const { facts, pending } = experiment;
  const carried = incumbentRuns(all, track, standing.incumbent.blob);
  const incumbent = withRuns(standing.runs, carried);
  const scored = scoredBefore(snapshot, candidate);
  const placement: PlacementInput = {
    author: pull.author,
    rules,
    standing,
    incumbent,
    carried,
    facts,
    pending,
    now,
    machineRules: settings.config,
    barred: [...outliersOf(reconsideredResult(snapshot, candidate)), ...barredBy(scored)],
  };
  ask(settings, 'runs', 'passed', 'counted', runsSaw(experiment), runsAsked(experiment));
  const mayMeasure = pull.state === 'open' && !pull.draft;
  const again = mayMeasure ? retries(snapshot, settings, experiment, placement) : [];
  if (again.length > 0) {
    ask(settings, 'swarm', 'acts', 'again', experiment.broken.map((one) => one.why).join('; '));
    return effects(...cancelUntaken(experiment.broken.map((one) => one.run)), {
      kind: 'dispatch',
      checks: [...experiment.updates, measuringCheck(snapshot, settings, experiment)],
      orders: again,
    });
  }
  if (experiment.broken.length > 0 || experiment.failed.length > 0)
    return effects(...giveUp(snapshot, settings, experiment));

  const input = { author: pull.author, facts, incumbentRuns: carried, standing, rules };
  let discounted = discountsOf(snapshot, facts, scored);
  let counted = judgedWithout(input, discounted);
  let replaces: number | undefined;
  noteRuling(settings, counted.judgement);
  if (counted.judgement.kind === 'verdict' && counted.judgement.verdict === 'improved') {
    const counting = { ...experiment, facts: counted.facts };
    const certificate = certificateOf(snapshot, settings, counting, placement, scored);
    const { judgement } = counted;
    ask(
      settings,
      'certificate',
      certificateSaid(certificate.kind),
      certificate.kind,
      `${scored.length} scorings of its weights elsewhere`,
    );
    switch (certificate.kind) {
      case 'certified':
        return {
          kind: 'judged',
          judgement: { ...judgement, rescores: certificate.rescores, discounted, liars: liarsAmong(scored) },
        };
      case 'refuted':
      case 'unsettled':
        if (pending.length > 0) break;
        return { kind: 'judged', judgement: notCertified(certificate.kind, judgement, scored) };
      case 'expired':
        discounted = discountsOf(snapshot, facts, scored, certificate.first);
        replaces = certificate.first.run.runId;
        counted = judgedWithout(input, discounted);
        noteRuling(settings, counted.judgement);
        break;
      default:
        if (pending.length > 0) return effects(...showProgress(snapshot, settings, experiment));
        if (!mayMeasure) return { kind: 'judged', judgement: withdrawn(input, 'scored') };
        return certificate.kind === 'ask'
          ? { kind: 'score-once-more', experiment, certificate }
          : effects(...waitForOwners(snapshot, settings, experiment, NOBODY_TO_SCORE));
    }
  }
  if (counted.judgement.kind === 'measure' && mayMeasure) {
    const counting = { ...experiment, facts: counted.facts };
    return effects(
      ...measureMore(
        snapshot,
        settings,
        counting,
        { ...placement, facts: counted.facts },
        counted.judgement,
        replaces,
      ),
    );
  }
  if (pending.length > 0) return effects(...showProgress(snapshot, settings, experiment));
  const judgement =
    counted.judgement.kind === 'verdict'
      ? counted.judgement
      : withdrawn({ ...input, facts: counted.facts }, 'measured');
  return { kind: 'judged', judgement: { ...judgement, rescores: scored.map(rescoreOf), discounted } };
}

function runsSaw({ facts, pending, broken }: Experiment): string {
  return `${facts.length} ended; ${pending.length} under way; ${broken.length} failed by a machine`;
}

function runsAsked({ facts, pending, broken }: Experiment): Reason[] {
  const name = ({ stage, ordinal }: { stage: string; ordinal: number }) => `${stage} ${ordinal}`;
  return [
    ...facts.map(({ run }) => {
      const loss = run.valBpb === null ? run.outcome : bpb(run.valBpb);
      return reason('run', 'passed', run.outcome, `${name(run)}: ${loss} by ${run.owner}`);
    }),
    ...pending.map(({ key, memory }) =>
      reason('run', 'waits', 'under-way', `${name(key)}: sent to ${memory.target ?? 'anybody'}`),
    ),
    ...broken.map(({ run, why }) => reason('run', 'refused', 'failed', `${name(run.key)}: ${why}`)),
  ];
}

function noteRuling(settings: Settings, judgement: ReturnType<typeof judge>): void {
  const { because } = judgement;
  if (judgement.kind === 'measure')
    ask(settings, 'acceptance', 'acts', judgement.stage, `${judgement.runs} runs: ${judgement.why}`, because);
  else ask(settings, 'acceptance', 'decided', judgement.reason.code, judgement.reason.text, because);
}

function certificateSaid(kind: Certificate['kind']): 'passed' | 'refused' | 'waits' | 'acts' {
  if (kind === 'certified') return 'passed';
  if (kind === 'refuted' || kind === 'unsettled') return 'refused';
  return kind === 'wait' ? 'waits' : 'acts';
}

function waitForIncumbent(snapshot: Snapshot, settings: Settings, experiment: Experiment): Effect[] {
  const { track } = experiment;
  ask(
    settings,
    'first-incumbent',
    'waits',
    'not-measured',
    `main's own file is not measured on ${track} yet`,
  );
  const answer = meanwhile(snapshot, settings, experiment, {
    code: 'waits-for-first-incumbent',
    labels: settings.config.tracks[track]!['runs-on'],
    others: Object.keys(settings.config.tracks).filter((one) => one !== track),
  });
  return [
    answerOrRest(answer, 'waiting for the first incumbent'),
    { kind: 'look', pulls: [], incumbents: [track] },
  ];
}
