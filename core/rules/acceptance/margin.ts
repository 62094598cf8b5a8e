import { bpb } from '../../text/loss.ts';

/** The simple rule of a track without `sigma`: one run against a margin. */

export interface ByMargin {
  verdict: 'improved' | 'regressed' | 'inconclusive';
  code: string;
  text: string;
  valBpb: number;
  incumbent: number;
}

/** Losses and margin in bits per byte. Written so that a NaN could never improve. */
export function decideByMargin(valBpb: number, incumbent: number, margin: number): ByMargin {
  const gain = incumbent - valBpb;
  if (gain >= margin)
    return {
      valBpb,
      incumbent,
      verdict: 'improved',
      code: 'beats-margin',
      text: `better than the incumbent by ${bpb(gain)} bits per byte, at least the margin of ${margin}`,
    };
  if (gain > 0)
    return {
      valBpb,
      incumbent,
      verdict: 'inconclusive',
      code: 'within-margin',
      text: `better than the incumbent by ${bpb(gain)} bits per byte, which is less than the margin of ${margin}: it may be luck`,
    };
  return {
    valBpb,
    incumbent,
    verdict: 'regressed',
    code: 'no-gain',
    text: `not better than the incumbent: ${bpb(-gain)} bits per byte worse`,
  };
}
