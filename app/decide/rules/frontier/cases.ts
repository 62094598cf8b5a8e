import { type FrontierLink, NO_FRONTIER } from '../../../../core/formats/frontier.ts';
import type { TrackStanding } from '../../../../core/formats/leaderboard.ts';
import { NO_OWNER } from '../../../../core/owner.ts';
import { ownersLeftOut } from '../../../../core/rules/frontier/certify.ts';
import type { Snapshot } from '../../../model/snapshot.ts';
import type { Experiment } from '../../state/experiments.ts';
import { knownOwners, type PlacementInput } from '../placing.ts';
import { hasFrontier } from './grounds.ts';
import type { FrontierCase } from './judge.ts';

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
export function chainTo({ frontier = NO_FRONTIER }: TrackStanding, { blob }: FrontierLink): FrontierLink[] {
  const at = frontier.chain.findIndex((link) => link.blob === blob);
  return frontier.chain.slice(0, at + 1);
}

/** To placing, the author of a chain: who wrote half of it or more. */
export function writerOf(standing: TrackStanding, link: FrontierLink): string {
  const authors = chainTo(standing, link).map(({ author }) => ({ author: author.toLowerCase() }));
  return ownersLeftOut(authors)[0] ?? NO_OWNER;
}
