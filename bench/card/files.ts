import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** A train.py that is measured. */
export interface Measured {
  name: string;
  trainPy: Buffer;
}

/** The file before the one that was made for cards: what a bench compares it with. */
const BEFORE = '9914088';
const FILE = 'train/train.py';

/** The files named, else the checkout's own and, from its history, the one before. */
export async function filesOf(repository: string, named: string[]): Promise<Measured[]> {
  if (named.length > 0)
    return Promise.all(named.map(async (path) => ({ name: basename(path), trainPy: await readFile(path) })));
  const before = execFileSync('git', ['-C', repository, 'show', `${BEFORE}:${FILE}`]);
  return [
    { name: BEFORE, trainPy: before },
    { name: FILE, trainPy: await readFile(join(repository, FILE)) },
  ];
}
