import type { RunResult } from '../../core/formats/run.ts';
import { NOW } from './names.ts';

/** One measured run of this loss; null for one that crashed. */
export function run(valBpb: number | null, change: Partial<RunResult> = {}): RunResult {
  return {
    stage: 'explore',
    ordinal: 1,
    seed: 7,
    owner: 'ada',
    machine: 'ada.desk',
    runId: 100,
    at: NOW,
    outcome: valBpb === null ? 'crashed' : 'scored',
    valBpb,
    heldoutBpb: null,
    trainSeconds: 59.5,
    totalSeconds: 70,
    device: 'a processor',
    torch: '2.11',
    ...change,
  };
}
