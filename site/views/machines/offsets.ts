import { dot, gridX, ruleX, ruleY } from '@observablehq/plot';
import { machineOffsets } from '../../../core/rules/acceptance/offsets.ts';
import { mean } from '../../../core/rules/acceptance/statistics.ts';
import { once } from '../../summary/once.ts';
import { residualsOf } from '../../summary/residuals.ts';
import { scaleOf } from '../../summary/scale.ts';
import type { Summary } from '../../summary/summary.ts';
import { fixed, frame } from '../frame.ts';
import type { View } from '../view.ts';

/** With fewer runs beside others a machine's offset is not known: that is not zero. */
const FEWEST = 3;
const DRAWN = 40;

/** How far each machine with enough runs measures too high or too low, in `unit`, and how far they differ in truth. */
export const offsetsOf = once((summary: Summary) => {
  const { unit } = scaleOf(summary);
  const runs = residualsOf(summary.experiments).map(({ machine, value }) => ({
    machine,
    valBpb: value / unit,
  }));
  const { byMachine, variance } = machineOffsets(runs, 1);
  const machines = [...Map.groupBy(runs, ({ machine }) => machine)]
    .filter(([, own]) => own.length >= FEWEST)
    .map(([machine, own]) => {
      const raw = mean(own.map(({ valBpb }) => valBpb));
      const reach = 1.96 / Math.sqrt(own.length);
      return {
        machine,
        n: own.length,
        raw,
        low: raw - reach,
        high: raw + reach,
        shrunk: byMachine.get(machine) ?? 0,
      };
    })
    .toSorted((a, b) => a.shrunk - b.shrunk || a.raw - b.raw);
  return { machines, variance };
});

/** Whether a machine measures too high or too low. */
export function offsetsView(summary: Summary): View {
  const { name } = scaleOf(summary);
  const { machines, variance } = offsetsOf(summary);
  const off = machines.filter(({ low, high }) => low > 0.5 || high < -0.5);
  const drawn = machines.toSorted((a, b) => Math.abs(b.raw) - Math.abs(a.raw)).slice(0, DRAWN);
  const order = machines.filter((one) => drawn.includes(one));
  const title = "Machines' offsets";
  return {
    id: 'offsets',
    title,
    question: 'Does a machine measure too high or too low?',
    finding:
      machines.length === 0
        ? 'No machine has measured three runs of files that others measured too.'
        : `${machines.length} machines are compared; they differ by ${fixed(Math.sqrt(variance))} ${name} in truth, by estimate. ${off.length === 0 ? 'None is surely off by more than half a sigma' : `${off.map(({ machine }) => machine).join(', ')} ${off.length === 1 ? 'is' : 'are'} surely off by more than half a sigma`}.`,
    reading: `How far a machine's runs lie from the mean of the same file's runs, in ${name}, with a 95 % interval. The ring is what remains after shrinking towards zero, since a few runs say little: by so much the rule corrects. Dotted lines are half a sigma and two. Of more than ${DRAWN} machines, those farthest off are drawn; the table has all. A machine with fewer than ${FEWEST} such runs has no known offset.`,
    plot:
      order.length === 0
        ? null
        : (size) => ({
            ...frame({ ...size, height: Math.max(160, 60 + order.length * 15) }, title),
            marginLeft: size.width < 600 ? 110 : 180,
            x: { label: `offset, ${name}` },
            y: { type: 'band', domain: order.map(({ machine }) => machine), label: null, tickSize: 0 },
            marks: [
              gridX({ className: 'grid' }),
              ruleX([-2, -0.5, 0.5, 2], { className: 'limit' }),
              ruleX([0], { className: 'zero' }),
              ruleY(order, { y: 'machine', x1: 'low', x2: 'high', className: 'whisker' }),
              dot(order, { y: 'machine', x: 'raw', r: 3, className: 'record' }),
              dot(order, { y: 'machine', x: 'shrunk', r: 4, className: 'guess' }),
            ],
          }),
    table: {
      columns: ['machine', 'runs', 'offset', 'from', 'to', 'shrunk'],
      rows: machines.map(({ machine, n, raw, low, high, shrunk }) => [
        machine,
        n,
        ...[raw, low, high, shrunk].map((value) => fixed(value)),
      ]),
    },
  };
}
