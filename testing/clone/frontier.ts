import { execa } from 'execa';
import { type FrontierState, LINK_TRAILER, NO_FRONTIER } from '../../core/formats/frontier.ts';
import type { Leaderboard } from '../../core/formats/leaderboard.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { sha } from '../examples/names.ts';

/** A track with a frontier as the bot leaves it: the leaderboard's state, and the branch with one commit a link. */

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
export async function frontierBranchOf(
  folder: string,
  adopted: Adopted[],
  branch = 'frontier',
): Promise<void> {
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
  await git(['update-ref', `refs/heads/${branch}`, at]);
}
