import { dot, gridY, ruleY } from '@observablehq/plot';
import { residualLimits } from '../../../core/rules/acceptance/distribution.ts';
import { count } from '../../../core/text/plural.ts';
import { minuteOf } from '../../../core/text/time.ts';
import { filesOf, residualsOf } from '../../summary/residuals.ts';
import { scaleOf } from '../../summary/scale.ts';
import type { Summary } from '../../summary/summary.ts';
import { cells, within } from '../cells.ts';
import { fixed, frame, percent, timeAxis } from '../frame.ts';
import type { View } from '../view.ts';

/** Points drawn by themselves, at most: the farthest. */
const POINTS = 300;

/** Whether the noise of a run is stable, and which runs look strange. */
export function residualsView(summary: Summary): View {
  const { unit, name } = scaleOf(summary);
  const all = residualsOf(summary.experiments).map((one) => ({ ...one, value: one.value / unit }));
  const losses = filesOf(summary.experiments).map(({ runs }) => runs.map(({ loss }) => loss / unit));
  const { p1, p5, p95, p99 } = residualLimits(losses, 1);
  const beyond = all.filter(({ value }) => value < p1 || value > p99);
  const far = beyond.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const wide = all.filter(({ value }) => Math.abs(value) > 2.576).length;
  const title = 'Residuals over time';
  return {
    id: 'residuals',
    title,
    question: 'Is the noise of a run stable, and are there strays?',
    finding:
      all.length === 0
        ? 'No file has been measured more than once.'
        : `${count(all.length, 'run')} of files that were measured more than once: ${percent(wide / all.length)} are farther than 2.58 ${name} from their file's mean; 1 % is expected of normal noise.`,
    reading: `A residual is a run's distance from the mean of its own file, scaled so that its spread is that of one run whatever the number of runs, in ${name}. Squares count runs, darker for more; the lines are the 1st, 5th, 95th and 99th percentile, of a normal distribution while there are fewer than 200 residuals. The runs beyond the outer lines, at most ${POINTS} of them, are points: they call for a repeat, not for deletion.`,
    plot:
      all.length === 0
        ? null
        : (size) => ({
            ...frame(size, title),
            x: timeAxis(size),
            y: { domain: [-6, 6], label: `residual, ${name}` },
            marks: [
              gridY({ className: 'grid' }),
              dot([all[0]!, all.at(-1)!], { x: ({ at }) => new Date(at), y: 0, r: 0 }), // the axis holds all of them
              cells({
                x: all.map(({ at }) => new Date(at)),
                y: all.map(({ value }) => within(value, -5.9, 6)),
              }),
              ruleY([p1, p5, p95, p99], { className: 'limit' }),
              dot(far.slice(0, POINTS), {
                x: ({ at }) => new Date(at),
                y: ({ value }) => within(value, -6, 6),
                r: 2.5,
                className: 'stray',
              }),
            ],
          }),
    table: {
      columns: ['time', 'pull request', 'machine', `residual, ${name}`],
      rows: far.map(({ at, pull, machine, value }) => [minuteOf(at), pull, machine, fixed(value)]),
    },
  };
}
