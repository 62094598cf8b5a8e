import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { pythonInterpreter } from '../../setup/paths.mjs';
import { rankCorrelation } from './correlation.ts';
import { kernelDensity } from './density.ts';
import { countOf, deviationInterval, shareInterval } from './intervals.ts';
import { createRandom } from './random.ts';

const CASES = 200;

function randomCases() {
  const random = createRandom(7);
  const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  return Array.from({ length: CASES }, () => {
    const n = whole(1, 400);
    const pairs = whole(10, 60);
    return {
      n,
      k: whole(0, n),
      degrees: whole(1, 300),
      deviation: random(),
      probabilities: Array.from({ length: whole(1, 40) }, () => random() * random()),
      // Few values, so that many are equal.
      x: Array.from({ length: pairs }, () => whole(0, 12)),
      y: Array.from({ length: pairs }, () => whole(0, 12)),
      bandwidth: 0.5 + random(),
      grid: { from: -5, step: 0.1, count: 151 },
      // On the grid: others are rounded to it.
      values: Array.from({ length: whole(1, 50) }, () => -5 + whole(0, 150) / 10),
    };
  });
}

it('agrees with numpy and scipy on random cases', async () => {
  const cases = randomCases();
  const script = join(import.meta.dirname, 'reference.py');
  const { stdout } = await execa(pythonInterpreter(join(import.meta.dirname, '..', '..')), [script], {
    input: JSON.stringify(cases),
  });
  const answers = JSON.parse(stdout) as {
    share: [number, number];
    deviation: [number, number];
    count: [number, number, number];
    correlation: number;
    density: number[];
  }[];
  expect(answers).toHaveLength(CASES);
  for (const [i, given] of cases.entries()) {
    const expected = answers[i]!;
    const share = shareInterval(given.k, given.n);
    expect(share.low).toBeCloseTo(expected.share[0], 8);
    expect(share.high).toBeCloseTo(expected.share[1], 8);
    const deviation = deviationInterval(given.deviation, given.degrees);
    expect(deviation.low).toBeCloseTo(expected.deviation[0], 6);
    expect(deviation.high / expected.deviation[1]).toBeCloseTo(1, 6);
    const { expected: sum, low, high } = countOf(given.probabilities);
    expect(sum).toBeCloseTo(expected.count[0], 10);
    expect([low, high]).toEqual(expected.count.slice(1));
    expect(rankCorrelation(given.x, given.y)!.value).toBeCloseTo(expected.correlation, 10);
    const density = kernelDensity(given.values, given.bandwidth, given.grid);
    // Beyond five bandwidths the kernel is left out.
    for (const [k, value] of density.entries()) expect(value).toBeCloseTo(expected.density[k]!, 5);
  }
});
