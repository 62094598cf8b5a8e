import { git } from '../clone/git.ts';

/** Whether main's own history goes through that commit, since a merge could bring it in from the side. */
export async function isOnMain(folder: string, oid: string, commit: string): Promise<boolean> {
  if (oid === commit) return true;
  try {
    const after = await git(folder, [
      'rev-list',
      '--first-parent',
      '--parents',
      '--reverse',
      `${oid}..${commit}`,
    ]);
    return after.slice(0, after.indexOf('\n')).split(' ')[1] === oid;
  } catch {
    return false; // the clone does not know it any more
  }
}
