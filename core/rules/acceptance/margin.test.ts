import { expect, it } from 'vitest';
import { decideByMargin } from './margin.ts';

it.each([
  ['a gain of the whole margin', 1.5, 'improved', 'beats-margin'],
  ['a gain of more', 1.4, 'improved', 'beats-margin'],
  ['a gain of less', 1.6, 'inconclusive', 'within-margin'],
  ['the same loss', 2, 'regressed', 'no-gain'],
  ['a worse loss', 2.25, 'regressed', 'no-gain'],
  ['no number', Number.NaN, 'regressed', 'no-gain'],
])('%s of one run', (_name, loss, verdict, code) => {
  expect(decideByMargin(loss, 2, 0.5)).toMatchObject({ verdict, code, valBpb: loss, incumbent: 2 });
});

it('says by how much it is worse', () => {
  expect(decideByMargin(2.25, 2, 0.5).text).toContain(' 0.2500 bits per byte worse');
});
