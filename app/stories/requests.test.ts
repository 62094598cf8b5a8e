import { afterEach, describe, expect, it } from 'vitest';
import { SEVERAL, Stage } from '../../testing/bot/stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const UNLIKE = '## Hypothesis\nA cosine schedule ends with smaller updates.\n';

/** The bot's requests since the last call, one line each. */
async function requests(since: number): Promise<{ lines: string[]; last: number }> {
  const all = await stage.control.requests(since);
  const lines = all.filter((one) => one.actor?.endsWith('[bot]')).map((one) => `${one.method} ${one.path}`);
  return { lines, last: all.at(-1)?.n ?? since };
}

describe('requests to GitHub', () => {
  it.each([
    ['rejected', 2.5, 11],
    ['merged', 1.5, 15], // two of them look at the commits that main's history would take
  ])('for a %s experiment stay within the budget', async (_verdict, valBpb, budget) => {
    stage = await Stage.open();
    await stage.begin(2);
    await stage.open('vega', 'print("before")\n'); // measured, so that there is something similar
    await stage.measure({ valBpb: 2.4 });
    const { last } = await requests(0);
    await stage.open('nova', 'print("other")\n', { body: UNLIKE });
    await stage.measure({ valBpb });
    const { lines } = await requests(last);
    expect(lines.length, lines.join('\n')).toBeLessThanOrEqual(budget);
  });

  it('for a merge on five runs of two owners and a scoring stay within 72, and a regression still costs one run', async () => {
    stage = await Stage.open({ '.github/descent.yml': SEVERAL });
    await stage.beginSeveral(2);
    const { last } = await requests(0);
    await stage.open('nova', 'print("worse")\n');
    await stage.measureOn(0, { valBpb: 2.9 });
    const rejected = await requests(last);
    expect(rejected.lines.length, rejected.lines.join('\n')).toBeLessThanOrEqual(11);
    const number = await stage.open('nova', 'print("better")\n');
    await stage.measureOn(0, { valBpb: 1.2 });
    for (const [i, machine] of [0, 1, 0, 1].entries())
      await stage.measureOn(machine, { valBpb: 1.21 + i / 100 });
    for (const machine of [0, 1]) await stage.measureOn(machine, {}); // scored once more, before it is merged
    expect(await stage.view(number)).toMatchObject({ merged: true });
    const merged = await requests(rejected.last);
    expect(merged.lines.length, merged.lines.join('\n')).toBeLessThanOrEqual(72);
  });
});
