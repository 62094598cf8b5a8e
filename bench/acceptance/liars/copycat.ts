import { createDescent } from '../policies.ts';
import { createRandom } from '../random.ts';
import { DEFAULT } from '../scenarios.ts';
import { createWorld, type File, type World } from '../world.ts';

/**
 * An owner who measures nothing: each report is the best public loss of another's run of the file, with a noise too large to be
 * seen as the same. A lucky run then speaks twice.
 */

export interface CopycatFigures {
  /** Logins of one person that do so, of five owners. */
  logins: number;
  /** Spread of the noise, in sigma. */
  noiseSigmas: number;
  /** Probability that a candidate of no effect merges. */
  mergeAtZero: number;
}

/** @param trials candidates of no effect, a fresh track for each */
export function measureCopycat(o: {
  logins: number;
  noiseSigmas: number;
  seed: number;
  trials: number;
}): CopycatFigures {
  const random = createRandom(o.seed);
  const file: File = { loss: 1, sigma: DEFAULT.sigma };
  let merges = 0;
  for (let i = 0; i < o.trials; i++) {
    const honest = createWorld(DEFAULT, random);
    const copying = [...new Set(honest.machines.map(({ owner }) => owner))].slice(0, o.logins);
    let best = Number.POSITIVE_INFINITY;
    const world: World = {
      ...honest,
      measure: (measured, machine, stage) => {
        const run = honest.measure(measured, machine, stage);
        if (stage === 'baseline') return run;
        const copies = copying.includes(machine.owner) && Number.isFinite(best);
        if (copies) return { ...run, valBpb: best + o.noiseSigmas * DEFAULT.sigma * random.normal() };
        best = Math.min(best, run.valBpb);
        return run;
      },
    };
    if (createDescent(world, file).judge(file, false).merged) merges += 1;
  }
  return { logins: o.logins, noiseSigmas: o.noiseSigmas, mergeAtZero: merges / o.trials };
}
