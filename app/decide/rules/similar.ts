import type { Snapshot } from '../../model/snapshot.ts';

/** A pull request much like what was tried, or what an earlier one proposes, waits behind the others unless it says what differs. */
export function waitsBehind({ similar }: Snapshot): boolean {
  return similar.length > 0;
}
