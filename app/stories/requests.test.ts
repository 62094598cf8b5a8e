import { afterEach, describe, expect, it } from 'vitest';
import { Stage } from '../testing/stage.ts';

let stage: Stage;
afterEach(() => stage.close());

interface Logged {
  n: number;
  method: string;
  path: string;
  actor: string | null;
}

/** The bot's requests since the last look, one line each. */
async function requests(since: number): Promise<{ lines: string[]; last: number }> {
  const all = await stage.door<Logged[]>('GET', `requests?since=${since}`);
  const lines = all.filter((one) => one.actor?.endsWith('[bot]')).map((one) => `${one.method} ${one.path}`);
  return { lines, last: all.at(-1)?.n ?? since };
}

describe('requests to GitHub', () => {
  it.each([
    ['rejected', 2.5, 11],
    ['merged', 1.5, 13],
  ])('for a %s experiment stay within the budget', async (_verdict, valBpb, budget) => {
    stage = await Stage.open();
    await stage.begin(2);
    const { last } = await requests(0);
    await stage.open('nova', 'print("other")\n');
    await stage.measure({ valBpb });
    const { lines } = await requests(last);
    expect(lines.length, lines.join('\n')).toBeLessThanOrEqual(budget);
  });
});
