import { type Reason, reason } from '../../formats/reasons.ts';
import { signed } from '../../text/loss.ts';
import type { Guidance } from './guided.ts';
import type { MeasuredRun, Rule } from './rule.ts';

/** The questions that the acceptance rule asks, each with what it saw and what it said. */

export function repeatsAsked(runs: readonly MeasuredRun[], suspects: readonly MeasuredRun[]): Reason {
  const saw = `${suspects.length} of ${runs.length} runs repeat what another reported under another seed`;
  return reason('repeated-reports', 'passed', suspects.length > 0 ? 'left-out' : 'none', saw);
}

export function pinnedAsked(runs: readonly MeasuredRun[]): Reason {
  const saw = `equal losses or weights under different seeds, among ${runs.length} runs of several owners`;
  return reason('repeated-reports', 'refused', 'pinned-seed', saw);
}

export function incumbentAsked(runs: number, rule: Rule): Reason {
  const saw = `${runs} runs of the incumbent; a comparison needs ${rule.incumbentRuns}`;
  return runs < rule.incumbentRuns
    ? reason('incumbent-runs', 'acts', 'too-few', saw)
    : reason('incumbent-runs', 'passed', 'enough', saw);
}

/** @param offsets by machine, bits per byte */
export function offsetsAsked(offsets: ReadonlyMap<string, number>): Reason {
  const each = [...offsets].map(([machine, offset]) => `${machine} ${signed(offset)}`);
  return each.length > 0
    ? reason('offsets', 'passed', 'subtracted', each.join(', '))
    : reason('offsets', 'passed', 'none', 'machines measure the incumbent alike, or too few can tell');
}

/** While exploring: the logarithm of how much more likely a gain of the size that is looked for makes these losses. */
export function ratioAsked(ratio: number, rule: Rule): Reason {
  const saw = `log-likelihood ratio ${ratio.toFixed(2)}; exploring ends at ${rule.exploreBound.toFixed(2)} either way`;
  if (ratio >= rule.exploreBound) return reason('gain', 'passed', 'promising', saw);
  return ratio <= -rule.exploreBound
    ? reason('gain', 'refused', 'no-gain', saw)
    : reason('gain', 'acts', 'open', saw);
}

/** While confirming: how far all runs, and the fresh ones alone, are from luck. */
export function gainAsked(
  { shown, promising }: { shown: boolean; promising: boolean },
  saw: { z: number; bar: number; fresh: number },
  rule: Rule,
): Reason {
  const text = `all runs ${saw.z.toFixed(2)} standard errors, at least ${saw.bar.toFixed(2)} are asked for; the fresh ones ${saw.fresh.toFixed(2)}, at least ${rule.confirmZ.toFixed(2)}`;
  if (shown) return reason('gain', 'passed', 'shown', text);
  return promising
    ? reason('gain', 'acts', 'promising', text)
    : reason('gain', 'refused', 'not-confirmed', text);
}

export function ownersAsked(weakest: { owner: string; z: number } | null, bar: number): Reason {
  if (weakest === null)
    return reason('no-owner-alone', 'passed', 'single-owner', 'no other owner has a machine here');
  const saw = `without ${weakest.owner}, whose runs weigh most: ${weakest.z.toFixed(2)} standard errors; at least ${bar.toFixed(2)} are asked for`;
  return weakest.z >= bar
    ? reason('no-owner-alone', 'passed', 'stands', saw)
    : reason('no-owner-alone', 'refused', 'leans-on-one-owner', saw);
}

export function guidedAsked({ enough, tooFew }: Guidance): Reason {
  if (enough) return reason('guided', 'passed', 'enough', 'enough runs knew the incumbent’s answers');
  const saw =
    tooFew === null
      ? 'too few runs knew the incumbent’s answers, and other owners could know them'
      : 'too few owners measured the incumbent before the file';
  return reason('guided', 'acts', 'too-few', saw);
}
