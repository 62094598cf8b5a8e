import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../core/errors.ts';
import { gitBlob } from '../core/git-blob.ts';
import type { ChangedFile, FileEntry } from '../core/rules/eligibility.ts';
import { TRAIN_PATH } from '../core/rules/eligibility.ts';
import type { Clone } from '../memory/clone/clone.ts';
import { git } from '../memory/clone/git.ts';

/** What a pull request made from the working tree would hold: the file, and other changes that are committed or staged. */
export interface Proposal {
  /** The commit where the work started. */
  base: string;
  files: ChangedFile[];
  file: FileEntry | null;
  /** Other files with changes that are neither staged nor committed. They are not sent. */
  left: string[];
}

const CHANGES: Record<string, ChangedFile['change']> = {
  A: 'added',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  M: 'modified',
  T: 'changed',
};

/** @param main the target commit. @param from where the branch starts; default: where the work left main */
export async function readProposal(clone: Clone, main: string, from?: string): Promise<Proposal> {
  const { folder } = clone;
  const base = from ?? (await mergeBase(folder, main));
  const file = await entry(join(folder, TRAIN_PATH));
  const staged = changed(
    await git(folder, ['diff', '--cached', '--name-status', '-z', '-M', from === undefined ? base : 'HEAD']),
  );
  const others = staged.filter((one) => one.path !== TRAIN_PATH);
  const own = await ownChange(
    folder,
    base,
    file,
    staged.find((one) => one.path === TRAIN_PATH),
  );
  const names = await git(folder, ['diff', '--name-only', '-z']);
  const left = names.split('\0').filter((path) => path !== '' && path !== TRAIN_PATH);
  return { base, files: [...(own ? [own] : []), ...others], file, left };
}

/** Where `train.py` lies, to be written. A link there could lead out of the clone. */
export async function trainFile({ folder }: Clone): Promise<string> {
  const path = join(folder, TRAIN_PATH);
  const stat = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (stat === null || stat.isFile()) return path;
  throw new CommandError(
    `${TRAIN_PATH} is no regular file here`,
    `Restore it: git checkout -- ${TRAIN_PATH}`,
  );
}

/** Whether `train.py` of the working tree is another than HEAD's. */
export async function trainChanged({ folder }: Clone): Promise<boolean> {
  return (await git(folder, ['status', '--porcelain', '--', TRAIN_PATH])) !== '';
}

/** Lines of `git diff --name-status -z`. */
function changed(text: string): ChangedFile[] {
  const fields = text.split('\0').filter(Boolean);
  const files: ChangedFile[] = [];
  while (fields.length > 0) {
    const letter = fields.shift()![0]!;
    if (letter === 'R' || letter === 'C') fields.shift(); // the old name
    files.push({ path: fields.shift()!, change: CHANGES[letter] ?? 'changed' });
  }
  return files;
}

/** The file counts as it is in the working tree, staged or not. */
async function ownChange(
  folder: string,
  base: string,
  file: FileEntry | null,
  staged: ChangedFile | undefined,
): Promise<ChangedFile | null> {
  if (file === null) return { path: TRAIN_PATH, change: 'deleted' };
  const before = /^(\d+) \w+ ([0-9a-f]+)/.exec(await git(folder, ['ls-tree', base, '--', TRAIN_PATH]));
  if (before?.[1] === file.mode && before[2] === file.oid) return null;
  return staged?.change === 'renamed' || staged?.change === 'copied'
    ? staged
    : { path: TRAIN_PATH, change: before === null ? 'added' : 'modified' };
}

async function mergeBase(folder: string, main: string): Promise<string> {
  try {
    return (await git(folder, ['merge-base', 'HEAD', main])).trim();
  } catch (cause) {
    throw new CommandError(
      'this branch and main have no commit in common',
      'In a shallow clone: git fetch --unshallow',
      { cause },
    );
  }
}

/** The file as git would store it. Text is null if git would call it binary. */
async function entry(path: string): Promise<FileEntry | null> {
  const stat = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (stat === null) return null;
  if (stat.isSymbolicLink()) return { ...described(Buffer.from(await readlink(path))), mode: '120000' };
  if (!stat.isFile()) return { oid: '0'.repeat(40), mode: '040000', size: 0, text: null };
  return { ...described(await readFile(path)), mode: stat.mode & 0o100 ? '100755' : '100644' };
}

function described(bytes: Buffer): Omit<FileEntry, 'mode'> {
  return { oid: gitBlob(bytes), size: bytes.length, text: bytes.includes(0) ? null : bytes.toString('utf8') };
}
