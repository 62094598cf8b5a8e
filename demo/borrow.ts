import { readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execa } from 'execa';
import { type BorrowedRun, borrowedPath, parseBorrowed } from '../core/formats/borrowing/record.ts';
import { TRAIN_PATH } from '../core/rules/eligibility.ts';
import { borrowedCache } from '../testing/borrowed-cache.ts';
import type { Town } from '../testing/town/town.ts';

/** An owner who lent a machine runs a file of their own on another owner's, by the command that people type. */

const DESCENT = createRequire(import.meta.url).resolve('../cli/main.ts');
/** The file ends by its steps: the time is for a machine that is busy. */
const SECONDS = 120;

/** What came of it. */
export type Borrowed = Pick<BorrowedRun, 'machine' | 'outcome'> & {
  pull: number;
  by: string;
  seconds: number;
  credits: number;
  /** Of the decrypted weights. */
  bytes: number;
};

/** @param folder for the clone and the key */
export async function borrowOnce(town: Town, login: string, folder: string): Promise<Borrowed> {
  const home = join(folder, `borrower-${login}`);
  const clone = join(home, 'descent');
  await execa('git', ['clone', '--quiet', town.cloneUrl, clone]);
  const env = {
    ...{
      HOME: home,
      XDG_CONFIG_HOME: join(home, '.config'),
      DESCENT_CACHE: await borrowedCache(join(home, 'cache')),
    },
    ...{ GITHUB_TOKEN: await town.tokenOf(login), GITHUB_API_URL: town.url, GITHUB_SERVER_URL: town.url },
  };
  const descent = async (...args: string[]) =>
    (await execa(process.execPath, [DESCENT, ...args], { cwd: clone, env, stdin: 'ignore' })).stdout;
  await descent('join', '--yes');
  const mine = `# A file of ${login}'s own: nobody compares it with the record.\n`;
  await writeFile(join(home, 'mine.py'), mine + (await readFile(join(clone, TRAIN_PATH), 'utf8')));
  const asked = [
    '--file',
    '../mine.py',
    '--seconds',
    String(SECONDS),
    '--yes',
    '--wait',
    '--into',
    '../out',
    '--json',
  ];
  const { pull, runs } = JSON.parse(await descent('borrow', ...asked));
  const { size } = await stat(runs[0].path);
  const record = parseBorrowed(
    (await execa('git', ['show', `upstream/main:${borrowedPath(pull)}`], { cwd: clone })).stdout,
  );
  if (!record.ok) throw new Error(record.problems.join('; '));
  const { machine, outcome, gross } = record.value.runs[0]!;
  return { pull, by: login, machine, outcome, seconds: SECONDS, credits: gross / 1000, bytes: size };
}
