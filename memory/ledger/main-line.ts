import { goesOnFrom, lineSince } from '../../core/main-line.ts';
import { git } from '../clone/git.ts';

/** Whether main's own history goes through that commit, since a merge could bring it in from the side. */
export async function isOnMain(folder: string, oid: string, commit: string): Promise<boolean> {
  if (oid === commit) return true;
  try {
    return goesOnFrom(oid, await git(folder, lineSince(oid, commit)));
  } catch {
    return false; // the clone does not know it any more
  }
}
