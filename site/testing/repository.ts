import { execa } from 'execa';
import { appended } from '../../core/formats/events.ts';
import type { History } from './history.ts';
import { resultFiles } from './results.ts';

/** A git repository, as a main of the bot would be, with one commit. */

const CONFIG = `primary: h100
tracks:
  h100:
    runs-on: [self-hosted, descent-h100]
    capacity: 8
    dataset: climbmix
    device: cuda
    budget-seconds: 300
    scoring-seconds: 300
    validation-tokens: 20971520
    probes: 2000
    threads: null
    memory-mib: 98304
    sigma: 0.001
    few-owners: wait
    frontier: true
limits: { open-per-author: 3, attempts: 3, lost-after-minutes: 30 }
merge: true
`;

/** @param more files beside, or instead of, those of the history. @returns the commit */
export async function makeRepository(
  folder: string,
  { events, board }: History,
  more: Record<string, string> = {},
): Promise<string> {
  const files = {
    '.github/descent.yml': CONFIG,
    'results/leaderboard.json': JSON.stringify(board),
    'results/MEMORY.md': '# What the swarm has learned\n',
    ...Object.fromEntries(appended(null, events).map(({ path, content }) => [path, content])),
    ...resultFiles(events),
    ...more,
  };
  await execa('git', ['init', '--quiet', '--initial-branch=main', folder]);
  const input = [
    'commit refs/heads/main\ncommitter D <d@localhost> 1798761600 +0000\ndata 1\n.\n',
    ...Object.entries(files).map(
      ([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
    ),
  ];
  await execa('git', ['fast-import', '--quiet'], { cwd: folder, input: input.join('') });
  return (await execa('git', ['rev-parse', 'main'], { cwd: folder })).stdout;
}
