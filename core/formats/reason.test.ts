import { expect, it } from 'vitest';
import { measuredValue, reasonSchema, sayReason } from './reason.ts';

it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'a loss of %s, for which JSON has no number, comes through a report and is said',
  (value) => {
    for (const reason of [
      { code: 'claim-far-off', nats: measuredValue(value), limit: 1 },
      { code: 'claims-off', of: 'uniform', nats: measuredValue(value), limit: 1 },
    ])
      expect(sayReason(reasonSchema.parse(JSON.parse(JSON.stringify(reason))))).toContain(
        String(value).replace('-', ''),
      );
  },
);

it('says whether claims were too good or too bad, and by how much', () => {
  const said = (nats: number) => sayReason({ code: 'claims-off', of: 'heldout', nats, limit: 0.001 });
  expect(said(0.25)).toContain('0.25000 nats better');
  expect(said(-0.25)).toContain(' 0.25000 nats worse');
});
