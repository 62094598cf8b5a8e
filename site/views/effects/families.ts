import { signed } from '../../../core/text/loss.ts';
import type { Experiment } from '../../summary/experiments.ts';
import { familiesOf } from '../../summary/families.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed } from '../frame.ts';
import { standingOf } from '../people/agents.ts';
import type { View } from '../view.ts';

/** The latest tries say whether there is still something to find. */
const LATEST = 200;

/** What works, what is exhausted: experiments by what they are about. */
export function familiesView(summary: Summary): View {
  const families = familiesOf(summary.experiments)
    .map(([name, own]) => ({ name, own, all: standingOf(own), late: perHour(own.slice(-LATEST)) }))
    .toSorted((a, b) => b.late - a.late || b.all.tries - a.all.tries);
  const best = families[0];
  return {
    id: 'families',
    title: 'Families of hypotheses',
    question: 'What works, what is exhausted, what to try?',
    finding:
      best && best.late > 0
        ? `"${best.name}" pays most lately: ${fixed(best.late * 1000, 3)} thousandths of a bit per byte for an hour of machines over its last ${Math.min(LATEST, best.own.length)} tries.`
        : 'No family has a confirmed gain among its latest tries.',
    reading:
      'By words in the title; an experiment may be in several families. Confirmed gain counts improvements of the record alone. The last column is the confirmed gain of the latest 200 tries for each hour of machines: where it is zero and the tries are many, the family may be exhausted. results/MEMORY.md lists what was tried.',
    plot: null,
    table: {
      columns: [
        'family',
        'tries',
        'merged',
        'adopted',
        'inconclusive',
        'failed',
        'confirmed gain',
        'hours',
        'milli-bpb an hour, lately',
      ],
      rows: families.map(({ name, own, all, late }) => [
        name,
        all.tries,
        all.merged,
        all.adopted,
        own.filter(({ verdict }) => verdict === 'inconclusive').length,
        own.filter(({ valBpb }) => valBpb === null).length,
        signed(all.gain),
        fixed(all.hours, 1),
        fixed(late * 1000, 3),
      ]),
    },
  };
}

function perHour(own: readonly Experiment[]): number {
  const { gain, hours } = standingOf(own);
  return hours === 0 ? 0 : gain / hours;
}
