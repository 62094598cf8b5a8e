import { expect, it } from 'vitest';
import { kernelDensity, modesBand, modesOf } from './density.ts';
import { falseGain, mixtureOf } from './mixture.ts';
import { createRandom } from './random.ts';

const GRID = { from: -10, step: 0.1, count: 401 };
const random = createRandom(3);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const around = (center: number, n: number) => Array.from({ length: n }, () => center + normal());
const modes = (values: number[]) => modesOf(kernelDensity(values, 1, GRID), GRID);

it('finds as many modes as there are heaps that a run can tell apart, and where', () => {
  expect(modes(around(0, 2000))).toHaveLength(1);
  const three = modes([...around(0, 1000), ...around(8, 1000), ...around(18, 1000)]);
  expect(three).toHaveLength(3);
  for (const [i, center] of [0, 8, 18].entries()) expect(three[i]).toBeCloseTo(center, 0);
  // Two heaps closer than the noise of a run are one; a few strays are none.
  expect(modes([...around(0, 1000), ...around(1, 1000)])).toHaveLength(1);
  expect(modes([...around(0, 2000), ...around(20, 20)])).toHaveLength(1);
  expect(modes([])).toEqual([]);
  expect(modesBand(around(0, 500), 1, GRID)).toEqual([1, 1]);
});

it('learns from all candidates how many gains are luck', () => {
  const random = createRandom(11);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  // Nine in ten change nothing; one in ten gains about 3, and every figure is off by about 1.
  const truths = Array.from({ length: 4000 }, () => (random() < 0.9 ? 0 : 3 + normal() * 0.5));
  const shown = truths.map((truth) => ({ effect: truth + normal(), error: 1 }));
  const parts = mixtureOf(shown, 1);
  const chosen = shown.map((one, i) => ({ one, truth: truths[i]! })).filter(({ one }) => one.effect > 2);
  const expected = chosen.reduce((sum, { one }) => sum + falseGain(parts, one), 0);
  const luck = chosen.filter(({ truth }) => truth <= 0).length;
  expect(expected / luck).toBeGreaterThan(0.7);
  expect(expected / luck).toBeLessThan(1.4);
});
