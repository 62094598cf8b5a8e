import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { parseDocument } from 'yaml';
import { git } from '../testing/town/git.ts';

/**
 * Settings that make a day of research fit into minutes on two cores. Runs end by steps (requests.ts): the times are for a machine
 * ten times as busy, and the one file that ignores the clock uses its up.
 */
const TRACK = {
  'budget-seconds': 30,
  'load-seconds': 60,
  'scoring-seconds': 180,
  'validation-tokens': 65_536,
  probes: 64,
} as const;

/** A third of the smallest gain in the demo. Seeds spread by less, which the track learns: some 0.035 by the afternoon. */
const SEVERAL_RUNS = { sigma: 0.05, frontier: true };

/** The first job of each machine is repeated by the other owner: enough to show it. */
const AUDITS = { 'probation-jobs': 1, share: 0 };

/**
 * This clone's HEAD as the demo's repository begins: an empty leaderboard, a short budget and a `train.py` that leaves room to improve.
 * @param rule how the track decides: by several runs and a frontier, unless a margin is given for one run
 * @param lent all machines are lent; the repository has no runner of its own
 * @returns the folder
 */
export async function makeRepository(
  source: string,
  folder: string,
  worsen: (trainPy: string) => string,
  rule: { sigma: number; frontier: boolean } | { margin: number } = SEVERAL_RUNS,
  { lent = false } = {},
): Promise<string> {
  const maintainer = { name: 'Descent maintainers', email: 'maintainers@example.org' };
  await mkdir(folder, { recursive: true });
  await git(folder, maintainer, ['init', '--quiet', '--initial-branch=main']);
  const { stdout: tree } = await execa('git', ['archive', '--format=tar', 'HEAD'], {
    cwd: source,
    encoding: 'buffer',
  });
  await execa('tar', ['-x'], { cwd: folder, input: tree });

  const config = join(folder, '.github/descent.yml');
  const document = parseDocument(await readFile(config, 'utf8'));
  for (const key of ['sigma', 'few-owners', 'margin', 'frontier']) document.deleteIn(['tracks', 'cpu', key]);
  for (const [key, value] of Object.entries({ ...TRACK, ...rule }))
    document.setIn(['tracks', 'cpu', key], value);
  document.set('audits', AUDITS);
  if (lent) {
    document.deleteIn(['tracks', 'cpu', 'runs-on']);
    document.set('lending', { app: 'descent' });
    document.set('borrowing', { 'most-seconds': 300, 'most-mib': 64 });
  }
  await writeFile(config, document.toString());
  const empty = { schema: 1, primary: 'cpu', tracks: {}, owners: {} };
  await writeFile(join(folder, 'results/leaderboard.json'), `${JSON.stringify(empty, null, 2)}\n`);
  const trainPy = join(folder, 'train/train.py');
  await writeFile(trainPy, worsen(await readFile(trainPy, 'utf8')));

  await git(folder, maintainer, ['add', '--all']);
  await git(folder, maintainer, [
    'commit',
    '--quiet',
    '--message',
    'Begin: a short budget, and a learning rate that is not tuned yet',
  ]);
  return folder;
}
