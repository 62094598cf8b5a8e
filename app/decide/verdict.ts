import type { TrackStanding, Verdict } from '../../results/schema.ts';
import type { TrackConfig } from '../model/config.ts';
import type { RunFacts } from '../model/state.ts';
import { decide, type Ruling } from './acceptance.ts';

/** What the facts of an experiment's runs amount to. */
export interface Judgement {
  kind: 'verdict';
  verdict: Verdict;
  reason: { code: string; text: string };
  valBpb: number | null;
  /** What it was held against, bits per byte. */
  incumbent: number;
}

const FAILURES = {
  crashed: { verdict: 'crashed', code: 'exception', text: 'the run crashed' },
  'out-of-memory': {
    verdict: 'crashed',
    code: 'out-of-memory',
    text: 'the run needed more memory than the track allows',
  },
  timeout: { verdict: 'timeout', code: 'over-budget', text: 'the weights were not closed within the budget' },
  invalid: {
    verdict: 'invalid',
    code: 'refused-by-referee',
    text: 'the referee refused what the model answered',
  },
} as const;

/** `facts` in the order of the runs; `standing` is the track's. */
export function judge(
  facts: RunFacts[],
  standing: TrackStanding,
  track: TrackConfig,
): Judgement | Extract<Ruling, { kind: 'measure' }> {
  const failed = facts.find((one) => one.run.outcome !== 'scored');
  if (failed && failed.run.outcome !== 'scored') {
    const { verdict, code, text } = FAILURES[failed.run.outcome];
    return {
      kind: 'verdict',
      verdict,
      reason: { code, text: failed.reason ?? text },
      valBpb: null,
      incumbent: standing.incumbent.valBpb,
    };
  }
  const ruling = decide({ candidate: facts.map((one) => one.run), incumbent: standing.runs, track });
  if (ruling.kind === 'measure') return ruling;
  const { verdict, code, text, valBpb, incumbent } = ruling;
  return { kind: 'verdict', verdict, reason: { code, text }, valBpb, incumbent };
}
