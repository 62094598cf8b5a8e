import { settle, wantsAudit } from '../../../core/rules/audits/audit.ts';
import { createDescent, createTrusting } from '../policies.ts';
import { createRandom } from '../random.ts';
import { DEFAULT } from '../scenarios.ts';
import { createWorld, type File, type World } from '../world.ts';

/** An owner who flatters a friend's candidates, and behaves otherwise: what it gains, and how soon it is found. */

const BOOSTER = 'eve';

export interface BoosterFigures {
  /** By how many sigma the friend's losses are lowered on the booster's machines. */
  boostSigmas: number;
  /** Whether the booster also raises the incumbent's losses by as much. */
  harmsIncumbent: boolean;
  /** Probability that a friend's candidate of no effect merges. */
  mergeAtZero: number;
  /** The same under a rule that does not ask what is left without one owner. */
  mergeAtZeroTrusting: number;
  /** Boosted jobs until two audits found the booster out, the median of 15 tries; null when 2,000 were not enough. */
  jobsUntilFoundTwice: number | null;
}

/** `trials` candidates of no effect, a fresh track for each, on the machines of the booster and one other: the worst case. */
export function measureBooster(o: {
  boostSigmas: number;
  harmsIncumbent: boolean;
  seed: number;
  trials: number;
}): BoosterFigures {
  const random = createRandom(o.seed);
  const file: File = { loss: 1, sigma: DEFAULT.sigma };
  const boost = o.boostSigmas * DEFAULT.sigma;
  const merges = { descent: 0, trusting: 0 };
  for (let i = 0; i < o.trials; i++) {
    const honest = createWorld(DEFAULT, random);
    const world: World = {
      ...honest,
      machines: honest.machines.filter(({ owner }) => owner === BOOSTER || owner === 'ada'),
      measure: (candidate, machine, stage) => {
        const run = honest.measure(candidate, machine, stage);
        if (machine.owner !== BOOSTER) return run;
        if (stage === 'baseline') return o.harmsIncumbent ? { ...run, valBpb: run.valBpb + boost } : run;
        return { ...run, valBpb: run.valBpb - boost };
      },
    };
    if (createDescent(world, file).judge(file, false).merged) merges.descent += 1;
    if (createTrusting(world, file).judge(file, false).merged) merges.trusting += 1;
  }
  return {
    boostSigmas: o.boostSigmas,
    harmsIncumbent: o.harmsIncumbent,
    mergeAtZero: merges.descent / o.trials,
    mergeAtZeroTrusting: merges.trusting / o.trials,
    jobsUntilFoundTwice: medianJobs(
      Array.from({ length: 15 }, () => jobsUntilFoundTwice(boost, random, file)),
    ),
  };
}

/** Five owners. After an honest probation every job is boosted; audits are drawn as the app draws them. */
function jobsUntilFoundTwice(
  boost: number,
  random: ReturnType<typeof createRandom>,
  file: File,
): number | null {
  const world = createWorld(DEFAULT, random);
  const of = (owner: string) => world.machines.find((machine) => machine.owner === owner)!;
  const run = (owner: string, by = 0) => {
    const measured = world.measure(file, of(owner), 'audit');
    return { ...measured, valBpb: measured.valBpb - by };
  };
  let outliers = 0;
  let jobs = 10;
  for (let boosted = 1; boosted <= 2000; boosted++) {
    jobs += 1;
    if (!wantsAudit({ jobs, owners: 5, draw: random.uniform() })) continue;
    const runs = [run(BOOSTER, boost), run('ada')];
    if (settle(runs, DEFAULT.sigma).kind !== 'call-third') continue;
    const outcome = settle([...runs, run('bell')], DEFAULT.sigma);
    if (outcome.kind !== 'outlier' || outcome.run.owner !== BOOSTER) continue;
    outliers += 1;
    jobs = 0;
    if (outliers === 2) return boosted;
  }
  return null;
}

function medianJobs(tries: (number | null)[]): number | null {
  const sorted = tries.map((jobs) => jobs ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  return Number.isFinite(middle) ? middle : null;
}
