import { afterEach, expect, it } from 'vitest';
import { ADA, BOB, EVE, measureAll, recordOf, threeOwners } from '../testing/owners.ts';
import type { Stage } from '../testing/stage.ts';

/** The loss of a run is public as soon as it is collected: an owner may repeat it. */

let stage: Stage;
afterEach(() => stage.close());

async function seenOf(number: number): Promise<number> {
  const { head } = await stage.view(number);
  const text = (await stage.check(head, 'descent cpu explore 1'))!.output.text!;
  return JSON.parse(text.slice(8, -4)).facts.run.valBpb;
}

it('makes nobody’s file invalid: it is measured by another, does not count, and the machine is found to be alone', async () => {
  stage = await threeOwners();
  const number = await stage.open('nova', 'print("a gain, not sure yet")\n');
  await stage.measureOn(ADA, { valBpb: 1.9 });
  await stage.measureOn(EVE, { valBpb: await seenOf(number) });
  expect(await stage.view(number)).toMatchObject({ state: 'open', labels: [] });
  expect(await stage.take(EVE)).toBeNull();

  // She goes on with what she may take: confirmations are not hers either.
  const done = await measureAll(stage, (who, of) => (of === 'audit' && who !== 'eve' ? 1.91 : 1.6));
  expect(done.filter((one) => one !== 'audit eve')).not.toContain('confirm eve');
  expect(await stage.view(number)).not.toMatchObject({ labels: ['invalid'] });
  const record = await recordOf(stage, number);
  const hers = record.runs.find((run) => run.owner === 'eve')!;
  expect(hers).toMatchObject({ valBpb: 1.9, discounted: expect.any(String) });
  expect(record.audits.find((audit) => audit.of === hers.runId)).toMatchObject({
    why: 'equal',
    outcome: 'outlier',
    outlier: 'eve.box',
  });
  expect((await stage.leaderboard()).tracks.cpu!.machines['eve.box']!.outliers).toMatchObject([
    { pull: number, author: 'nova' },
  ]);
}, 90_000);

it.each([
  ['the last digit changed', (seen: number) => seen + 2.3e-16],
  ['the loss of the incumbent’s run', () => 2],
])(
  '%s is a loss like any other',
  async (_, lie) => {
    stage = await threeOwners();
    const number = await stage.open('nova', 'print("a gain, not sure yet")\n');
    await stage.measureOn(ADA, { valBpb: 1.9 });
    await stage.measureOn(EVE, { valBpb: lie(await seenOf(number)) });
    await measureAll(stage, () => 1.9, [ADA, BOB]);
    expect((await stage.view(number)).labels).not.toContain('invalid');
  },
  90_000,
);

it('a file that gives one loss whatever its seed is invalid all the same', async () => {
  stage = await threeOwners();
  const number = await stage.open('nova', 'print("pinned")\n');
  await stage.measureOn(ADA, { valBpb: 1.9 });
  await stage.measureOn(EVE, { valBpb: 1.9 });
  await stage.measureOn(BOB, { valBpb: 1.9 });
  const view = await stage.view(number);
  expect(view).toMatchObject({ merged: false, labels: ['invalid'] });
  expect(view.comments[0]).toContain('on machines of several owners');
});
