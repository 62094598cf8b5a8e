import { areaY, dot, gridY, line } from '@observablehq/plot';
import { normalQuantile } from '../../../core/rules/acceptance/special-functions.ts';
import { residualsOf } from '../../summary/residuals.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, frame } from '../frame.ts';
import type { View } from '../view.ts';

const POINTS = 200;

/** Whether the noise is normal, as the rule's figures assume. */
export function shapeView(summary: Summary): View {
  const all = residualsOf(summary.experiments).map(({ value }) => value);
  const own = Math.sqrt(all.reduce((sum, value) => sum + value * value, 0) / all.length);
  const name = 'own sigma';
  const sorted = all.map((value) => value / own).toSorted((a, b) => a - b);
  const points = quantiles(sorted);
  const outside = points.filter(isOutside).length;
  const title = 'Shape of the noise';
  return {
    id: 'shape',
    title,
    question: 'Are the tails normal, heavier, or are there two heaps?',
    finding:
      sorted.length < 20
        ? 'Too few files have been measured more than once.'
        : `${outside} of ${points.length} quantiles lie outside of their 95 % envelope${outside > 0.1 * points.length ? ': the noise is not normal' : ', about as many as chance would put there'}.`,
    reading: `Quantiles of the measured residuals against those of a normal distribution as wide as they are ("Sigma by month" shows how wide that is). Normal noise lies on the line, within the band nineteen times of twenty; what lies outside is drawn larger, in another colour. Heavier tails leave it downwards on the left and upwards on the right. The figures of false merges in docs/acceptance.md assume normal noise.`,
    plot:
      sorted.length < 20
        ? null
        : (size) => ({
            ...frame(size, title),
            x: { label: `normal, ${name}` },
            y: { label: `measured, ${name}`, nice: true },
            marks: [
              gridY({ className: 'grid' }),
              areaY(points, { x: 'normal', y1: 'low', y2: 'high', className: 'band' }),
              line(points, { x: 'normal', y: 'normal', className: 'zero' }),
              dot(points.filter(isInside), {
                x: 'normal',
                y: 'measured',
                r: 2,
                stroke: 'none',
                className: 'cell',
              }),
              dot(points.filter(isOutside), { x: 'normal', y: 'measured', r: 3, className: 'stray' }),
            ],
          }),
    table: {
      columns: ['normal', 'measured', 'band from', 'to'],
      rows: points.map(({ normal, measured, low, high }) =>
        [normal, measured, low, high].map((value) => fixed(value)),
      ),
    },
  };
}

type Point = ReturnType<typeof quantiles>[number];

function isOutside({ measured, low, high }: Point): boolean {
  return measured < low || measured > high;
}

function isInside(point: Point): boolean {
  return !isOutside(point);
}

/** With the envelope of each order statistic: quantile +- 1.96 sqrt(p (1 - p) / n) / density. */
function quantiles(sorted: readonly number[]) {
  const n = sorted.length;
  const count = Math.min(n, POINTS);
  return Array.from({ length: count }, (_, i) => {
    const p = (i + 0.5) / count;
    const normal = normalQuantile(p);
    const density = Math.exp((-normal * normal) / 2) / Math.sqrt(2 * Math.PI);
    const reach = (1.96 * Math.sqrt((p * (1 - p)) / n)) / density;
    return { normal, measured: sorted[Math.floor(p * n)]!, low: normal - reach, high: normal + reach };
  });
}
