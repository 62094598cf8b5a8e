import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coloursOf, distribution, residualLimits, residuals } from './distribution.ts';

describe('the distribution of runs', () => {
  it('keeps all that a record shows', () => {
    const seen = distribution([1, 2, 3, 4, 5])!;
    expect(seen).toMatchObject({ count: 5, mean: 3, median: 3, p5: 1.2, p95: 4.8 });
    expect(seen.standardDeviation).toBeCloseTo(Math.sqrt(2.5), 12);
  });

  it('has no spread for one run and nothing for none', () => {
    expect(distribution([1])).toMatchObject({ median: 1, p1: 1, p99: 1, standardDeviation: null });
    expect(distribution([])).toBeNull();
  });

  it('orders its percentiles whatever the order of runs', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1 }), (values) => {
        const { p1, p5, median, p95, p99 } = distribution(values)!;
        expect([p1, p5, median, p95, p99]).toEqual([p1, p5, median, p95, p99].toSorted((a, b) => a - b));
        expect(p1).toBeGreaterThanOrEqual(Math.min(...values));
        expect(p99).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });
});

describe('colours of residuals', () => {
  it('paints one strange run red and leaves its neighbours', () => {
    const limits = residualLimits([], 0.001);
    expect(coloursOf([1, 1.0004, 0.9996, 1.006], limits)).toEqual(['yellow', 'none', 'yellow', 'red']);
    expect(coloursOf([1, 1.0004, 0.9996, 1.0001], limits)).toEqual(['none', 'none', 'none', 'none']);
  });

  it('has nothing to say of a single run', () => {
    expect(coloursOf([1], residualLimits([], 0.001))).toEqual(['none']);
  });

  it("takes the track's own percentiles once it has seen enough runs", () => {
    const wide = Array.from({ length: 150 }, (_, i) => [1, 1 + 0.0001 * i]);
    const limits = residualLimits(wide, 0.001);
    expect(limits.p99).toBeGreaterThan(0.009);
    expect(limits.p1).toBeLessThan(-0.009);
  });

  it('gives two runs of one file residuals of equal size', () => {
    const [a, b] = residuals([[1, 1.002]]);
    expect(a).toBeCloseTo(-0.001 * Math.SQRT2, 12);
    expect(b).toBeCloseTo(0.001 * Math.SQRT2, 12);
  });
});
