/**
 * The distribution functions that statistics.ts stands on, to about 1e-13. Formulas from the NIST Digital Library of
 * Mathematical Functions (DLMF), section named at each; bench/acceptance/reference.py holds them against scipy.
 */

const LOG_SQRT_2PI = Math.log(2 * Math.PI) / 2;

const normalDensity = (x: number) => Math.exp(-x * x * 0.5 - LOG_SQRT_2PI);

/** P(Z > x) for x >= 0: Taylor series near the middle (DLMF 7.6.2), continued fraction in the tail (DLMF 7.9.1). */
function upperTail(x: number): number {
  if (x < 3) {
    let term = x;
    let sum = x;
    for (let k = 1; term > sum * 1e-17; k++) {
      term *= (x * x) / (2 * k + 1);
      sum += term;
    }
    return 0.5 - normalDensity(x) * sum;
  }
  let fraction = x;
  for (let k = 80; k >= 1; k--) fraction = x + k / fraction;
  return normalDensity(x) / fraction;
}

/** P(Z <= x) of a standard normal Z. */
export function normalCdf(x: number): number {
  return x < 0 ? upperTail(-x) : 1 - upperTail(x);
}

/** The x with normalCdf(x) = p, for 0 < p < 1: Newton's method on the logarithm of the tail, which is concave. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`normalQuantile needs 0 < p < 1, got ${p}`);
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  let x = Math.sqrt(-2 * Math.log(tail));
  for (let i = 0; i < 50; i++) {
    const q = upperTail(x);
    const step = (Math.log(q / tail) * q) / normalDensity(x);
    x = Math.max(0, x + step);
    if (Math.abs(step) < 1e-15 * (1 + x)) break;
  }
  return p < 0.5 ? -x : x;
}

/** ln Gamma(x), x > 0: Stirling's series (DLMF 5.11.1) after the recurrence has carried x beyond 15. */
export function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 15; y++) shift += Math.log(y);
  const r = 1 / (y * y);
  const series = (1 / 12 + r * (-1 / 360 + r * (1 / 1260 + r * (-1 / 1680 + r / 1188)))) / y;
  return (y - 0.5) * Math.log(y) - y + LOG_SQRT_2PI + series - shift;
}

/** The regularised incomplete beta function I_x(a, b): continued fraction of DLMF 8.17.22, evaluated by Lentz's method. */
export function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a),
  );
  let c = 1;
  let d = 0;
  let fraction = 1;
  for (let j = 1; j < 1000; j++) {
    const m = j >> 1;
    const coefficient =
      j % 2 === 0
        ? (m * (b - m) * x) / ((a + j - 1) * (a + j))
        : (-(a + m) * (a + b + m) * x) / ((a + j - 1) * (a + j));
    d = 1 / (1 + coefficient * d);
    c = 1 + coefficient / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front / fraction;
}

/** P(T <= t) of Student's t with `degrees` of freedom (DLMF 8.17; may be fractional, as Welch's test needs). */
export function studentCdf(t: number, degrees: number): number {
  const square = t * t;
  // Near the middle the beta function of the small argument: the other one would lose half of the digits.
  if (square < degrees) {
    return 0.5 + (Math.sign(t) * incompleteBeta(0.5, degrees / 2, square / (degrees + square))) / 2;
  }
  const tail = incompleteBeta(degrees / 2, 0.5, degrees / (degrees + square)) / 2;
  return t < 0 ? tail : 1 - tail;
}

/** The t with studentCdf(t, degrees) = p, for 0 < p < 1: Newton's method kept inside a shrinking bracket. */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`studentQuantile needs 0 < p < 1, got ${p}`);
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  const scale = Math.exp(logGamma((degrees + 1) / 2) - logGamma(degrees / 2)) / Math.sqrt(degrees * Math.PI);
  let low = 0;
  let high = 2;
  while (studentCdf(high, degrees) < p && high < 1e12) high *= 2;
  let t = Math.min(normalQuantile(p), high);
  for (let i = 0; i < 100; i++) {
    const error = studentCdf(t, degrees) - p;
    if (error < 0) low = t;
    else high = t;
    const next = t - error / (scale * (1 + (t * t) / degrees) ** (-(degrees + 1) / 2));
    const inside = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(inside - t) <= 1e-15 * (1 + t)) return inside;
    t = inside;
  }
  return t;
}

/** P(X <= x) of a chi-square with `degrees` of freedom: the series of DLMF 8.7.1. */
export function chiSquareCdf(x: number, degrees: number): number {
  if (x <= 0) return 0;
  const a = degrees / 2;
  const y = x / 2;
  if (y > a + 40 * Math.sqrt(a) + 700) return 1;
  let term = 1 / a;
  let sum = term;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= y / (a + k);
    sum += term;
  }
  return Math.min(1, sum * Math.exp(a * Math.log(y) - y - logGamma(a)));
}
