/** Sums of one pass, in float64. */
export interface Loss {
  /** Negative log-probability of the counted targets, nats. */
  nats: number;
  /** UTF-8 bytes of the counted targets. */
  bytes: number;
  /** Targets counted: those of at least one byte. */
  targets: number;
}

/** Bits per byte. */
export function bitsPerByte({ nats, bytes }: Pick<Loss, 'nats' | 'bytes'>): number {
  return nats / (Math.LN2 * bytes);
}
