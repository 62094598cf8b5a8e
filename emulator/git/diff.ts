/** One file of a comparison, as `git diff-tree --raw --numstat -z` prints it. */
export interface FileChange {
  path: string;
  previousPath: string | null;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** Zero for a binary file. */
  additions: number;
  deletions: number;
  mode: string;
  sha: string;
}

const STATUS = { A: 'added', D: 'removed', M: 'modified', R: 'renamed', C: 'copied', T: 'changed' } as const;

export function parseChanges(out: string): FileChange[] {
  const fields = out.split('\0');
  const changes = new Map<string, FileChange>();
  for (let at = 0; at < fields.length; ) {
    const field = fields[at++]!;
    if (field.startsWith(':')) {
      const [oldMode, newMode, oldSha, newSha, status] = field.slice(1).split(' ');
      const letter = status![0] as keyof typeof STATUS;
      const first = fields[at++]!;
      const moved = letter === 'R' || letter === 'C';
      const path = moved ? fields[at++]! : first;
      const gone = letter === 'D';
      changes.set(path, {
        path,
        previousPath: moved ? first : null,
        status: STATUS[letter] ?? 'modified',
        additions: 0,
        deletions: 0,
        mode: gone ? oldMode! : newMode!,
        sha: gone ? oldSha! : newSha!,
      });
    } else if (field !== '') {
      const [additions, deletions, path] = field.split('\t');
      let name = path!;
      if (name === '') {
        name = fields[at + 1]!;
        at += 2;
      }
      const change = changes.get(name);
      if (!change) continue;
      change.additions = additions === '-' ? 0 : Number(additions);
      change.deletions = deletions === '-' ? 0 : Number(deletions);
    }
  }
  return [...changes.values()];
}
