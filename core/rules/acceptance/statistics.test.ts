import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalCdf } from './special-functions.ts';
import {
  effectInterval,
  fewestMoreRuns,
  hiddenEffect,
  logLikelihoodRatio,
  mean,
  pooledVariance,
  priorFit,
  sampleVariance,
  standardError,
} from './statistics.ts';

const loss = fc.double({ min: 0.5, max: 2, noNaN: true });
const files = fc.array(fc.array(loss, { maxLength: 8 }), { maxLength: 6 });
const prior = { sigma: 0.001, degrees: 8 };

describe('pooled noise', () => {
  it('is the prior until a file has run twice', () => {
    expect(pooledVariance([], prior)).toEqual({ variance: 1e-6, degrees: 8 });
    expect(pooledVariance([[1], [1.1]], prior)).toEqual({ variance: 1e-6, degrees: 8 });
  });

  it('forgets the prior as runs come in', () => {
    const twice = [0.998, 1.002]; // spread of 0.0028, nearly three times the prior's
    const learned = pooledVariance(Array(200).fill(twice), prior);
    expect(Math.sqrt(learned.variance)).toBeCloseTo(Math.sqrt(sampleVariance(twice)), 3);
  });

  it("does not depend on a file's level or on the order of files, and lies between its parts", () => {
    fc.assert(
      fc.property(files, loss, (runs, shift) => {
        const { variance, degrees } = pooledVariance(runs, prior);
        const moved = runs.map((values, i) => values.map((value) => value + shift * i)).reverse();
        expect(pooledVariance(moved, prior).variance).toBeCloseTo(variance, 10);
        expect(degrees).toBe(8 + runs.reduce((sum, values) => sum + Math.max(0, values.length - 1), 0));
        const parts = [
          prior.sigma ** 2,
          ...runs.filter((values) => values.length > 1).map((values) => sampleVariance(values)),
        ];
        expect(variance).toBeGreaterThanOrEqual(Math.min(...parts) * (1 - 1e-9));
        expect(variance).toBeLessThanOrEqual(Math.max(...parts) * (1 + 1e-9));
      }),
    );
  });
});

describe('the fit of a prior', () => {
  it('is good while the bootstrap spreads as believed', () => {
    expect(priorFit([[0.999, 1.001, 1.0005, 0.9995]], prior)).toMatchObject({ fit: 'good', degrees: 3 });
  });

  it("says that an H100's sigma is not a laptop's", () => {
    const fit = priorFit([[3.6, 3.75, 3.5, 3.68]], prior)!;
    expect(fit.fit).toBe('prior too small');
    expect(fit.measured).toBeCloseTo(0.107, 2);
    expect(priorFit([[1.0001, 1.0002, 1.00015, 1.00012]], { sigma: 0.1, degrees: 8 })!.fit).toBe(
      'prior too large',
    );
  });

  it('says nothing before a file has run twice', () => {
    expect(priorFit([[1]], prior)).toBeNull();
  });
});

describe('the likelihood ratio', () => {
  const o = { effect: 0.002, variance: 1e-6, candidateRuns: 2, incumbentRuns: 4 };

  it('is even halfway between no effect and the effect, and antisymmetric about it', () => {
    expect(logLikelihoodRatio({ ...o, difference: 0.001 })).toBe(0);
    fc.assert(
      fc.property(fc.double({ min: -0.01, max: 0.01, noNaN: true }), (d) => {
        const above = logLikelihoodRatio({ ...o, difference: 0.001 + d });
        expect(above).toBeCloseTo(-logLikelihoodRatio({ ...o, difference: 0.001 - d }), 9);
      }),
    );
  });

  it('says more with more runs', () => {
    const few = logLikelihoodRatio({ ...o, difference: 0.002 });
    expect(logLikelihoodRatio({ ...o, difference: 0.002, candidateRuns: 4 })).toBeGreaterThan(few);
  });
});

describe('an effect and what it hides', () => {
  const error = standardError({
    candidateVariance: 1e-6,
    candidateRuns: 4,
    incumbentVariance: 1e-6,
    incumbentRuns: 16,
  });

  it('has an interval about the estimate, wider for fewer degrees of freedom', () => {
    const wide = effectInterval({ difference: 0.002, standardError: error, degrees: 3 });
    const narrow = effectInterval({ difference: 0.002, standardError: error, degrees: 100 });
    expect(mean([wide.low, wide.high])).toBeCloseTo(0.002, 12);
    expect(wide.high - wide.low).toBeGreaterThan(narrow.high - narrow.low);
    expect(narrow.low).toBeGreaterThan(0);
  });

  it('contains the truth as often as it says', () => {
    // The interval misses exactly when |z| exceeds its quantile.
    const { high } = effectInterval({ difference: 0, standardError: 1, degrees: 1e6 });
    expect(2 * (1 - normalCdf(high))).toBeCloseTo(0.05, 5);
  });

  it('hides a small gain behind a small loss, none behind a clear one', () => {
    const o = { standardError: error, degrees: 20 };
    expect(hiddenEffect({ ...o, difference: -0.0002 })).toBeGreaterThan(0.0005);
    expect(hiddenEffect({ ...o, difference: -0.005 })).toBe(0);
  });
});

it('finds the fewest further runs that would turn a verdict, or says that none would', () => {
  const o = { difference: 0, runs: 4, limit: 64, changes: (d: number) => d >= 0.001 };
  expect(fewestMoreRuns({ ...o, plausible: 0.002 })).toBe(4); // (4 * 0 + 4 * 0.002) / 8
  expect(fewestMoreRuns({ ...o, plausible: 0.0009 })).toBeNull();
});
