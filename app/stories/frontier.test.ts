import { afterEach, describe, expect, it } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { frontierStage, measureAll } from '../../testing/bot/chains.ts';
import { checked, events } from '../../testing/bot/events.ts';
import { ADA } from '../../testing/bot/owners.ts';
import type { Stage } from '../../testing/bot/stage.ts';

let stage: Stage;
afterEach(() => stage.close());

describe('the frontier', () => {
  it('a gain too small to certify is adopted after one run; main stays, and the pull request stays open', async () => {
    stage = await frontierStage();
    const file = 'print("better")\n';
    const number = await stage.open('nova', file);
    const main = (await stage.leaderboard()).tracks.cpu!.incumbent.blob;
    await stage.measureOn(ADA, { valBpb: 1.75 });
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: false, state: 'open', labels: ['adopted'] });
    const { incumbent, frontier, counts } = (await stage.leaderboard()).tracks.cpu!;
    expect(incumbent.blob).toBe(main);
    expect(frontier?.chain).toMatchObject([{ pull: number, author: 'nova', blob: gitBlob(file) }]);
    expect(counts).toMatchObject({ adopted: 1 });
    expect(await stage.file('train/train.py', 'frontier')).toBe(file);
  });

  it('a chain of small gains is certified at once: main moves to its head, and all of its pull requests are merged', async () => {
    stage = await frontierStage();
    const numbers: number[] = [];
    for (const [i, loss] of [1.75, 1.6, 0.6].entries()) {
      const from = i === 0 ? undefined : await stage.branch('frontier');
      numbers.push(await stage.open(`author-${i}`, `print("better ${i}")\n`, from ? { from } : {}));
      await measureAll(stage, loss);
    }
    const { incumbent, frontier } = (await stage.leaderboard()).tracks.cpu!;
    expect(incumbent).toMatchObject({ pull: numbers[2], blob: gitBlob('print("better 2")\n') });
    expect(frontier?.chain).toEqual([]);
    expect(await stage.file('train/train.py')).toBe('print("better 2")\n');
    for (const number of numbers)
      expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
    expect(await checked(stage)).toMatchObject({ difference: null });
    const token = JSON.parse(await stage.file('results/tokens/cpu/1.json'));
    expect(token).toMatchObject({ pull: numbers[2], author: { login: 'author-2' }, chain: numbers });
    const told = (await events(stage)).filter(({ kind }) => kind === 'adopted' || kind === 'certified');
    expect(told).toMatchObject([
      { kind: 'adopted', pull: numbers[0] },
      { kind: 'adopted', pull: numbers[1] },
      { kind: 'adopted', pull: numbers[2] },
      { kind: 'certified', pull: numbers[2], pulls: numbers },
    ]);
  });
});
