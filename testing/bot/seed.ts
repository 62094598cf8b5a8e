import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { CONFIG } from '../examples/config.ts';
import { HARNESS } from '../examples/report.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The repository as the story's main begins: small files where the real ones stand, and the real workflow and harness. */
export async function seed(folder: string, files: Record<string, string>): Promise<void> {
  const all: Record<string, string> = {
    '.github/descent.yml': CONFIG,
    '.github/workflows/experiment.yml': await readFile(
      join(ROOT, '.github/workflows/experiment.yml'),
      'utf8',
    ),
    'train/train.py': 'print("the beginning")\n',
    'train/prepare.py': 'print("data")\n',
    'train/harness.py': HARNESS,
    'results/leaderboard.json': '{"schema": 1, "primary": "cpu", "tracks": {}, "owners": {}}\n',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const git = (...args: string[]) =>
    execa('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args]);
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'Begin');
}
