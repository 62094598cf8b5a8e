/** Sums of one pass, in float64. */
export interface Loss {
  /** Negative log-probability of the counted targets, nats. */
  nats: number;
  /** UTF-8 bytes of the counted targets. */
  bytes: number;
  /** Targets counted: those of at least one byte. */
  targets: number;
}

/** Nothing added up yet. */
export function noLoss(): Loss {
  return { nats: 0, bytes: 0, targets: 0 };
}

/** Bits per byte. */
export function bitsPerByte({ nats, bytes }: Pick<Loss, 'nats' | 'bytes'>): number {
  return nats / (Math.LN2 * bytes);
}
