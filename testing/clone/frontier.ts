import { join } from 'node:path';
import { execa } from 'execa';
import { type FrontierState, LINK_TRAILER, NO_FRONTIER } from '../../core/formats/frontier.ts';
import type { Leaderboard } from '../../core/formats/leaderboard.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { CONFIG } from '../examples/config.ts';
import { sha } from '../examples/names.ts';
import { leaderboard, record, scratch, type User, user } from './clone.ts';
import { writeHistory } from './write-history.ts';

/** A track with a frontier as the bot leaves it: the leaderboard's state, and the branch with one commit a link. */

/** The record, and two files adopted on top of it: they change its beginning and its end. */
export const FIRST = `BATCH_SIZE = 64
DEPTH = 8
WIDTH = 512

LEARNING_RATE = 0.02


def train(task):
    pass
`;
export const ONE: Adopted = { pull: 41, title: 'Larger batch', text: FIRST.replace('64', '128') };
export const TWO: Adopted = {
  pull: 44,
  title: 'A helper',
  text: ONE.text.replace('    pass', '    warm_up(task)\n    pass'),
};
export const first = leaderboard({ blob: gitBlob(FIRST) });

/** A repository with that frontier, and a user whose clone has main alone. */
export async function frontierStage(): Promise<{ home: string; clone: string; me: User }> {
  const folder = await scratch();
  const [home, clone] = [join(folder, 'home'), join(folder, 'clone')];
  const base = { pull: 41, blob: gitBlob(ONE.text), valBpb: 1.99 };
  await writeHistory(home, {
    leaderboard: withFrontier(first, [ONE, TWO], { certifying: gitBlob(TWO.text) }),
    results: [
      record(41, { verdict: 'adopted', blob: gitBlob(ONE.text), valBpb: 1.98, title: 'Larger batch' }),
      record(44, { verdict: 'adopted', blob: gitBlob(TWO.text), valBpb: 1.97, base, title: 'A helper' }),
    ],
    files: { 'train/train.py': FIRST, '.github/descent.yml': CONFIG },
  });
  await frontierBranchOf(home, [ONE, TWO]);
  await execa('git', ['clone', '--quiet', '--single-branch', `file://${home}`, clone]);
  return { home, clone, me: user(clone, join(folder, 'cache')) };
}

export interface Adopted {
  pull: number;
  title?: string;
  text: string;
}

/** The leaderboard with these links on its primary track, each 0.01 better than the one before. */
export function withFrontier(
  board: Leaderboard,
  adopted: Adopted[],
  over: Partial<FrontierState> = {},
): Leaderboard {
  const { primary } = board;
  const standing = board.tracks[primary]!;
  const { incumbent } = standing;
  const chain = adopted.map(({ pull, title, text }, i) => ({
    pull,
    author: 'ada',
    title: title ?? `Adopted ${pull}`,
    blob: gitBlob(text),
    from: null,
    head: sha('d'),
    brings: true,
    base: i === 0 ? incumbent.blob : gitBlob(adopted[i - 1]!.text),
    gain: 0.01,
    estimate: { loss: incumbent.valBpb - 0.01 * (i + 1), variance: 1e-6 },
    at: '2026-11-18T00:00:00.000Z',
    tried: false,
  }));
  const known = chain.map(({ blob, pull, estimate }) => ({ blob, pull, estimate }));
  const frontier = { ...NO_FRONTIER, chain, known, ...over };
  return { ...board, tracks: { ...board.tracks, [primary]: { ...standing, frontier } } };
}

/** Puts the branch onto main of the repository at `folder`. */
async function frontierBranchOf(folder: string, adopted: Adopted[]): Promise<void> {
  const git = async (args: string[], input = '') =>
    (
      await execa('git', ['-c', 'user.name=Descent', '-c', 'user.email=descent@localhost', ...args], {
        cwd: folder,
        input,
      })
    ).stdout.trim();
  let at = await git(['rev-parse', 'main']);
  for (const { pull, text } of adopted) {
    const blob = await git(['hash-object', '-w', '--stdin'], text);
    const train = await git(['mktree'], `100644 blob ${blob}\ttrain.py\n`);
    const rest = (await git(['ls-tree', at])).split('\n').filter((line) => !line.endsWith('\ttrain'));
    const tree = await git(['mktree'], `${[...rest, `040000 tree ${train}\ttrain`].join('\n')}\n`);
    at = await git(['commit-tree', tree, '-p', at, '-m', `adopted (#${pull})\n\n${LINK_TRAILER}: ${blob}`]);
  }
  await git(['update-ref', 'refs/heads/frontier', at]);
}
