import { gridY, ruleY } from '@observablehq/plot';
import { mean, sampleVariance } from '../../../core/rules/acceptance/statistics.ts';
import { AUDIT } from '../../../core/rules/audits/audit.ts';
import { bpb } from '../../../core/text/loss.ts';
import { minuteOf } from '../../../core/text/time.ts';
import { AUDITS } from '../../summary/alone.ts';
import { scaleOf } from '../../summary/scale.ts';
import type { Summary } from '../../summary/summary.ts';
import { within } from '../cells.ts';
import { fixed, frame } from '../frame.ts';
import { domainOf, points } from '../points.ts';
import type { View } from '../view.ts';

const FEWEST = 5;
/** Sigmas that the frame holds. */
const EDGE = 12;
const OUTCOMES = ['agreed', 'outlier', 'unsettled'] as const;
const MARKS = {
  agreed: { sign: 'dot', className: 'agrees' },
  outlier: { sign: 'cross', className: 'disagrees' },
  unsettled: { sign: 'square', className: 'disagrees' },
} as const;

interface Pair {
  at: string;
  pull: number;
  first: string;
  again: string;
  outcome: (typeof OUTCOMES)[number];
  mean: number;
  /** The repeat minus the first run, in the track's unit. */
  difference: number;
}

/** Whether a repeat elsewhere says the same, and whether that depends on the loss: Bland and Altman, Lancet 327, 1986. */
export function agreementView(summary: Summary): View {
  const { unit, name } = scaleOf(summary);
  const { pairs, without } = pairsOf(summary, unit);
  const differences = pairs.map(({ difference }) => difference);
  const center = pairs.length === 0 ? 0 : mean(differences);
  const deviation = pairs.length < 2 ? 0 : Math.sqrt(sampleVariance(differences));
  const [low, high] = [center - 1.96 * deviation, center + 1.96 * deviation];
  const reach = (1.96 * deviation) / Math.sqrt(Math.max(1, pairs.length));
  const limit = AUDIT.sigmas * Math.SQRT2;
  const limits = summary.record.sigma === null ? [] : [-limit, limit];
  const title = 'Agreement of repeats';
  return {
    id: 'agreement',
    title,
    question: 'By how much do a run and its repeat elsewhere differ, and is that the same at every loss?',
    finding:
      pairs.length < FEWEST
        ? 'Too few repeated runs have a loss to compare.'
        : `Of ${pairs.length} repeats, 95 % are expected between ${fixed(low, 1)} and ${fixed(high, 1)} ${name} from the first run; on average they are ${fixed(center)} off (95 %: ${fixed(center - reach)} to ${fixed(center + reach)}).${without > 0 ? ` ${without} had no loss on one side.` : ''}`,
    reading: `Each mark is a run and its repeat on a machine of another owner: to the right their mean loss, upwards the repeat minus the first, in ${name}. Marks around zero at every loss: machines agree. Full lines are the mean and the limits within which 95 % of such differences lie. ${limits.length > 0 ? `The dotted lines, at ${AUDIT.sigmas} sigma times the root of two, are where the rule asks a third machine; it takes the machines' offsets off first. ` : ''}Dots agreed, crosses are of an outlier, squares are unsettled. Of the latest ${AUDITS} audits; what lies beyond the frame is drawn on its edge.`,
    plot:
      pairs.length < FEWEST
        ? null
        : (size) => ({
            ...frame(size, title),
            x: {
              label: 'mean val_bpb',
              domain: domainOf(pairs.map((pair) => pair.mean)),
              nice: true,
              ticks: size.width < 600 ? 3 : 7,
            },
            y: {
              label: `repeat - first, ${name}`,
              domain: domainOf([...differences, low, high, ...limits].map(atEdge)),
              nice: true,
            },
            marks: [
              gridY({ className: 'grid' }),
              ruleY([center, low, high].map(atEdge), { className: 'zero' }),
              ruleY(limits, { className: 'limit' }),
              ...OUTCOMES.map((outcome) =>
                points(
                  pairs
                    .filter((pair) => pair.outcome === outcome)
                    .map((pair) => ({ x: pair.mean, y: atEdge(pair.difference) })),
                  MARKS[outcome].sign,
                  MARKS[outcome].className,
                ),
              ),
            ],
          }),
    table: {
      columns: [
        'time',
        'pull request',
        'first on',
        'repeated on',
        'mean val_bpb',
        `difference, ${name}`,
        'outcome',
      ],
      rows: pairs
        .toReversed()
        .map(({ at, pull, first, again, outcome, mean: middle, difference }) => [
          ...[minuteOf(at), pull, first, again, bpb(middle)],
          ...[fixed(difference), outcome],
        ]),
    },
  };
}

function atEdge(value: number): number {
  return within(value, -EDGE, EDGE);
}

/** In order of the repeats. */
function pairsOf({ track, results }: Summary, unit: number): { pairs: Pair[]; without: number } {
  const pairs: Pair[] = [];
  let without = 0;
  for (const result of results.values()) {
    if (result.track !== track) continue;
    for (const { of, why, runs, outcome } of result.audits) {
      // The same weights give the same loss on every machine: that is no second run.
      if (why === 'scoring') continue;
      const first = result.runs.find(({ runId }) => runId === of);
      if (!first || outcome === 'open' || outcome === 'given-up') continue;
      for (const again of runs) {
        if (first.valBpb === null || again.valBpb === null) {
          without += first.valBpb === again.valBpb ? 0 : 1;
          continue;
        }
        pairs.push({
          ...{ at: again.at, pull: result.pull, first: first.machine, again: again.machine, outcome },
          mean: (first.valBpb + again.valBpb) / 2,
          difference: (again.valBpb - first.valBpb) / unit,
        });
      }
    }
  }
  return { pairs: pairs.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.pull - b.pull)), without };
}
