import { createDescent } from '../policies.ts';
import { createRandom } from '../random.ts';
import { DEFAULT } from '../scenarios.ts';
import { createWorld, type File, type World } from '../world.ts';

/**
 * Owners who lend machines and watch the training curve: they take a machine back when a run of the candidate looks bad, or a run of
 * the incumbent good, and leave the others. What they end is ordered again of an owner who ends nothing.
 */

export interface PreemptingFigures {
  /** Logins that do so, of five owners. */
  logins: number;
  /** Of a run's variance the share that its seed explains, and that a run with the same seed elsewhere has again. 0: each order draws a new seed. */
  seedShare: number;
  /** The share of their runs that they end, the worst ones: half, or as many as a machine may end without exploring alone. */
  ends: keyof typeof BOUND;
  /** Of the runs that they had, those that they ended. */
  ended: number;
  /** Probability that a candidate of no effect merges. */
  mergeAtZero: number;
}

/** Beyond so many sigma a run is ended: half of them, and the worst fifth. */
const BOUND = { half: 0, fifth: 0.8416 } as const;

/** @param trials candidates of no effect, a fresh track for each */
export function measurePreempting(o: {
  logins: number;
  seedShare: number;
  ends: keyof typeof BOUND;
  seed: number;
  trials: number;
}): PreemptingFigures {
  const random = createRandom(o.seed);
  const { sigma } = DEFAULT;
  const file: File = { loss: 1, sigma };
  let [merges, had, ended] = [0, 0, 0];
  for (let i = 0; i < o.trials; i++) {
    const honest = createWorld(DEFAULT, random);
    const owners = [...new Set(honest.machines.map(({ owner }) => owner))];
    const ending = owners.slice(0, o.logins);
    const others = honest.machines.filter(({ owner }) => !ending.includes(owner));
    const world: World = {
      ...honest,
      measure: (measured, machine, stage) => {
        const run = honest.measure(measured, machine, stage);
        if (!ending.includes(machine.owner)) return run;
        had += 1;
        const off = run.valBpb - measured.loss;
        if ((stage === 'baseline' ? -off : off) <= BOUND[o.ends] * sigma) return run;
        ended += 1;
        const again = honest.measure(measured, random.pick(others), stage);
        // Two runs with one seed have `seedShare` of their variance in common.
        const fresh = Math.sqrt(1 - o.seedShare ** 2) * (again.valBpb - measured.loss);
        return { ...again, seed: run.seed, valBpb: measured.loss + o.seedShare * off + fresh };
      },
    };
    if (createDescent(world, file).judge(file, false).merged) merges += 1;
  }
  return {
    ...{ logins: o.logins, seedShare: o.seedShare, ends: o.ends },
    ...{ ended: had === 0 ? 0 : ended / had, mergeAtZero: merges / o.trials },
  };
}
