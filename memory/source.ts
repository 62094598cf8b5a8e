import { applyPatch } from 'diff';
import { CommandError } from '../core/errors.ts';
import { gitBlob } from '../core/git-blob.ts';
import { git } from './clone/git.ts';
import { type Memory, readResult } from './memory.ts';

/** The text of an experiment's `train.py`. Merged files are in main's history; others are rebuilt from the diff in their result. */
export async function sourceOf(
  memory: Memory,
  experiment: { pull: number; blob: string; oid: string },
): Promise<string> {
  const { folder } = memory.repository;
  const stored = await blobText(folder, experiment.blob);
  if (stored !== null) return stored;
  const { incumbent, diff } = await readResult(memory, experiment.oid);
  const base = incumbent === null ? null : await blobText(folder, incumbent.blob);
  const made = base === null ? false : applyPatch(base, diff);
  if (made !== false && gitBlob(made) === experiment.blob) return made;
  throw new CommandError(
    `the file of #${experiment.pull} (blob ${experiment.blob}) is not in this clone`,
    `Fetch it while its pull request exists: git fetch upstream refs/pull/${experiment.pull}/head`,
    { status: 1 },
  );
}

/** The text of a blob; null where this clone does not hold it. */
export async function blobText(folder: string, id: string): Promise<string | null> {
  // A blob that was not merged is on no branch. `cat-file -e` distinguishes a missing blob from an error.
  try {
    return await git(folder, ['cat-file', 'blob', id]);
  } catch (error) {
    if (/could not get object info|Not a valid object name|bad file|not our ref/.test(String(error)))
      return null;
    throw error;
  }
}
