import { execa } from 'execa';

/** Commits as data, and a repository that has them: what a bot, a person or a forger did to main. */

export interface MadeCommit {
  /** ISO 8601. */
  at: string;
  /** Text by path; null: deleted. */
  files: Map<string, string | null>;
  /** A file that becomes a symbolic link with this text. */
  link?: string;
  /** It is a merge, whose second parent has a file of its own. */
  merges?: boolean;
}

/** Adds them to the branch main of the repository, which is made where there is none. @returns their ids */
export async function commitAll(folder: string, commits: MadeCommit[]): Promise<string[]> {
  await execa('git', ['init', '--quiet', '--initial-branch=main', folder]);
  const head = await execa('git', ['rev-parse', '--verify', '--quiet', 'main'], {
    cwd: folder,
    reject: false,
  });
  await execa('git', ['fast-import', '--quiet'], {
    cwd: folder,
    input: streamOf(commits, head.stdout.trim() || null),
  });
  const { stdout } = await execa('git', ['rev-list', '--first-parent', '--reverse', 'main'], { cwd: folder });
  return stdout.split('\n').slice(-commits.length);
}

function streamOf(commits: MadeCommit[], head: string | null): string {
  const parts: string[] = [];
  for (const [i, commit] of commits.entries()) {
    const from = i === 0 ? head : `:${2 * i}`;
    if (commit.merges)
      parts.push(headOf('side', 2 * i + 1, commit.at, from), fileOf('train/side.py', 'print(1)\n', '100644'));
    parts.push(headOf('main', 2 * i + 2, commit.at, from));
    if (commit.merges) parts.push(`merge :${2 * i + 1}\n`);
    for (const [path, text] of commit.files)
      parts.push(
        text === null ? `D ${path}\n` : fileOf(path, text, path === commit.link ? '120000' : '100644'),
      );
    parts.push('\n');
  }
  return parts.join('');
}

function headOf(branch: string, mark: number, at: string, from: string | null): string {
  const seconds = Math.floor(Date.parse(at) / 1000);
  const lines = [
    `commit refs/heads/${branch}`,
    `mark :${mark}`,
    `committer Descent <descent@localhost> ${seconds} +0000`,
    'data 7',
    'results',
  ];
  return `${lines.join('\n')}\n${from === null ? '' : `from ${from}\n`}`;
}

function fileOf(path: string, text: string, mode: string): string {
  return `M ${mode} inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
}
