import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TRAIN_PATH } from '../app/decide/eligibility.ts';
import type { ChangedFile, FileEntry } from '../app/model/snapshot.ts';
import { Failure } from './failure.ts';
import { git } from './memory/git.ts';
import { blobId } from './memory/source.ts';

/** What a request made of the working tree would carry: everything that differs from where it left main. */
export interface Proposal {
  /** The commit of main that the work began at. */
  base: string;
  files: ChangedFile[];
  file: FileEntry | null;
}

const CHANGES: Record<string, ChangedFile['change']> = {
  A: 'added',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  M: 'modified',
  T: 'changed',
};

/** Committed or not, but not what git does not track. @param main the commit a request would go to */
export async function readProposal(folder: string, main: string): Promise<Proposal> {
  const root = (await git(folder, ['rev-parse', '--show-toplevel'])).trim();
  const base = await mergeBase(folder, main);
  const fields = (await git(folder, ['diff', '--name-status', '-z', '-M', base])).split('\0').filter(Boolean);
  const files: ChangedFile[] = [];
  while (fields.length > 0) {
    const letter = fields.shift()![0]!;
    if (letter === 'R' || letter === 'C') fields.shift(); // the old name
    files.push({ path: fields.shift()!, change: CHANGES[letter] ?? 'changed' });
  }
  return { base, files, file: await entry(join(root, TRAIN_PATH)) };
}

async function mergeBase(folder: string, main: string): Promise<string> {
  try {
    return (await git(folder, ['merge-base', 'HEAD', main])).trim();
  } catch (cause) {
    throw new Failure(
      'this branch and main have no commit in common',
      'In a shallow clone: git fetch --unshallow',
      { cause },
    );
  }
}

/** The file as git would store it. Text is null where git would call it binary. */
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
  return { oid: blobId(bytes), size: bytes.length, text: bytes.includes(0) ? null : bytes.toString('utf8') };
}
