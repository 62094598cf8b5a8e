/**
 * Whether main's own history goes on from a commit, along first parents: a merge could bring the old history in from the side. Each
 * asks its own git.
 */

/** What git is asked. */
export function lineSince(oid: string, head: string): string[] {
  return ['rev-list', '--first-parent', '--parents', '--reverse', `${oid}..${head}`];
}

/** What its answer says, where the two are not the same commit: the oldest that is new comes right after. */
export function goesOnFrom(oid: string, answer: string): boolean {
  const [oldest = ''] = answer.split('\n', 1);
  return oldest.split(' ')[1] === oid;
}
