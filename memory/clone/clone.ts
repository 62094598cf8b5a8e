import { resolve } from 'node:path';
import { CommandError } from '../../core/errors.ts';
import { GitError, git } from './git.ts';

/** The clone around the current folder. Git always runs at its top, since from a subfolder many of its answers are relative. */
export interface Clone {
  /** Where git runs: the top of the working tree, or the git folder where there is none. */
  folder: string;
  /** The git folder that all worktrees share: the clone's identity on this machine. */
  common: string;
  /** Whether there is a working tree, in which files can be changed and committed. */
  hasFiles: boolean;
}

/** @param folder anywhere inside the clone */
export async function findClone(folder: string): Promise<Clone> {
  const [inside, gitFolder] = await ask(folder, ['--is-inside-work-tree', '--absolute-git-dir']);
  const hasFiles = inside === 'true';
  const [common, top] = await ask(folder, ['--git-common-dir', ...(hasFiles ? ['--show-toplevel'] : [])]);
  return { folder: top ?? gitFolder!, common: resolve(folder, common!), hasFiles };
}

async function ask(folder: string, questions: string[]): Promise<string[]> {
  try {
    return (await git(folder, ['rev-parse', ...questions])).replace(/\n$/, '').split('\n');
  } catch (error) {
    throw error instanceof GitError ? explained(folder, error) : error;
  }
}

function explained(folder: string, cause: GitError): CommandError {
  const trust = /--add safe\.directory (.+)/.exec(cause.message)?.[0];
  if (trust !== undefined)
    return new CommandError(
      `git does not read ${folder}: it belongs to another user of this machine`,
      `If you trust that user: git config --global ${trust}`,
      { cause },
    );
  if (!cause.message.includes('not a git repository')) return cause;
  const ignored = process.env.GIT_DIR === undefined ? '' : ' GIT_DIR is set and is not read.';
  return new CommandError(
    `${folder} is not inside a git clone`,
    `Clone the repository and run this inside it.${ignored}`,
    { cause },
  );
}

/** Throws where there are no files to change and commit. */
export function needFiles(clone: Clone): void {
  if (clone.hasFiles) return;
  throw new CommandError(
    `${clone.folder} has no working tree to change files in`,
    'Go to the top of a working tree. A bare repository gets one with: git worktree add ../descent-work main',
  );
}
