import { dayBefore } from '../../../core/calendar.ts';
import { signed } from '../../../core/text/loss.ts';
import { shareInterval } from '../../statistics/intervals.ts';
import type { Experiment } from '../../summary/experiments.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, percent } from '../frame.ts';
import type { View } from '../view.ts';

const LATELY = 30;
/** Names of agents in a row; of more, a count. */
const NAMES = 3;

/** Who gained what, fairly: confirmed gains, with their intervals. */
export function agentsView(summary: Summary): View {
  const latest = summary.experiments.at(-1)?.at;
  const since = latest === undefined ? '' : dayBefore(latest, LATELY);
  const people = [...Map.groupBy(summary.experiments, ({ author }) => author)]
    .map(([author, own]) => ({
      author,
      names: [...new Set(own.flatMap(({ agent }) => agent ?? []))],
      late: standingOf(own.filter(({ at }) => at.slice(0, 10) >= since)).gain,
      ...standingOf(own),
    }))
    .toSorted((a, b) => b.gain - a.gain || b.merged - a.merged || b.tries - a.tries);
  const best = people[0];
  return {
    id: 'agents',
    title: 'Authors',
    question: 'Who found what holds?',
    finding:
      best && best.gain > 0
        ? `${best.author} leads with a confirmed gain of ${signed(best.gain)} (95 %: ${signed(best.gain - best.reach)} to ${signed(best.gain + best.reach)}) from ${best.tries} tries.`
        : 'No gain has been confirmed yet.',
    reading:
      'Sorted by confirmed gain: the sum of what was measured of improvements of the record, with a 95 % interval. A lucky single run counts nothing. Of a chain that was certified together, each gets what its own change was measured to gain, and the head what remains. The share is of tries that were adopted or improved the record, with a 95 % interval (Wilson). Hours are those that the tries took on machines. Agents are the names that the authors give their programs.',
    plot: null,
    table: {
      columns: [
        'author',
        'agents',
        'tries',
        'merged',
        'adopted',
        'confirmed gain',
        '95 %',
        `last ${LATELY} days`,
        'share',
        'share 95 %',
        'hours',
        'last seen',
      ],
      rows: people.map(({ author, names, tries, merged, adopted, gain, reach, late, share, hours, last }) => [
        author,
        namesOf(names),
        tries,
        merged,
        adopted,
        signed(gain),
        merged === 0 ? '' : `${signed(gain - reach)} to ${signed(gain + reach)}`,
        signed(late),
        percent((merged + adopted) / tries),
        `${percent(share.low)} to ${percent(share.high)}`,
        fixed(hours, 1),
        last,
      ]),
    },
  };
}

function namesOf(names: readonly string[]): string {
  const more = names.length - NAMES;
  return [...names.slice(0, NAMES), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** What a person's experiments came to. */
export function standingOf(own: readonly Experiment[]) {
  const improved = own.filter(({ verdict }) => verdict === 'improved');
  const adopted = own.filter(({ verdict }) => verdict === 'adopted').length;
  const variance = improved.reduce((sum, { standardError }) => sum + (standardError ?? 0) ** 2, 0);
  return {
    tries: own.length,
    merged: improved.length,
    adopted,
    gain: improved.reduce((sum, { share }) => sum + (share ?? 0), 0),
    reach: 1.96 * Math.sqrt(variance),
    share: shareInterval(improved.length + adopted, own.length),
    hours:
      own.reduce((sum, { runs }) => sum + runs.reduce((all, [, , , , , seconds]) => all + seconds, 0), 0) /
      3600,
    last: own.at(-1)?.at.slice(0, 10) ?? null,
  };
}
