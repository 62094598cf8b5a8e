import { Unscored } from '../../runner/outcome.ts';
import { judge } from '../../runner/score/judge.ts';

/**
 * The share of trials in which a cheat gets away with it: every run of the trial is accepted by the runner's own judgement,
 * and what the penalties leave is at least half of what was claimed.
 * @param pool lies found by the drawing, nats
 * @param gain what the cheat claims, nats a token
 * @param runs that all must pass: 1, or 5 for a merge
 */
export function shareThatPasses(
  pool: Float64Array,
  gain: number,
  options: { probes: number; runs: number; trials: number; random: () => number },
): number {
  const { probes, runs, trials, random } = options;
  let passed = 0;
  for (let trial = 0; trial < trials; trial++) {
    let left = 0;
    for (let run = 0; run < runs && left !== Number.NEGATIVE_INFINITY; run++) {
      left += (gain - penalty(sample(pool, probes, random))) / runs;
    }
    if (left >= gain / 2) passed++;
  }
  return passed / trials;
}

/** What is added to the score, nats a token; infinite when the run is refused. */
function penalty(excess: Float64Array): number {
  try {
    return Math.max(0, judge(excess).meanExcessNats);
  } catch (error) {
    if (error instanceof Unscored) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

function sample(pool: Float64Array, count: number, random: () => number): Float64Array {
  const chosen = new Float64Array(count);
  for (let i = 0; i < count; i++) chosen[i] = pool[Math.floor(random() * pool.length)]!;
  return chosen;
}
