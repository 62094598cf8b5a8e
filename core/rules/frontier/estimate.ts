/** Best guess of a file's true loss, bits per byte, and how sure it is. */
export interface Estimate {
  loss: number;
  /** (Bits per byte)^2. */
  variance: number;
}

/** Of a file measured so often, and nothing else known. */
export function estimateOf(losses: readonly number[], sigma: number): Estimate {
  const loss = losses.reduce((sum, one) => sum + one, 0) / losses.length;
  return { loss, variance: sigma ** 2 / losses.length };
}

/** With further runs of the same file: a Kalman filter's step, the weighted mean of what was thought and what was measured. */
export function measured(before: Estimate, losses: readonly number[], sigma: number): Estimate {
  if (losses.length === 0) return before;
  const now = estimateOf(losses, sigma);
  const weight = before.variance / (before.variance + now.variance);
  return {
    loss: before.loss + weight * (now.loss - before.loss),
    variance: before.variance * (1 - weight),
  };
}

/** Where the true loss lies, 95 %. */
export function intervalOf({ loss, variance }: Estimate): { low: number; high: number } {
  const reach = 1.96 * Math.sqrt(variance);
  return { low: loss - reach, high: loss + reach };
}

/** The same, unless these runs contradict what was thought: then only they are believed. @param most standard deviations of their difference */
export function measuredOrReplaced(
  before: Estimate,
  losses: readonly number[],
  sigma: number,
  most: number,
): Estimate {
  if (losses.length === 0) return before;
  const now = estimateOf(losses, sigma);
  const apart = Math.abs(now.loss - before.loss) / Math.sqrt(before.variance + now.variance);
  return apart > most ? now : measured(before, losses, sigma);
}
