import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  chiSquareCdf,
  incompleteBeta,
  logGamma,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentQuantile,
} from './special-functions.ts';

const probability = fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true });
const degrees = fc.double({ min: 1, max: 300, noNaN: true });

it('knows the values every table prints', () => {
  expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 13);
  expect(normalCdf(-8)).toBeCloseTo(6.22096057427178e-16, 28);
  expect(normalQuantile(0.99)).toBeCloseTo(2.326347874040841, 12);
  expect(studentCdf(1, 1)).toBeCloseTo(0.75, 13);
  expect(studentQuantile(0.975, 8)).toBeCloseTo(2.306004135204166, 11);
  expect(chiSquareCdf(3.841458820694124, 1)).toBeCloseTo(0.95, 12);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  expect(incompleteBeta(2, 3, 0.5)).toBeCloseTo(0.6875, 13);
});

it('has quantiles that undo their distribution', () => {
  fc.assert(
    fc.property(probability, degrees, (p, d) => {
      expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-13);
      expect(Math.abs(studentCdf(studentQuantile(p, d), d) - p)).toBeLessThan(1e-12);
    }),
  );
});

it('is symmetric, rises, and stays within 0 and 1', () => {
  const x = fc.double({ min: -40, max: 40, noNaN: true });
  fc.assert(
    fc.property(x, x, degrees, (a, b, d) => {
      for (const cdf of [normalCdf, (t: number) => studentCdf(t, d)]) {
        expect(cdf(-a)).toBeCloseTo(1 - cdf(a), 13);
        expect(cdf(Math.max(a, b))).toBeGreaterThanOrEqual(cdf(Math.min(a, b)) - 1e-14);
        expect(cdf(a)).toBeGreaterThanOrEqual(0);
        expect(cdf(a)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

it('refuses a probability that has no quantile', () => {
  for (const p of [0, 1, -1, Number.NaN]) {
    expect(() => normalQuantile(p)).toThrow(RangeError);
    expect(() => studentQuantile(p, 8)).toThrow(RangeError);
  }
});

it('reaches 1 far out instead of running forever', () => {
  expect(chiSquareCdf(1e6, 3)).toBe(1);
  expect(chiSquareCdf(0, 3)).toBe(0);
});
