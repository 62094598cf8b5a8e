import { expect, it } from 'vitest';
import { run } from '../../testing/examples/run.ts';
import { bpb, meanBpb, signed } from './loss.ts';

it('a mean is of the runs that have a loss', () => {
  expect(meanBpb([run(1), run(null), run(2)])).toBe(1.5);
});

it('losses have four digits, differences a sign', () => {
  expect([bpb(0.97), signed(0.5), signed(-0.00005), signed(0)]).toEqual([
    '0.9700',
    '+0.5000',
    '-0.0001',
    '+0.0000',
  ]);
});
