import { createDescent } from '../policies.ts';
import { createRandom } from '../random.ts';
import { DEFAULT } from '../scenarios.ts';
import { createWorld, type File, type World } from '../world.ts';

/** An owner who takes a share of the first runs and rejects every one, by the smallest lie that ends exploring. */

export interface VetoerFigures {
  /** Share of exploring runs that the vetoer takes, and of lone refusals that another owner repeats. */
  vetoerShare: number;
  repeatShare: number;
  /** Of candidates of each true gain, in sigma, those that do not merge. */
  keptOut: Record<string, number>;
  /** Runs for each candidate of the default world, repeats and what follows from them included. */
  runsPerCandidate: number;
}

const GAINS = [1, 2, 3, 4, 6] as const;

/**
 * A repeat that would not refuse takes the place of what it repeats, so the candidate is judged again from the repeat on.
 * @param trials candidates of each gain, a fresh track for each
 */
export function measureVetoer(o: {
  vetoerShare: number;
  repeatShare: number;
  seed: number;
  trials: number;
}): VetoerFigures {
  const random = createRandom(o.seed);
  const { sigma } = DEFAULT;
  const holder: File = { loss: 1, sigma };

  const judged = (file: File): { merged: boolean; runs: number } => {
    let honest = false;
    const truth = createWorld(DEFAULT, random);
    const world: World = {
      ...truth,
      measure: (measured, machine, stage) => {
        const run = truth.measure(measured, machine, stage);
        if (stage !== 'explore' || honest || random.uniform() >= o.vetoerShare) {
          if (stage === 'explore') honest = false;
          return run;
        }
        // No gain at all is enough to end exploring, and as near to the truth as that can be.
        return { ...run, valBpb: Math.max(run.valBpb, holder.loss) };
      },
    };
    const policy = createDescent(world, holder);
    const first = policy.judge(file, false);
    if (first.merged || first.runs > 1 || random.uniform() >= o.repeatShare) return first;
    honest = true; // the repeat is another owner's
    const second = policy.judge(file, false);
    return { merged: second.merged, runs: first.runs + second.runs };
  };

  const keptOut = GAINS.map((gain) => {
    let out = 0;
    for (let i = 0; i < o.trials; i++) if (!judged({ loss: 1 - gain * sigma, sigma }).merged) out += 1;
    return [String(gain), out / o.trials] as const;
  });
  let runs = 0;
  for (let i = 0; i < o.trials; i++) runs += judged({ loss: 1 - DEFAULT.effect(random), sigma }).runs;
  return {
    vetoerShare: o.vetoerShare,
    repeatShare: o.repeatShare,
    keptOut: Object.fromEntries(keptOut),
    runsPerCandidate: runs / o.trials,
  };
}
