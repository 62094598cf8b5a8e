import { RUNS_KEPT } from '../../core/formats/run.ts';
import type { Measure } from '../../core/rules/acceptance/next-runs.ts';
import { placeConfirmations } from '../../core/rules/acceptance/owners.ts';
import {
  type Case,
  type MeasuredRun,
  PRIOR_DEGREES,
  RULE,
  type Rule,
} from '../../core/rules/acceptance/rule.ts';
import { decide } from '../../core/rules/acceptance/sequential.ts';
import { studentCdf } from '../../core/rules/acceptance/special-functions.ts';
import { mean, sampleVariance } from '../../core/rules/acceptance/statistics.ts';
import type { CreatePolicy, File, Policy, World } from './world.ts';

/** Descent's rule and the two it is compared with. */

const JOBS_PER_REFRESH = 10;

/** The pure decision code of the app, with machines handed out as the app hands them out. */
export const createDescent: CreatePolicy = (world, first) => createSequential(RULE, world, first);

/** The same without the demand that a gain stands without any one owner. */
export const createTrusting: CreatePolicy = (world, first) =>
  createSequential({ ...RULE, noOwnerAlone: false }, world, first);

export function createSequential(rule: Rule, world: World, first: File): Policy {
  let holder = first;
  let spent = rule.incumbentRuns;
  let sinceIncumbent = 0;
  let incumbent: MeasuredRun[] = Array.from({ length: rule.incumbentRuns }, (_, i) =>
    world.measure(
      first,
      world.machines[(i * world.scenario.machinesEach) % world.machines.length]!,
      'baseline',
    ),
  );
  const others: MeasuredRun[][] = [];

  return {
    judge(file, keep) {
      const candidate: MeasuredRun[] = [];
      const given: Case = {
        author: 'author',
        candidate,
        incumbent,
        others,
        prior: { sigma: world.scenario.priorSigma, degrees: PRIOR_DEGREES },
        fewOwners: fewOwnersIn(world),
        rule,
      };
      let incumbentRuns = 0;
      const measureIncumbent = (notOwners: readonly string[]) => {
        const run = world.measure(holder, leastUsed(world, given.incumbent, notOwners), 'baseline');
        given.incumbent = [...given.incumbent, run].slice(-RUNS_KEPT);
        incumbentRuns += 1;
      };
      if (sinceIncumbent + 1 >= JOBS_PER_REFRESH) measureIncumbent([]);
      for (;;) {
        const decision = decide(given);
        if (decision.kind === 'measure') {
          if (decision.stage === 'baseline') measureIncumbent(decision.placement.notOwners);
          else candidate.push(...measureWhatIsMissing(world, file, candidate, decision));
          continue;
        }
        const merged = decision.verdict === 'improved';
        if (keep) {
          spent += incumbentRuns;
          incumbent = [...given.incumbent];
          sinceIncumbent = incumbentRuns > 0 || merged ? 0 : sinceIncumbent + candidate.length;
          if (merged) {
            others.push(incumbent); // only files that held the record teach sigma
            if (others.length > RUNS_KEPT) others.shift();
            holder = file;
            incumbent = decision.record;
          }
        }
        return { merged, runs: candidate.length };
      }
    },
    recordLoss: () => mean(incumbent.map((run) => run.valBpb)),
    incumbentRuns: () => spent,
  };
}

/** A world of one owner accepts that. */
export function fewOwnersIn({ scenario }: Pick<World, 'scenario'>): 'wait' | 'accept' {
  return scenario.owners > 1 ? 'wait' : 'accept';
}

/** An incumbent run goes to any free owner. If it must be another owner's, it goes to the one with the fewest incumbent runs. */
function leastUsed(world: World, incumbent: readonly MeasuredRun[], notOwners: readonly string[]) {
  if (notOwners.length === 0) return world.random.pick(world.machines);
  const runsOf = (owner: string) => incumbent.filter((run) => run.owner === owner).length;
  const allowed = world.machines.filter(({ owner }) => !notOwners.includes(owner));
  const least = Math.min(...allowed.map(({ owner }) => runsOf(owner)));
  return world.random.pick(allowed.filter(({ owner }) => runsOf(owner) === least));
}

function measureWhatIsMissing(
  world: World,
  file: File,
  candidate: readonly MeasuredRun[],
  wanted: Measure,
): MeasuredRun[] {
  if (wanted.stage === 'explore') return [world.measure(file, world.random.pick(world.machines), 'explore')];
  const soFar = candidate.filter((run) => run.stage === 'confirm');
  const placing = placeConfirmations({
    runs: wanted.runs - soFar.length,
    available: world.machines.map((machine) => machine.owner),
    soFar,
    author: 'author',
    perOwner: wanted.placement.perOwner,
    fewOwners: fewOwnersIn(world),
  });
  if (placing.kind === 'wait') throw new Error(placing.reason);
  return placing.owners.map((owner) => {
    const machines = world.machines.filter((machine) => machine.owner === owner);
    return world.measure(file, world.random.pick(machines), 'confirm');
  });
}

/** One run each. Any loss below the record becomes the record. */
export const createGreedy: CreatePolicy = (world, first) => {
  let record = world.measure(first, world.random.pick(world.machines), 'explore').valBpb;
  return {
    judge(file, keep) {
      const loss = world.measure(file, world.random.pick(world.machines), 'explore').valBpb;
      const merged = loss < record;
      if (merged && keep) record = loss;
      return { merged, runs: 1 };
    },
    recordLoss: () => record,
    incumbentRuns: () => 1,
  };
};

const WELCH_RUNS = 4;
const WELCH_LEVEL = 0.05;

/** Always four runs, Welch's one-sided t test against the incumbent's four (Welch, Biometrika 34, 1947). */
export const createWelch: CreatePolicy = (world, first) => {
  const measure = (file: File) =>
    Array.from(
      { length: WELCH_RUNS },
      () => world.measure(file, world.random.pick(world.machines), 'explore').valBpb,
    );
  let incumbent = measure(first);
  return {
    judge(file, keep) {
      const candidate = measure(file);
      const merged = welchP(incumbent, candidate) < WELCH_LEVEL;
      if (merged && keep) incumbent = candidate;
      return { merged, runs: WELCH_RUNS };
    },
    recordLoss: () => mean(incumbent),
    incumbentRuns: () => WELCH_RUNS,
  };
};

/** One-sided p of the candidate being no better. */
export function welchP(incumbent: readonly number[], candidate: readonly number[]): number {
  const a = sampleVariance(incumbent) / incumbent.length;
  const b = sampleVariance(candidate) / candidate.length;
  const degrees = (a + b) ** 2 / (a ** 2 / (incumbent.length - 1) + b ** 2 / (candidate.length - 1));
  return 1 - studentCdf((mean(incumbent) - mean(candidate)) / Math.sqrt(a + b), degrees);
}
