import { type FrontierLink, NO_FRONTIER } from '../../../core/formats/frontier.ts';
import type { Leaderboard, TrackStanding } from '../../../core/formats/leaderboard.ts';
import { own } from '../../../core/names.ts';
import { TRAIN_PATH } from '../../../core/rules/eligibility.ts';
import type { Effect } from '../../model/effect.ts';
import type { FrontierBranch, World } from '../../model/snapshot.ts';
import { branchOf } from '../../model/tracks.ts';
import { coAuthored, linkMessage } from '../../say/commit-message.ts';
import { hasFrontier } from '../rules/frontier/grounds.ts';

/**
 * What moves the branches of the frontiers to what the leaderboard says: a branch that a person moved or removed is set right, too. On
 * every track a link has its file where pull requests change it: a branch begun there is eligible as it is.
 * @param board as it is after the commit that is made now; main's without one
 */
export function frontierEffects(world: World, board?: Leaderboard): Effect[] {
  const { config, leaderboard } = world.main;
  if (!config.ok || !leaderboard.ok) return [];
  const { tracks } = config.value;
  return Object.entries((board ?? leaderboard.value).tracks).flatMap(([track, standing]) => {
    if (!hasFrontier(own(tracks, track))) return [];
    const branch = branchOf(world, track);
    const wanted = missing(standing, own(world.frontiers, branch) ?? null, world.main.oid);
    if (wanted === null) return [];
    const links = wanted.links.map((link) => ({
      blob: link.blob,
      head: link.brings ? link.head : null,
      message: link.brings ? linkMessage(link) : coAuthored(linkMessage(link), link.author),
    }));
    return [{ kind: 'frontier', branch, from: wanted.from, path: TRAIN_PATH, links }];
  });
}

/** The links that the branch has not, and what they go onto; null where it is right. @param main the commit of main as it was read */
function missing(
  { incumbent, frontier = NO_FRONTIER }: TrackStanding,
  branch: FrontierBranch | null,
  main: string,
): { from: string; links: FrontierLink[] } | null {
  const { chain } = frontier;
  if (branch === null) return { from: main, links: chain };
  const there = branch.links;
  // Certified links stay below those that were adopted on them: main has them, too.
  const standsOnMain = (count: number) => (there.at(-count - 1)?.blob ?? incumbent.blob) === incumbent.blob;
  const isTail = (count: number) =>
    count <= there.length &&
    standsOnMain(count) &&
    chain.slice(0, count).every(({ blob }, i) => there.at(i - count)?.blob === blob);
  for (let count = chain.length; count > 0; count--)
    if (isTail(count)) return count === chain.length ? null : { from: branch.oid, links: chain.slice(count) };
  if (standsOnMain(0))
    return chain.length === 0 ? null : { from: there.length > 0 ? branch.oid : main, links: chain };
  return { from: main, links: chain };
}
