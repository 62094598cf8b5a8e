import { afterEach, describe, expect, it } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { FrontierStage, having, program } from '../../testing/bot/frontier-stage.ts';

/** Several changes that are put onto each other at the same time, as in a merge queue. */

let scene: FrontierStage;
afterEach(() => scene.stage.close());

const AUTHORS = ['nova', 'kai', 'lin', 'mia'];

/** Four gains begun from the same file: the first is adopted, the others are under way, each put onto the one before. */
async function threeUnderWay(config?: string) {
  scene = await FrontierStage.open(program(), config);
  const pulls: number[] = [];
  for (const [i, author] of AUTHORS.entries()) pulls.push(await scene.stage.open(author, having(i)));
  for (const pull of pulls) await scene.measured(pull, 1.75);
  return pulls as [number, number, number, number];
}

describe('three compositions under way', () => {
  it('stand on each other; a result that comes early waits for those before it', async () => {
    const [a, b, c, d] = await threeUnderWay();
    expect(await scene.standing()).toEqual({ chain: [a], underWay: [b, c, d] });
    const { compositions } = await scene.frontier();
    expect(compositions.map(({ blob }) => blob)).toEqual(
      [having(0, 1), having(0, 1, 2), having(0, 1, 2, 3)].map((text) => gitBlob(text)),
    );
    await scene.measured(d, 1.2);
    await scene.measured(c, 1.4);
    expect(await scene.standing()).toEqual({ chain: [a], underWay: [b, c, d] });
    await scene.measured(b, 1.6);
    expect(await scene.standing()).toEqual({ chain: [a, b, c, d], underWay: [] });
    expect(await scene.stage.file('train/train.py', 'frontier')).toBe(having(0, 1, 2, 3));
  });

  it('the last goes on where the middle one is dropped, if it is better than the head all the same', async () => {
    const [a, b, c, d] = await threeUnderWay();
    await scene.measured(d, 1.2);
    await scene.measured(c, 1.4);
    await scene.measured(b, 2.3);
    expect(await scene.stage.view(b)).toMatchObject({ state: 'closed', labels: ['inconclusive'] });
    // Those that waited for it are decided at once.
    expect(await scene.standing()).toEqual({ chain: [a, c, d], underWay: [] });
    expect((await scene.frontier()).compositions).toEqual([]);
  });

  it('the last is dropped where it is a gain over the dropped one alone; each that waited is told', async () => {
    const [a, b, c, d] = await threeUnderWay();
    await scene.measured(d, 2.3);
    await scene.measured(c, 2.2);
    await scene.measured(b, 2.6);
    expect(await scene.standing()).toEqual({ chain: [a], underWay: [] });
    for (const pull of [b, c, d]) expect(await scene.stage.view(pull)).toMatchObject({ state: 'closed' });
    expect(await scene.result(c, having(0, 1, 2))).toMatchObject({ base: { pull: b } });
  });
});
