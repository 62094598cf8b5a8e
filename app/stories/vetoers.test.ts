import { afterEach, expect, it } from 'vitest';
import { ADA, BOB, EVE, type Loss, measureAll, recordOf, threeOwners } from '../../testing/bot/owners.ts';
import { AUDITED, type Stage } from '../../testing/bot/stage.ts';
import { DISCOUNTED } from '../say/result-reasons.ts';

/** An owner who says no, by a lie that audits are too coarse to blame. */

const truth: Loss = (_, of) => (of === 'baseline' ? 2.005 : 1.8);

let stage: Stage;
afterEach(() => stage.close());

it('a refusal that falls with its repeat is reopened, and no machine is blamed', async () => {
  stage = await threeOwners();
  const number = await stage.open('nova', 'print("truly 1.8")\n');
  await stage.measureOn(EVE, { valBpb: 2.12 }); // the incumbent is 2.005, sigma 0.1
  expect(await stage.view(number)).toMatchObject({ state: 'closed' });
  await measureAll(stage, truth);
  expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  const result = await recordOf(stage, number);
  expect(result.audits[0]).toMatchObject({ outcome: 'agreed', outlier: null });
  expect(result.runs[0]).toMatchObject({
    owner: 'eve',
    discounted: DISCOUNTED.setAside,
  });
  const { machines, counts } = (await stage.leaderboard()).tracks.cpu!;
  expect(machines['eve.box']!.outliers).toEqual([]);
  expect(counts).toMatchObject({ improved: 1, invalid: 0 });
}, 120_000);

it('a crash that only one of two owners sees refuses nothing for good', async () => {
  stage = await threeOwners();
  const number = await stage.open('nova', 'print("runs well")\n');
  const change = {
    outcome: 'crashed',
    valBpb: null,
    probes: null,
    reason: { code: 'training-killed' },
  } as const;
  await stage.measureOn(EVE, change);
  expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['crashed'] });
  await measureAll(stage, truth, [ADA, BOB]);
  expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
}, 120_000);

it('a refusal that its repeat bears out stays', async () => {
  stage = await threeOwners(`${AUDITED}audits: { probation-jobs: 10, share: 0.1 }\n`);
  const number = await stage.open('nova', 'print("truly worse")\n');
  await stage.measureOn(EVE, { valBpb: 2.4 });
  await measureAll(stage, () => 2.3, [ADA, BOB]);
  expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['regressed'] });
}, 120_000);
