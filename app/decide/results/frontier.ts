import type { FrontierComposition, FrontierLink, FrontierState } from '../../../core/formats/frontier.ts';
import type { Leaderboard, TrackStanding } from '../../../core/formats/leaderboard.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { own } from '../../../core/names.ts';
import { dueForCertification } from '../../../core/rules/frontier/certify.ts';
import {
  adopt,
  certified,
  compose,
  drop,
  type Frontier,
  know,
  refuted,
} from '../../../core/rules/frontier/chain.ts';
import { type Estimate, measured } from '../../../core/rules/frontier/estimate.ts';
import type { Seen } from '../../../core/rules/frontier/judge.ts';
import { correctedRuns, type Grounds, groundsOf } from '../rules/frontier/grounds.ts';
import { withStanding } from './leaderboard.ts';

/** What events do to a track's frontier as the leaderboard keeps it. Nothing here writes. */

export type FrontierChange =
  /** A candidate was judged over its base. */
  | { kind: 'judged'; author: string; seen: Seen; base: { file: string; estimate: Estimate } }
  /** What is thought of a file now. */
  | { kind: 'known'; file: string; estimate: Estimate }
  | { kind: 'adopted'; link: FrontierLink }
  | { kind: 'composed'; composition: FrontierComposition }
  /** A composition is not measured any more, or was not adopted. */
  | { kind: 'dropped'; blob: string }
  | { kind: 'certified' | 'refuted' | 'open'; blob: string; head: Estimate };

/** Candidates and files remembered: what `learnGains` looks at, and as far back as a branch may have begun. */
const CANDIDATES = 400;
const KNOWN = 64;

export function withFrontierChange(
  board: Leaderboard,
  track: string,
  change: FrontierChange,
  sigma: number,
): Leaderboard {
  const standing = own(board.tracks, track);
  if (!standing) throw new Error(`track ${track} has no incumbent, so it has no frontier`);
  const grounds = groundsOf(standing, sigma);
  return withStanding(board, track, { ...standing, frontier: changed(grounds, standing, change) });
}

function changed(grounds: Grounds, standing: TrackStanding, change: FrontierChange): FrontierState {
  const { state, frontier } = grounds;
  const pullOf = (file: string) => {
    const link = state.chain.find(({ blob }) => blob === file);
    const holder = standing.incumbent.blob === file ? standing.incumbent : undefined;
    const composed = state.compositions.find(({ blob }) => blob === file);
    return (link ?? holder ?? composed ?? state.known.find(({ blob }) => blob === file))?.pull ?? null;
  };
  switch (change.kind) {
    case 'known': {
      const { file, estimate } = change;
      const known = remembered(state.known, file, pullOf(file), estimate);
      return { ...stateOf(know(frontier, file, { estimate }), state), known };
    }
    case 'judged': {
      const { author, seen, base } = change;
      const shown = { author, shown: rounded(seen.shown), variance: rounded(seen.variance) };
      const next = know(frontier, base.file, { estimate: base.estimate });
      return {
        ...stateOf(next, state),
        candidates: [...state.candidates, shown].slice(-CANDIDATES),
        known: remembered(state.known, base.file, pullOf(base.file), base.estimate),
      };
    }
    case 'adopted': {
      const { link } = change;
      const next = adopt(frontier, { ...link, file: link.blob });
      const all = { ...state, chain: [...state.chain, link] };
      return { ...stateOf(next, all), known: remembered(state.known, link.blob, link.pull, link.estimate) };
    }
    case 'composed': {
      const { composition } = change;
      const next = compose(frontier, composition.blob, composition.estimate);
      return stateOf(next, { ...state, compositions: [...state.compositions, composition] });
    }
    case 'dropped':
      return stateOf(drop(frontier, change.blob), state);
    case 'certified':
    case 'refuted':
    case 'open': {
      const { kind, blob, head } = change;
      const now = know(frontier, blob, { estimate: head, tried: kind === 'open' });
      // Branches that began from the file that main had go on for a while.
      const { main } = frontier;
      const then =
        kind === 'certified'
          ? remembered(state.known, main.file, pullOf(main.file), main.estimate)
          : state.known;
      const next = kind === 'open' ? now : { certified, refuted }[kind](now, blob).frontier;
      return {
        ...stateOf(next, state),
        known: remembered(then, blob, pullOf(blob), head),
        certifying: null,
      };
    }
  }
}

/** What is thought of a file now, in place of what was. */
function remembered(
  known: FrontierState['known'],
  blob: string,
  pull: number | null,
  estimate: Estimate,
): FrontierState['known'] {
  return [...known.filter((one) => one.blob !== blob), { blob, pull, estimate }].slice(-KNOWN);
}

/** The rule's values, with what only the leaderboard keeps of each link. */
function stateOf({ chain, compositions }: Frontier, all: FrontierState): FrontierState {
  return {
    ...all,
    chain: chain.map(({ file, estimate, tried }) => ({
      ...all.chain.find(({ blob }) => blob === file)!,
      estimate,
      tried,
    })),
    compositions: compositions.map(({ file, estimate, dropped }) => ({
      ...all.compositions.find(({ blob }) => blob === file)!,
      estimate,
      dropped,
    })),
  };
}

/** Without what this pull request has on a frontier that was switched off. */
export function withoutPull(board: Leaderboard, track: string, pull: number): Leaderboard {
  const standing = own(board.tracks, track);
  if (!standing?.frontier) return board;
  const { frontier } = standing;
  const others = <T extends { pull: number }>(list: T[]) => list.filter((one) => one.pull !== pull);
  const left = { chain: others(frontier.chain), compositions: others(frontier.compositions) };
  return withStanding(board, track, { ...standing, frontier: { ...frontier, ...left, certifying: null } });
}

/** For learning alone: four digits say it. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/**
 * After a verdict: its runs are counted, fresh runs of the incumbent sharpen what is thought of main, and the chain's certification
 * begins when it is due.
 */
export function withRunsCounted(
  board: Leaderboard,
  track: string,
  runs: number,
  incumbentRuns: readonly RunResult[],
  sigma: number,
): Leaderboard {
  const standing = own(board.tracks, track);
  if (!standing) return board;
  const grounds = groundsOf(standing, sigma);
  const { frontier, calibration } = grounds;
  const losses = correctedRuns(incumbentRuns, calibration).map(({ loss }) => loss);
  // Where nothing is kept of main, its estimate is made from all of its runs each time.
  const isKept = grounds.state.known.some(({ blob }) => blob === frontier.main.file);
  const { file, estimate } = frontier.main;
  const believed = isKept ? measured(estimate, losses, calibration.sigma) : estimate;
  const state = grounds.state;
  const known = isKept ? remembered(state.known, file, standing.incumbent.pull, believed) : state.known;
  const runsSince = state.runsSince + runs + losses.length;
  const isDue =
    state.certifying === null &&
    dueForCertification({ chain: frontier.chain, main: believed, sigma: calibration.sigma, runsSince });
  return withStanding(board, track, {
    ...standing,
    frontier: {
      ...state,
      known,
      runsSince: isDue ? 0 : runsSince,
      certifying: isDue ? state.chain.at(-1)!.blob : state.certifying,
    },
  });
}
