import { type Reason, reason } from '../../../core/formats/reasons.ts';
import { bpb } from '../../../core/text/loss.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Certificate } from '../rules/certificate/certify.ts';
import type { judge } from '../rules/verdict.ts';
import type { Experiment } from '../state/experiments.ts';

/** What the rules saw of an experiment's runs, and what they said. */

export function similarAsked({ similar }: Snapshot): Reason[] {
  if (similar.length === 0) return [];
  return [reason('similar', 'passed', 'waits-behind', similar.map((one) => `#${one.pull}`).join(', '))];
}

export function runsAsked(
  { facts, pending, broken }: Experiment,
  discounted = new Map<number, string>(),
): Reason {
  const name = ({ stage, ordinal }: { stage: string; ordinal: number }) => `${stage} ${ordinal}`;
  const saw = `${facts.length} ended; ${pending.length} under way; ${broken.length} failed by a machine`;
  return reason('runs', 'passed', 'counted', saw, [
    ...facts.map(({ run }) => {
      const loss = run.valBpb === null ? run.outcome : bpb(run.valBpb);
      const text = `${name(run)}: ${loss} by ${run.owner}`;
      const why = discounted.get(run.runId);
      return why
        ? reason('run', 'refused', 'not-counted', `${text}; ${why}`)
        : reason('run', 'passed', run.outcome, text);
    }),
    ...pending.map(({ key, memory }) =>
      reason(
        'run',
        'waits',
        'under-way',
        `${name(key)}: sent to ${memory.lent?.name ?? memory.target ?? 'anybody'}`,
      ),
    ),
    ...broken.map(({ run, why }) => reason('run', 'refused', 'failed', `${name(run.key)}: ${why}`)),
  ]);
}

/** What the acceptance rule said, from which runs, and all that it asked. */
export function ruled(
  experiment: Experiment,
  discounted: Map<number, string>,
  judgement: ReturnType<typeof judge>,
): Reason {
  const because = [runsAsked(experiment, discounted), ...judgement.because];
  return judgement.kind === 'measure'
    ? reason('acceptance', 'acts', judgement.stage, `${judgement.runs} runs: ${judgement.why}`, because)
    : reason('acceptance', 'decided', judgement.reason.code, judgement.reason.text, because);
}

export function certificateAsked(kind: Certificate['kind'], scorings: number): Reason {
  return reason('certificate', SAID[kind], kind, `${scorings} scorings of its weights elsewhere`);
}

const SAID = {
  certified: 'passed',
  refuted: 'refused',
  unsettled: 'refused',
  wait: 'waits',
  ask: 'acts',
  expired: 'acts',
} as const;
