import type { RunState } from './snapshot.ts';
import type { RunFacts } from './state.ts';

/** What a run's report says, remembered or just read; null where none has come. */
export function heardOf({ finding, memory }: RunState): RunFacts | null {
  return memory.facts ?? (finding.kind === 'report' ? finding.facts : null);
}

/** Whether it is under way, and nothing was heard of it yet. */
export function isOut({ check, finding }: RunState): boolean {
  return check.status !== 'completed' && (finding.kind === 'pending' || finding.kind === 'found');
}
