import { UnscoredError } from '../../runner/outcome.ts';
import { judge } from '../../runner/score/probes/judge.ts';
import type { Pool } from './pool.ts';

export interface Trials {
  /** Probes of one run. */
  probes: number;
  /** Runs that all must pass: 1, or 5 for a merge. */
  runs: number;
  trials: number;
  random: () => number;
}

/**
 * The share of trials in which a cheat gets away with it: every run of the trial is accepted by the runner's own judgement,
 * and what the penalties leave is at least half of what was claimed.
 * @param pool lies found by the drawing
 * @param gain what the cheat claims, nats a token
 */
export function shareThatPasses(pool: Pool, gain: number, { probes, runs, trials, random }: Trials): number {
  const share = pool.guided.length / (pool.guided.length + pool.uniform.length);
  const guided = Math.round(share * probes);
  const sample = () =>
    penalty({
      uniform: drawn(pool.uniform, probes - guided, random),
      guided: drawn(pool.guided, guided, random),
      heldout: [],
    });
  let passed = 0;
  for (let trial = 0; trial < trials; trial++) {
    let left = 0;
    for (let run = 0; run < runs && left !== Number.NEGATIVE_INFINITY; run++)
      left += (gain - sample()) / runs;
    if (left >= gain / 2) passed++;
  }
  return passed / trials;
}

/** What is added to the score, nats a token; infinite when the run is refused. */
function penalty(excess: Parameters<typeof judge>[0]): number {
  try {
    return judge(excess).tooGoodNats.validation;
  } catch (error) {
    if (error instanceof UnscoredError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

function drawn(pool: Float64Array, count: number, random: () => number): Float64Array {
  const chosen = new Float64Array(count);
  for (let i = 0; i < count; i++) chosen[i] = pool[Math.floor(random() * pool.length)]!;
  return chosen;
}
