import { FAILING_LABEL } from '../../../core/formats/labels.ts';
import type { Alarm } from '../../model/effect.ts';
import { isSilent } from '../../model/silent-ends.ts';
import { machineFails } from '../../say/machine-fails.ts';
import { endsOf, failuresOf } from '../state/ends.ts';
import type { Experiment } from '../state/experiments.ts';

/** Runs are given up, so that no result will name the machines that failed them, did not take them or were gone with them: their owners are informed, each once for a track. */
export function faultAlarms(gone: Experiment['broken']): Alarm[] {
  const failures = gone.flatMap(({ run, why }) => {
    const { track, pull } = run.key;
    const lent = endsOf(run).flatMap(({ how, machine }) =>
      how === 'failed' || isSilent(how) ? machine : [],
    );
    return [...failuresOf(run), ...lent].map((machine) => ({ machine, track, pull, why }));
  });
  const alarms = failures.map((failure) => ({ ...machineFails(failure), label: FAILING_LABEL }));
  return [...new Map(alarms.map((alarm) => [alarm.title, alarm])).values()];
}
