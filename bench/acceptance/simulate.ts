import { createRandom } from './random.ts';
import type { Scenario } from './scenarios.ts';
import { type CreatePolicy, createWorld, type File } from './world.ts';

/** Drives one rule through many tracks of one scenario. */

/** A candidate of known effect that every second judgement tries and never keeps: power and merges at zero. */
const PROBES = [0, 0.001, 0.002, 0.004] as const;

export interface Figures {
  /** Runs a candidate, the incumbent's left out, and the incumbent's a candidate. */
  runsPerCandidate: number;
  incumbentRunsPerCandidate: number;
  /** Merges of candidates that are no better than the incumbent, in 100 candidates. */
  falseMergesPer100: number;
  mergesPer100: number;
  /** False merges among the merges; null where nothing merged. */
  falseDiscoveryRate: number | null;
  /** Probability that a candidate of each effect of PROBES merges, by effect. */
  mergeAt: Record<string, number>;
  /** Mean of true loss - claimed loss of a record right after its merge, bits per byte: how much luck it keeps. */
  optimism: number | null;
  /** Mean true gain of a track over all its candidates, bits per byte. */
  progress: number;
}

export function simulate(
  scenario: Scenario,
  create: CreatePolicy,
  options: { seed: number; tracks: number; candidates: number },
): Figures {
  const random = createRandom(options.seed);
  let [runs, incumbentRuns, merges, falseMerges, luck, progress] = [0, 0, 0, 0, 0, 0];
  const tried = PROBES.map(() => 0);
  const passed = PROBES.map(() => 0);

  for (let track = 0; track < options.tracks; track++) {
    const world = createWorld(scenario, random);
    const start: File = { loss: 1, sigma: scenario.sigma };
    const policy = create(world, start);
    const candidate = (holder: File, effect: number): File => ({
      loss: holder.loss - effect,
      sigma: scenario.sigma * scenario.spread(random),
    });
    let holder = start;
    for (let i = 0; i < options.candidates; i++) {
      const probe = i % PROBES.length;
      tried[probe]! += 1;
      if (policy.judge(candidate(holder, PROBES[probe]!), false).merged) passed[probe]! += 1;

      const effect = scenario.effect(random);
      const file = candidate(holder, effect);
      const outcome = policy.judge(file, true);
      runs += outcome.runs;
      if (!outcome.merged) continue;
      merges += 1;
      if (effect <= 0) falseMerges += 1;
      holder = file;
      luck += file.loss - policy.recordLoss();
    }
    incumbentRuns += policy.incumbentRuns();
    progress += start.loss - holder.loss;
  }

  const all = options.tracks * options.candidates;
  return {
    runsPerCandidate: runs / all,
    incumbentRunsPerCandidate: incumbentRuns / all,
    falseMergesPer100: (100 * falseMerges) / all,
    mergesPer100: (100 * merges) / all,
    falseDiscoveryRate: merges === 0 ? null : falseMerges / merges,
    mergeAt: Object.fromEntries(PROBES.map((effect, i) => [String(effect), passed[i]! / tried[i]!])),
    optimism: merges === 0 ? null : luck / merges,
    progress: progress / options.tracks,
  };
}
