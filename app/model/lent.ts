import type { Availability } from '../../core/formats/lending/availability.ts';
import type { Accepts } from '../../core/formats/lending/machine-file.ts';

/** A machine that its owner lends from a repository of theirs, as GitHub and its client last said. */
export interface LentMachine {
  /** The repository's owner: whose the machine is. */
  owner: { id: number; login: string };
  /** The repository in which its jobs run. */
  repository: { owner: string; name: string; branch: string };
  /** What results call it: `ada.desk`. */
  name: string;
  tracks: string[];
  /** What its owner lends it to. */
  accepts: readonly Accepts[];
  /** What its client said last; null before it said anything. */
  availability: Availability | null;
  /** Nonces of runs that were sent to it and are not known to be over: it may not have said yet that it has one. */
  out: string[];
}
