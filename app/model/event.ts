/** What to look at. An event never says what to do. */
export type Subject =
  | { kind: 'pull'; number: number }
  | { kind: 'first-incumbent'; track: string | null }
  /** Whatever has this commit as its head: a fork's checks name no pull request. */
  | { kind: 'commit'; oid: string };

export interface Look {
  subject: Subject;
  /** Commits the pull request may no longer point to but whose runs matter, e.g. the head before a push. */
  heads: string[];
  /** A person asked to try again: reopened, or pressed "re-run" on a check. */
  retry: boolean;
}

export function look(subject: Subject, heads: string[] = [], retry = false): Look {
  return { subject, heads, retry };
}
