/** Reproducible randomness: equal seeds give equal streams on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Exponential of the given mean. */
  exponential(mean: number): number;
  /** Student's t with `degrees` > 2 of freedom, scaled to variance 1. */
  student(degrees: number): number;
  /** One of `items`, which is not empty. */
  pick<T>(items: readonly T[]): T;
}

/** A 64-bit counter mixed by two multiply-xorshift rounds a half (after splitmix; not for secrets). */
export function createRandom(seed: number): Random {
  let low = seed >>> 0;
  let high = 0x9e3779b9;
  const word = () => {
    low = (low + 0x6d2b79f5) >>> 0;
    if (low < 0x6d2b79f5) high = (high + 1) >>> 0;
    let x = low ^ Math.imul(high, 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return (x ^ (x >>> 16)) >>> 0;
  };
  const uniform = () => (word() + word() / 2 ** 32) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log1p(-uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    normal,
    exponential: (mean) => -mean * Math.log1p(-uniform()),
    student: (degrees) => {
      let chiSquare = 0;
      for (let i = 0; i < degrees; i++) chiSquare += normal() ** 2;
      return normal() * Math.sqrt((degrees - 2) / chiSquare);
    },
    pick: (items) => items[Math.floor(uniform() * items.length)]!,
  };
}
