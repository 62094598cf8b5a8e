import { afterEach, describe, expect, it } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { FrontierStage, program } from '../../testing/bot/frontier-stage.ts';

let scene: FrontierStage;
afterEach(() => scene.stage.close());

const RATE = { 3: 'layer_3 = 0.003' };
const DEPTH = { 20: 'layer_20 = 200' };
const BOTH = program({ ...RATE, ...DEPTH });

/** Two gains begun from the same file: the first is adopted, the change of the second has gained over main. */
async function twoGains(first = program(RATE), second = program(DEPTH), main = program(), loss = 1.75) {
  scene = await FrontierStage.open(main);
  const numbers = [await scene.stage.open('nova', first), await scene.stage.open('kai', second)] as const;
  await scene.measured(numbers[0], 1.75);
  await scene.measured(numbers[1], loss);
  return numbers;
}

describe('a gain over an older file', () => {
  it('is put onto the newest, measured there as a file of its own, and adopted', async () => {
    const [first, second] = await twoGains();
    expect(await scene.stage.view(second)).toMatchObject({ state: 'open', labels: [] });
    expect(await scene.standing()).toEqual({ chain: [first], underWay: [second] });
    const { job } = await scene.measured(second, 1.5);
    expect(job).toMatchObject({ pull: second, blob: gitBlob(BOTH), stage: 'explore' });

    expect(await scene.stage.view(second)).toMatchObject({
      state: 'open',
      merged: false,
      labels: ['adopted'],
    });
    expect(await scene.stage.codes(second)).toMatchObject({
      state: 'verdict',
      conclusion: 'neutral',
      rules: { frontier: 'adopt', verdict: 'adopted' },
    });
    expect(await scene.standing()).toEqual({ chain: [first, second], underWay: [] });
    expect(await scene.stage.file('train/train.py', 'frontier')).toBe(BOTH);
    expect(await scene.stage.file('train/train.py')).toBe(program());
    expect(await scene.result(second, BOTH)).toMatchObject({
      verdict: 'adopted',
      composedFrom: gitBlob(program(DEPTH)),
      base: { pull: first, blob: gitBlob(program(RATE)) },
    });
    expect(await scene.result(second, program(DEPTH))).toMatchObject({
      verdict: 'inconclusive',
      reason: { code: 'composed' },
      base: { pull: null, blob: gitBlob(program()) },
    });
  });

  it('that is cancelled by what was adopted since is found out by measurement', async () => {
    const [first, second] = await twoGains();
    await scene.measured(second, 2.2);
    expect(await scene.stage.view(second)).toMatchObject({ state: 'closed', labels: ['inconclusive'] });
    expect(await scene.standing()).toEqual({ chain: [first], underWay: [] });
    expect((await scene.frontier()).compositions).toEqual([]);
    expect(await scene.stage.file('train/train.py', 'frontier')).toBe(program(RATE));
    expect(await scene.result(second, BOTH)).toMatchObject({ reason: { code: 'no-gain' } });
  });

  it('in the same lines is told with both sides, harmless, and what was adopted since', async () => {
    const other = program({ 3: 'layer_3 = 5  # @nova ``` <img>' });
    const [first, second] = await twoGains(program(RATE), other);
    const view = await scene.stage.view(second);
    expect(view).toMatchObject({ state: 'closed', labels: ['inconclusive'] });
    expect(await scene.result(second, other)).toMatchObject({
      reason: { code: 'conflict' },
      conflict: { onto: gitBlob(program(RATE)), since: [first], places: [{ line: 3 }] },
      untrusted: expect.arrayContaining(['conflict']),
    });
    // Both sides stand in one fence that the stranger's backticks cannot close.
    const [, shown] = /````text\n([\s\S]*?)\n````\n/.exec(view.comments[0]!)!;
    expect(shown!.split('\n')).toEqual([
      expect.any(String),
      RATE[3],
      expect.any(String),
      'layer_3 = 3',
      expect.any(String),
      'layer_3 = 5  # @nova ``` <img>',
      expect.any(String),
    ]);
    expect(view.comments[0]).toMatch(/descent rebase/);
    expect(await scene.standing()).toEqual({ chain: [first], underWay: [] });
  });

  it('that gives no program with what was adopted since is told why, and not measured', async () => {
    const body = (first: string, second: string) =>
      program({ 10: 'if layer_9:', 11: first, 12: '    # between', 13: '', 14: second });
    const [one, other] = ['    layer_11 = 11', '    layer_14 = 14'];
    const [without11, without14] = [body('    # gone', other), body(one, '    # gone')];
    const [first, second] = await twoGains(without11, without14, body(one, other));
    expect(await scene.stage.view(second)).toMatchObject({ state: 'closed', labels: ['inconclusive'] });
    expect(await scene.result(second, without14)).toMatchObject({ reason: { code: 'composed-unreadable' } });
    expect(await scene.standing()).toEqual({ chain: [first], underWay: [] });
  });

  it('that is all on the frontier already is not measured again', async () => {
    const [first, second] = await twoGains(BOTH, program(DEPTH));
    expect(await scene.stage.view(second)).toMatchObject({ state: 'closed', labels: ['inconclusive'] });
    expect(await scene.result(second, program(DEPTH))).toMatchObject({ reason: { code: 'contained' } });
    expect(await scene.standing()).toEqual({ chain: [first], underWay: [] });
  });

  it('that has all of what was adopted since, and more, is judged over that by the runs it has', async () => {
    const [first, second] = await twoGains(program(RATE), BOTH, program(), 1.8);
    expect(await scene.standing()).toEqual({ chain: [first], underWay: [] });
    expect(await scene.stage.view(second)).toMatchObject({ state: 'closed', labels: ['inconclusive'] });
    expect(await scene.result(second, BOTH)).toMatchObject({
      reason: { code: 'no-gain' },
      base: { pull: first, blob: gitBlob(program(RATE)) },
    });
    const { counts } = (await scene.stage.leaderboard()).tracks.cpu!;
    expect(counts).toMatchObject({ adopted: 1, inconclusive: 1 });
  });

  it('the same, where it is better than what was adopted: it is the next link without another run', async () => {
    const [first, second] = await twoGains(program(RATE), BOTH, program(), 1.4);
    expect(await scene.standing()).toEqual({ chain: [first, second], underWay: [] });
    expect((await scene.frontier()).chain[1]).toMatchObject({ from: null, blob: gitBlob(BOTH) });
    const result = await scene.result(second, BOTH);
    expect(result).toMatchObject({ verdict: 'adopted', base: { pull: first } });
    expect(result.composedFrom).toBeUndefined();
  });
});
