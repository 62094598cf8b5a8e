import { afterEach, expect, it, vi } from 'vitest';
import { chainOf, FRONTIER, fileOf, openLink } from '../../testing/bot/chains.ts';
import { Stage } from '../../testing/bot/stage.ts';

/** No webhook arrives: each step is a bot that starts, looks at everything once, and is gone. */

// Many jobs, one after the other.
vi.setConfig({ testTimeout: 120_000 });

let stage: Stage;
afterEach(() => stage.close());

async function swept(): Promise<void> {
  await stage.startBot();
  await stage.bot!.descent.sweep(null);
  await stage.bot!.close();
  stage.bot = null;
}

/** What is ordered is measured, and a sweep collects it, until nothing is ordered. */
async function measured(loss: (run: { stage: string }) => number): Promise<void> {
  for (let round = 0; round < 12; round++) {
    await swept();
    let taken = 0;
    for (const machine of [0, 1, 0, 1]) {
      const one = await stage.take(machine);
      if (!one) continue;
      taken += 1;
      const { stage: of, seed } = one.job;
      const spread = of === 'explore' ? 0 : taken % 2 ? 0.06 : -0.06;
      await stage.handIn(one, { valBpb: loss(one.job) + spread + (seed % 1000) * 1e-6 });
      await stage.complete(one);
    }
    if (taken === 0) return;
  }
}

it('sweeps alone adopt, certify and refute', async () => {
  stage = await Stage.open({ '.github/descent.yml': FRONTIER });
  await stage.addMachine('bob', 'lab');
  await measured(() => 3);
  const first = await openLink(stage, 'nova', 'one');
  await measured((run) => (run.stage === 'baseline' ? 3 : 2.75));
  expect((await chainOf(stage)).pulls).toEqual([first]);
  expect(await stage.file('train/train.py', 'frontier')).toBe(fileOf('one'));

  const second = await openLink(stage, 'kai', 'two');
  await measured((run) => (run.stage === 'baseline' ? 3 : 1.6));
  expect((await stage.leaderboard()).tracks.cpu!.incumbent.pull).toBe(second);
  for (const number of [first, second])
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });

  const third = await openLink(stage, 'mia', 'three');
  await measured((run) => (run.stage === 'explore' ? 0.4 : 1.62));
  expect(await chainOf(stage)).toEqual({ pulls: [], certifying: null });
  expect(await stage.view(third)).toMatchObject({ state: 'closed', labels: ['not-held'] });
  expect(await stage.file('train/train.py', 'frontier')).toBe(fileOf('two'));
}, 240_000);
