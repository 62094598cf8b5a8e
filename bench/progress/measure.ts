import { createRandom } from '../acceptance/random.ts';
import type { File } from '../acceptance/world.ts';
import { playAlone } from './alone.ts';
import { createFrontier } from './frontier.ts';
import { createGreedy } from './greedy.ts';
import { type Counts, createTrack, PURPOSES, type Purpose, play } from './track.ts';
import type { ProgressWorld } from './worlds.ts';

/** What one way to accept candidates makes of many tracks of one world. Means over the tracks. */

export const MODES = ['greedy', 'alone', 'frontier'] as const;
export type ModeName = (typeof MODES)[number];

export interface Progress {
  /** True gain of main, and of what agents build on, when the runs are spent; bits per byte. */
  main: number;
  frontier: number;
  /** Standard error of main's. */
  error: number;
  falseCertifiedPer100: number;
  counts: Counts;
  /** Runs by purpose; for `alone` they are not distinguished. */
  runs: Partial<Record<Purpose, number>>;
  /** Main's gain after each twentieth of the runs, and the frontier's. */
  curve: { main: number[]; frontier: number[] };
}

const POINTS = 20;

export function measureProgress(
  world: ProgressWorld,
  name: ModeName,
  o: { runs: number; tracks: number; seed: number; inFlight?: number },
): Progress {
  const random = createRandom(o.seed);
  const ends: number[] = [];
  const counts: Counts = { candidates: 0, adopted: 0, certified: 0, falseCertified: 0, refuted: 0 };
  const runs = Object.fromEntries(PURPOSES.map((purpose) => [purpose, 0])) as Record<Purpose, number>;
  const curve = { main: new Array<number>(POINTS).fill(0), frontier: new Array<number>(POINTS).fill(0) };
  for (let i = 0; i < o.tracks; i++) {
    const { track, town } = createTrack(world, random);
    let main: File = { loss: 1, sigma: world.sigma };
    let head = main;
    let point = 0;
    const see = (used: number, now: File, top: File) => {
      // A verdict takes several runs: what it ends counts from its last one on.
      for (; point < POINTS && used >= ((point + 1) * o.runs) / POINTS; point++) {
        const at = used > o.runs ? [main, head] : [now, top];
        curve.main[point]! += (1 - at[0]!.loss) / o.tracks;
        curve.frontier[point]! += (1 - at[1]!.loss) / o.tracks;
      }
      [main, head] = [now, top];
    };
    const ended = name === 'alone' ? alone() : inFlight();
    for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] += ended[key] / o.tracks;
    ends.push(1 - main.loss);

    function alone() {
      return playAlone(track, town, { runs: o.runs, watch: (used, now) => see(used, now, now) });
    }
    function inFlight() {
      const mode = name === 'greedy' ? createGreedy(track) : createFrontier(track);
      const watch = (used: number, purpose: Purpose) => {
        runs[purpose] += 1 / o.tracks;
        see(used, mode.main(), mode.frontier());
      };
      play(mode, town, { runs: o.runs, inFlight: o.inFlight ?? world.inFlight, watch });
      return mode.counts();
    }
  }
  const mean = ends.reduce((sum, end) => sum + end, 0) / ends.length;
  const squares = ends.reduce((sum, end) => sum + (end - mean) ** 2, 0);
  return {
    main: mean,
    frontier: curve.frontier.at(-1)!,
    error: Math.sqrt(squares / Math.max(1, ends.length - 1) / ends.length),
    falseCertifiedPer100: (100 * counts.falseCertified) / Math.max(1, counts.candidates),
    counts,
    runs: name === 'alone' ? {} : runs,
    curve,
  };
}
