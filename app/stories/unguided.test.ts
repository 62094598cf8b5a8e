import { afterEach, expect, it } from 'vitest';
import { ADA, BOB, recordOf } from '../../testing/bot/owners.ts';
import { SEVERAL, Stage } from '../../testing/bot/stage.ts';
import { reportOf } from '../../testing/examples/report.ts';

/** A machine that has not measured the incumbent draws all probes by chance, and a lie on the hardest tokens passes. */

let stage: Stage;
afterEach(() => stage.close());

it('merges nothing that no machine compared with the incumbent: it is measured there first', async () => {
  stage = await Stage.open({ '.github/descent.yml': SEVERAL });
  await stage.beginSeveral(2);
  const number = await stage.open('nova', 'print("better")\n');
  const knows = new Set<string>(); // all caches were emptied
  const done: string[] = [];
  for (let idle = 0, turn = 0; idle < 2 && done.length < 20; turn++) {
    const taken = await stage.take(turn % 2 === 0 ? ADA : BOB);
    idle = taken ? 0 : idle + 1;
    if (!taken) continue;
    const { stage: of, seed } = taken.job;
    const guided = of !== 'rescore' && knows.has(taken.machine);
    const probes = { ...reportOf(taken.job).probes!, guided };
    await stage.finish(taken, { probes, valBpb: (of === 'baseline' ? 2 : 1.5) + seed * 1e-17 });
    done.push(`${of} ${taken.machine}`);
    if (of === 'baseline') knows.add(taken.machine);
    if (knows.size < 2) expect((await stage.view(number)).merged).toBe(false);
  }
  expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  expect(done.filter((one) => one.startsWith('baseline')).toSorted()).toEqual([
    'baseline ada.desk',
    'baseline bob.lab',
  ]);
  const { runs } = await recordOf(stage, number);
  const guided = runs.filter((run) => run.probes?.guided === true);
  expect(new Set(guided.map((run) => run.owner))).toEqual(new Set(['ada', 'bob']));
}, 90_000);
