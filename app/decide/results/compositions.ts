import type { FrontierComposition } from '../../../core/formats/frontier.ts';
import { frontierIn, type Leaderboard } from '../../../core/formats/leaderboard.ts';
import type { Change } from './commit.ts';

/** Compositions under way on a track, and who is looked at when they change: no event would wake those that wait for others. */

export function underWay(board: Leaderboard, track: string): FrontierComposition[] {
  return frontierIn(board, track).compositions.filter(({ dropped }) => !dropped);
}

/** It is not measured any more: those that stand on it go on without it. */
export function leaves(
  board: Leaderboard,
  track: string,
  { blob }: FrontierComposition,
): { commit: { changes: [Change] }; look: { pulls: number[]; incumbents: string[] } } {
  const change = { kind: 'dropped', blob } as const;
  const others = underWay(board, track).filter((one) => one.blob !== blob);
  return {
    commit: { changes: [{ kind: 'frontier', track, change }] },
    look: { pulls: others.map(({ pull }) => pull), incumbents: [] },
  };
}

/** Pull requests for which something begins: compositions that may be decided now or are over, and the head of a chain to be certified. */
export function movedOnFrontier(before: Leaderboard, after: Leaderboard, track: string): number[] {
  const then = frontierIn(before, track);
  const { compositions, certifying, chain } = frontierIn(after, track);
  const files = (list: { blob: string; dropped?: boolean }[]) =>
    list.map(({ blob, dropped = false }) => `${blob} ${dropped}`).join();
  const changed = files(then.compositions) !== files(compositions) || files(then.chain) !== files(chain);
  const head = certifying === then.certifying ? undefined : chain.find(({ blob }) => blob === certifying);
  const waiting = changed ? [...underWay(before, track), ...underWay(after, track)] : [];
  return [...new Set([...waiting.map(({ pull }) => pull), ...(head ? [head.pull] : [])])];
}
