import type { Means } from './means.ts';

/** What a channel is worth. */

export interface Heard {
  sent: number[];
  /** Null: nothing could be read. */
  read: number[] | null;
}

/** Share of bits that arrived wrong; half where nothing could be read. */
export function errorsOf({ sent, read }: Heard): number {
  if (!read) return 0.5;
  return sent.filter((bit, index) => bit !== read[index]).length / sent.length;
}

/**
 * Bits that arrive after errors: Shannon's capacity of a channel that inverts this share of bits, 1 - H(share) per bit sent.
 * None where the share is within three standard errors of chance. A channel that turns nearly all around is as good as one
 * that turns nearly none.
 */
export function bitsOf(heard: Heard): number {
  const { length } = heard.sent;
  const errors = errorsOf(heard);
  if (Math.abs(errors - 0.5) <= 1.5 / Math.sqrt(length)) return 0;
  const part = (share: number) => (share === 0 ? 0 : -share * Math.log2(share));
  return length * (1 - part(errors) - part(1 - errors));
}

/** Validation text of the tracks, bytes: 20,971,520 tokens of climbmix, 262,144 of pysource. */
export const TEXT_BYTES = { h100: 70e6, cpu: 262_144 };

/**
 * What notes of so many bits can take off a loss, bits per byte. Weights fixed before the text was seen and a note of n bits
 * are together a code for that text: it cannot be shorter than the best without the note by more than n. One bit of note buys
 * at most one bit of loss, spread over all bytes of the text.
 */
export function bpbOf(bits: number, bytes: number): number {
  return bits / bytes;
}

/** Bits of a means over a whole pass: for the bound, what a patient writer could send counts, not the short message that was tried. */
export function passBits({ wholePass, inherent }: Means, heard: Heard): number {
  const bits = bitsOf(heard);
  return wholePass !== undefined && (inherent || bits > 0) ? wholePass : bits;
}
