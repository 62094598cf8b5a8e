import { dot, gridY, ruleX, ruleY } from '@observablehq/plot';
import { bpb } from '../../../core/text/loss.ts';
import { recordsOf } from '../../summary/record.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, frame } from '../frame.ts';
import type { View } from '../view.ts';

/** Whether the swarm comes to fit the validation text: how the held-out loss of records follows it. */
export function heldoutView(summary: Summary): View {
  const held = recordsOf(summary.experiments, summary.holders);
  const known = held.filter(({ heldoutBpb, valBpb }) => heldoutBpb !== null && valBpb !== null);
  const records = known.map(({ at, pull, heldoutBpb, valBpb, runs }, i) => {
    const scored = runs.filter(([, , , , loss]) => loss !== null).length;
    const reach = (2 * (summary.record.sigma ?? 0)) / Math.sqrt(Math.max(1, scored));
    const gap = heldoutBpb! - valBpb!;
    return { step: i + 1, at, pull, gap, low: gap - reach, high: gap + reach };
  });
  const [first, last] = [records[0], records.at(-1)];
  const title = 'Held-out gap';
  return {
    id: 'heldout',
    title,
    question: 'Does the swarm fit the validation text, and not language?',
    finding:
      first && last && first !== last
        ? `The gap between held-out and validation loss went from ${bpb(first.gap)} to ${bpb(last.gap)} over ${records.length} records.`
        : 'Fewer than two records have a held-out loss.',
    reading:
      'For each record that was scored on the held-out text: its loss there minus its validation loss, with twice its standard error. A gap that grows from record to record is a sign that the validation text wears out. It decides nothing. Two texts are not equally hard, so the gap need not be zero. results/MEMORY.md has the test that compares records with files that were not selected.',
    plot:
      records.length < 2
        ? null
        : (size) => ({
            ...frame(size, title),
            x: { label: 'record', ticks: Math.min(10, records.length) },
            y: { label: 'gap, bits per byte', nice: true },
            marks: [
              gridY({ className: 'grid' }),
              ruleY([0], { className: 'zero' }),
              ruleX(records, { x: 'step', y1: 'low', y2: 'high', className: 'whisker' }),
              dot(records, { x: 'step', y: 'gap', r: 3, className: 'record' }),
            ],
          }),
    table: {
      columns: ['record', 'since', 'pull request', 'gap', 'from', 'to'],
      rows: records
        .toReversed()
        .map(({ step, at, pull, gap, low, high }) => [
          step,
          at.slice(0, 10),
          pull,
          ...[gap, low, high].map((value) => fixed(value, 5)),
        ]),
    },
  };
}
