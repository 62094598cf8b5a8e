import { execa } from 'execa';
import type { Leaderboard } from '../../core/formats/leaderboard.ts';
import { type ExperimentResult, resultPath } from '../../core/formats/result.ts';

/**
 * One commit on main of the git repository at `folder`, made by `git fast-import`, so that 100,000 files need no working tree:
 * what main has, with these files written over it. Makes the repository when there is none.
 * @returns the commit
 */
export async function writeHistory(
  folder: string,
  content: { leaderboard?: Leaderboard; results: Iterable<ExperimentResult>; files?: Record<string, string> },
): Promise<string> {
  await execa('git', ['init', '--quiet', '--initial-branch=main', folder]);
  const parent = await execa('git', ['rev-parse', '--verify', '--quiet', 'main^{commit}'], {
    cwd: folder,
    reject: false,
  });
  const importing = execa('git', ['fast-import', '--quiet'], {
    cwd: folder,
    stdin: stream(content, parent.stdout.trim()),
  });
  await importing;
  return (await execa('git', ['rev-parse', 'main'], { cwd: folder })).stdout.trim();
}

async function* stream(
  content: Parameters<typeof writeHistory>[1],
  parent: string,
): AsyncGenerator<Uint8Array> {
  yield bytes(
    'commit refs/heads/main\ncommitter Descent <descent@localhost> 1767225600 +0000\ndata 7\nresults\n',
  );
  if (parent !== '') yield bytes(`from ${parent}\n`);
  for (const [path, text] of Object.entries(content.files ?? {})) yield file(path, text);
  if (content.leaderboard)
    yield file('results/leaderboard.json', JSON.stringify(content.leaderboard, null, 2));
  for (const result of content.results) {
    yield file(resultPath(result), JSON.stringify(result, null, 1));
  }
}

function file(path: string, text: string): Uint8Array {
  return bytes(`M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}
