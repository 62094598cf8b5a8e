import type { CheckWrite } from './effect.ts';
import { encodeMemory, encodeRun, type RunKey, type RunMemory } from './state.ts';

/**
 * What a run's check remembers when its order is over without a loss, until a machine is free that may have it: it names no machine and
 * no workflow run, and its check is queued.
 */
export function waitingState(
  key: RunKey,
  memory: RunMemory,
  next: Pick<RunMemory, 'ends' | 'failedOn'> & { attempt: number; why: string },
): Pick<CheckWrite, 'externalId' | 'status' | 'conclusion' | 'detailsUrl' | 'text'> {
  const { lent: _, ...named } = key;
  const { lent: __, ...rest } = memory;
  const { attempt, why, ...before } = next;
  return {
    externalId: encodeRun({ ...named, attempt, runId: 0 }),
    status: 'queued',
    conclusion: null,
    detailsUrl: null,
    text: encodeMemory({ ...rest, ...before, waits: why }),
  };
}
