import { type FrontierLink, NO_FRONTIER } from '../../../../core/formats/frontier.ts';
import type { TrackStanding } from '../../../../core/formats/leaderboard.ts';
import { own } from '../../../../core/names.ts';
import { NO_OWNER } from '../../../../core/owner.ts';
import { ownersLeftOut } from '../../../../core/rules/frontier/certify.ts';
import type { Snapshot, World } from '../../../model/snapshot.ts';
import type { Experiment } from '../../state/experiments.ts';
import type { Settings } from '../../state/settings.ts';
import { knownOn } from '../lent/capacity.ts';
import { knownOwners } from '../owners.ts';
import type { PlacementInput } from '../placing.ts';
import { hasFrontier } from './grounds.ts';
import type { FrontierCase } from './judgement.ts';

/** Which of the frontier's questions an experiment answers; null on a track without one. */
export function frontierCaseOf(
  { pull }: Snapshot,
  { composition, certifies }: Experiment,
  placement: PlacementInput,
): FrontierCase | null {
  if (!hasFrontier(placement.rules)) return null;
  if (certifies) return { kind: 'certification', link: certifies };
  const owners = Math.max(1, knownOwners(placement).length);
  if (composition) return { kind: 'composition', composition, owners };
  return { kind: 'candidate', base: pull.changedFrom, owners };
}

/** Whether it was put onto a composition that is not decided. */
export function standsOnComposition(
  { frontier = NO_FRONTIER }: TrackStanding,
  { composition }: Experiment,
): boolean {
  return frontier.compositions.some(({ blob, dropped }) => blob === composition?.onto && !dropped);
}

/** The links of a chain from main's child to this one. */
export function chainTo(
  { frontier = NO_FRONTIER }: Pick<TrackStanding, 'frontier'>,
  { blob }: FrontierLink,
): FrontierLink[] {
  const at = frontier.chain.findIndex((link) => link.blob === blob);
  return frontier.chain.slice(0, at + 1);
}

/** To placing, the author of a chain: who wrote half of it or more. */
export function writerOf(standing: TrackStanding, link: FrontierLink): string {
  return ownersLeftOut(chainTo(standing, link))[0] ?? NO_OWNER;
}

/** Pull requests on frontiers that were switched off. */
export function onSwitchedOff({ board, config }: Settings): number[] {
  return Object.entries(board.tracks).flatMap(([track, { frontier = NO_FRONTIER }]) => {
    const rules = own(config.tracks, track);
    if (!rules || hasFrontier(rules)) return [];
    return [...frontier.chain, ...frontier.compositions].map(({ pull }) => pull);
  });
}

/** Whether the chain that this file heads waits for machines of owners who did not write half of it. */
export function lacksOwners(
  settings: Settings,
  { track, blob }: { track: string; blob: string },
  world: Pick<World, 'now' | 'lent' | 'queue'>,
): boolean {
  const { board, config } = settings;
  const standing = own(board.tracks, track);
  const rules = own(config.tracks, track);
  const link = standing?.frontier?.chain.find((one) => one.blob === blob);
  if (!standing || !link || !rules || standing.frontier?.certifying !== blob) return false;
  if (rules['few-owners'] === 'accept') return false;
  const without = ownersLeftOut(chainTo(standing, link));
  const owners = knownOwners(knownOn(world, settings, track));
  return owners.filter((owner) => !without.includes(owner)).length < 2;
}
