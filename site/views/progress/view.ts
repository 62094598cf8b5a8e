import { bpb, signed } from '../../../core/text/loss.ts';
import { count, grouped } from '../../../core/text/plural.ts';
import { minuteOf } from '../../../core/text/time.ts';
import { isScored } from '../../summary/experiments.ts';
import type { Summary } from '../../summary/summary.ts';
import type { View } from '../view.ts';
import { progress } from './progress.ts';

/** How low the loss is, and how it came there. */
export function progressView({ track, holders: history, guesses: expected, experiments }: Summary): View {
  const scored = experiments.filter(isScored);
  const tried = scored.filter(({ verdict }) => verdict !== 'adopted');
  const guesses = scored.filter(({ verdict }) => verdict === 'adopted');
  const failed = experiments.flatMap(({ valBpb, at }) => (valBpb === null ? [at] : []));
  const [first, last] = [history[0]!, history.at(-1)!];
  const guess = expected.at(-1)?.valBpb;
  const beyond =
    guess == null
      ? ''
      : ` Adopted and not certified: ${guesses.length}, the newest expected at ${bpb(guess)}.`;
  const counted = `${count(tried.length + guesses.length, 'experiment')} with a loss, ${grouped(failed.length)} without`;
  return {
    id: 'progress',
    title: 'Progress',
    question: 'How low is the loss, and is it still falling?',
    finding:
      history.length === 1
        ? `The first file still holds at ${bpb(first.valBpb)}. ${counted}.${beyond}`
        : `The record fell ${history.length === 2 ? 'once' : `${history.length - 1} times`}, from ${bpb(first.valBpb)} to ${bpb(last.valBpb)}, last on ${last.at.slice(0, 10)}. ${counted}.${beyond}`,
    reading:
      'Each dot is a measured experiment; those at one place are drawn once. The full line is the certified record, a point each file that held it. Rings are changes that were adopted on little evidence and are not certified; the dashed line is the loss that was expected of the newest of these, while there was one: a guess, not a record. What lies beyond the frame is drawn on its edge; failed experiments have no loss and are drawn along the upper edge. A dot below the line is luck until it is confirmed. The boxes hide a part of the chart.',
    plot: (size) => progress({ track, history, tried, guesses, failed, expected }, size),
    parts: [
      { name: 'tried', words: 'all experiments' },
      ...(failed.length > 0 ? [{ name: 'failed', words: 'failures' } as const] : []),
      ...(expected.length > 0 ? [{ name: 'frontier', words: 'what is adopted' } as const] : []),
    ],
    table: {
      columns: ['since', 'pull request', 'title', 'val_bpb', 'change'],
      rows: history
        .map(({ at, pull, title, valBpb }, i) => [
          minuteOf(at),
          pull,
          title,
          bpb(valBpb),
          i === 0 ? null : signed(valBpb - history[i - 1]!.valBpb),
        ])
        .reverse(),
    },
  };
}
