import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { distribution } from '../../core/rules/acceptance/distribution.ts';
import { machineOffsets } from '../../core/rules/acceptance/offsets.ts';
import {
  chiSquareCdf,
  normalCdf,
  normalQuantile,
  studentQuantile,
} from '../../core/rules/acceptance/special-functions.ts';
import {
  effectInterval,
  hiddenEffect,
  logLikelihoodRatio,
  mean,
  pooledVariance,
  sampleVariance,
  standardError,
} from '../../core/rules/acceptance/statistics.ts';
import { pythonInterpreter } from '../../setup/paths.mjs';
import { welchP } from './policies.ts';
import { createRandom } from './random.ts';

const CASES = 10_000;
const repository = fileURLToPath(new URL('../..', import.meta.url));

function randomCases() {
  const random = createRandom(5);
  const whole = (low: number, high: number) => low + Math.floor(random.uniform() * (high - low + 1));
  return Array.from({ length: CASES }, () => {
    const sigma = 10 ** (-4 + 3 * random.uniform());
    const loss = () => 1 + sigma * (1 + 2 * random.uniform()) * random.normal();
    const losses = (n: number) => Array.from({ length: n }, loss);
    const machines = whole(1, 4);
    return {
      sigma,
      degrees: 8,
      files: [losses(whole(2, 16)), ...Array.from({ length: whole(0, 5) }, () => losses(whole(1, 8)))],
      candidate: losses(whole(1, 12)),
      incumbent: Array.from({ length: whole(2, 16) }, (): [string, number] => {
        const machine = whole(1, machines);
        return [`m${machine}`, loss() + machine * sigma];
      }),
      x: 12 * random.uniform() - 6,
      p: 0.0005 + 0.999 * random.uniform(),
    };
  });
}

function answer(given: ReturnType<typeof randomCases>[number]) {
  const prior = { sigma: given.sigma, degrees: given.degrees };
  const { variance, degrees } = pooledVariance(given.files, prior);
  const own = pooledVariance(given.files, { sigma: 1, degrees: 0 });
  const incumbent = given.incumbent.map(([, loss]) => loss);
  const [candidateRuns, incumbentRuns] = [given.candidate.length, incumbent.length];
  const difference = mean(incumbent) - mean(given.candidate);
  const candidateVariance = Math.max(variance, sampleVariance(given.candidate));
  const error = standardError({
    candidateVariance,
    candidateRuns,
    incumbentVariance: variance,
    incumbentRuns,
  });
  const offsets = machineOffsets(
    given.incumbent.map(([machine, valBpb]) => ({ machine, valBpb })),
    variance,
  );
  const spread = distribution(given.candidate)!;
  return {
    variance,
    degrees,
    priorP: chiSquareCdf((own.variance * own.degrees) / given.sigma ** 2, own.degrees),
    ratio: logLikelihoodRatio({
      difference,
      effect: 2 * Math.sqrt(variance),
      variance,
      candidateRuns,
      incumbentRuns,
    }),
    error,
    z: difference / error,
    ...effectInterval({ difference, standardError: error, degrees }),
    hidden: hiddenEffect({ difference, standardError: error, degrees }),
    offsets: Object.fromEntries(offsets.byMachine),
    tau2: offsets.variance,
    ...(candidateRuns > 1 && { welchP: welchP(incumbent, given.candidate) }),
    percentiles: [spread.p1, spread.p5, spread.median, spread.p95, spread.p99],
    normal: normalCdf(given.x),
    normalQuantile: normalQuantile(given.p),
    studentQuantile: studentQuantile(given.p, degrees),
  };
}

it('says what numpy and scipy say, in 10,000 random cases, to 1e-9 sigma', { timeout: 300_000 }, async () => {
  const cases = randomCases();
  const script = fileURLToPath(new URL('reference.py', import.meta.url));
  const { stdout } = await execa(pythonInterpreter(repository), [script], { input: JSON.stringify(cases) });
  const theirs: Record<string, unknown>[] = JSON.parse(stdout);
  expect(theirs).toHaveLength(CASES);

  const disagreements = cases.flatMap((given, i) =>
    differences(answer(given), theirs[i], `case ${i}`, 1, given.sigma),
  );
  expect(disagreements.slice(0, 10)).toEqual([]);
});

/** Losses are compared in sigmas and variances in squares of it: 1e-9 of a bit per byte would hide a wrong digit. */
const SIGMAS: Record<string, number> = {
  variance: 2,
  tau2: 2,
  error: 1,
  low: 1,
  high: 1,
  hidden: 1,
  offsets: 1,
  percentiles: 1,
};

/** Paths whose numbers differ by more than 1e-9 of `unit`, or of themselves where they are larger. */
function differences(ours: unknown, theirs: unknown, path: string, unit: number, sigma: number): string[] {
  if (typeof ours === 'number' && typeof theirs === 'number') {
    const near = Math.abs(ours - theirs) <= 1e-9 * Math.max(unit, Math.abs(theirs));
    return near ? [] : [`${path}: ${ours}, ${theirs}`];
  }
  if (typeof ours === 'object' && typeof theirs === 'object' && ours !== null && theirs !== null) {
    const [a, b] = [ours as Record<string, unknown>, theirs as Record<string, unknown>];
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      differences(a[key], b[key], `${path}.${key}`, key in SIGMAS ? sigma ** SIGMAS[key]! : unit, sigma),
    );
  }
  return ours === theirs ? [] : [`${path}: ${String(ours)}, ${String(theirs)}`];
}
