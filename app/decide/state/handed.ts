import type { HandedOver } from '../../../core/formats/handed-over.ts';
import { heardOf } from '../../model/heard.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { RunFacts } from '../../model/state.ts';

/** Weights and claims that runs handed over to be scored again. */

/** GitHub may take a while to start a job, and to send what it keeps. */
const SPARE_MS = 6 * 3_600_000;

/** A run that handed something over, and the file that it measured. */
export type Handed = RunFacts & { blob: string };

/** Those of a pull request. */
export function handedBy({ pull }: Pick<Snapshot, 'pull'>): Handed[] {
  return pull.heads
    .flatMap((head) => head.runs)
    .flatMap((run): Handed[] => {
      const facts = heardOf(run);
      return facts?.scored ? [{ ...facts, blob: run.key.blob }] : [];
    });
}

/** Whether GitHub keeps it long enough for another machine to fetch it. @param now ISO 8601 */
export function isKept({ scored }: Pick<RunFacts, 'scored'>, now: string): boolean {
  return scored !== undefined && Date.parse(scored.expiresAt) > Date.parse(now) + SPARE_MS;
}

/** As an order names it. */
export function handedOf({ expiresAt: _, ...handed }: NonNullable<RunFacts['scored']>): HandedOver {
  return handed;
}
