/** Uniform numbers in [0, 1) from a seed, the same on every machine (xorshift128 by G. Marsaglia, 2003). */
export function seeded(seed: number): () => number {
  let [x, y, z, w] = [seed ^ 0x9e3779b9, 0x243f6a88, 0xb7e15162, seed | 1];
  const next = () => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return (w >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 20; i++) next(); // near seeds begin alike
  return next;
}

export const exponential = (random: () => number) => -Math.log(1 - random());

/** Symmetric, mean of the absolute value 1. */
export const laplace = (random: () => number) => (random() < 0.5 ? -1 : 1) * exponential(random);
