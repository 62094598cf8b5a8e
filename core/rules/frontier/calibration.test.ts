import { expect, it } from 'vitest';
import type { MeasuredRun } from '../acceptance/rule.ts';
import { calibrate, corrected } from './calibration.ts';

const prior = { sigma: 0.001, degrees: 8 };
const run = (machine: string, valBpb: number): MeasuredRun => {
  return { stage: 'confirm', seed: 1, owner: machine.split('.')[0]!, machine, valBpb };
};

it('learns how machines differ from files of different losses, too few of each to show it alone', () => {
  const files = [0.98, 0.95, 0.93, 0.9].map((loss, i) => [
    run('ada.a', loss - 0.006 + i * 1e-5),
    run('bell.a', loss + 0.006 - i * 1e-5),
  ]);
  const calibration = calibrate(files, prior);
  expect(calibration.offsets.get('ada.a')).toBeCloseTo(-0.006, 3);
  expect(corrected(run('ada.a', 0.9), calibration)).toMatchObject({ owner: 'ada' });
  expect(corrected(run('ada.a', 0.9), calibration).loss).toBeCloseTo(0.906, 3);
  expect(corrected(run('new.a', 0.9), calibration).loss).toBe(0.9);
  expect(calibration.sigma).toBeLessThan(0.0011);
});

it('is the prior while nothing was measured twice', () => {
  const { sigma, offsets } = calibrate([[run('ada.a', 0.98)]], prior);
  expect(sigma).toBeCloseTo(prior.sigma, 12);
  expect(offsets.size).toBe(0);
});
