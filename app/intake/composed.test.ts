import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FrontierComposition, FrontierLink } from '../../core/formats/frontier.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { FrontierScene, knowing } from '../../testing/bot/frontier-scene.ts';

/** A pull request's change put onto what was adopted since. */

const line = (name: string, value: number) => `${name} = ${value}\n`;
const file = (depth: number, width: number, end = 'print(1)\n') =>
  `${line('depth', depth)}a = 1\nb = 2\nc = 3\n${line('width', width)}d = 4\n${end}`;
const OLD = file(1, 1);
const OWN = file(2, 1);
const NEW = file(1, 2);
const BOTH = file(2, 2);

let scene: FrontierScene;
beforeEach(async () => {
  scene = await FrontierScene.open();
  await scene.edit({ 'train/train.py': OLD });
});
afterEach(() => scene.close());

const estimate = { loss: 1.9, variance: 1 };
const link = (pull: number, text: string, head: string, more: Partial<FrontierLink> = {}): FrontierLink => ({
  ...{ pull, author: 'kai', title: 'Try', blob: gitBlob(text), from: null, head, base: gitBlob(OLD) },
  ...{ gain: 0.1, brings: true, estimate, at: '2026-11-27T12:00:00Z', tried: false },
  ...more,
});
const composition = (
  pull: number,
  text: string,
  head: string,
  more: Partial<FrontierComposition> = {},
): FrontierComposition => ({
  ...{ pull, blob: gitBlob(text), from: gitBlob(OWN), head, onto: gitBlob(NEW), estimate },
  ...{ seen: { gain: 0.1, deviation: 0.1 }, dropped: false },
  ...more,
});

/** Kai's file is the frontier's head, nova's own was begun before it. */
async function begun(text = OWN, adopted = NEW, measured = true): Promise<{ number: number; head: string }> {
  const head = await scene.commit('nova', text, [scene.main]);
  const number = await scene.opened('nova', head);
  await scene.show([{ text: adopted }]);
  await scene.remember({ ...knowing(OLD, adopted), chain: [link(99, adopted, scene.main)] }, OLD);
  if (measured) await scene.measured(number, head, text);
  return { number, head };
}

describe('a file that gained on an older one', () => {
  it('is composed with what was adopted since, as soon as it is measured', async () => {
    const { number, head } = await begun(OWN, NEW, false);
    expect((await scene.read(number)).composed).toEqual({});
    await scene.measured(number, head, OWN);
    expect((await scene.read(number)).composed.cpu).toEqual({
      ...{ from: gitBlob(OWN), base: gitBlob(OLD), onto: gitBlob(NEW) },
      ...{ kind: 'file', blob: gitBlob(BOTH), text: BOTH, problems: [] },
    });
  });

  it('is not where it stands on the newest file already', async () => {
    const newest = await scene.show([{ text: NEW }]);
    const head = await scene.commit('nova', BOTH, [newest]);
    const number = await scene.opened('nova', head);
    await scene.remember({ ...knowing(OLD, NEW), chain: [link(99, NEW, scene.main)] }, OLD);
    await scene.measured(number, head, BOTH);
    expect(await scene.read(number)).toMatchObject({ composed: {}, pull: { changedFrom: gitBlob(NEW) } });
  });

  it('goes onto the newest composition of others that was not dropped, not onto its own', async () => {
    const { number, head } = await begun();
    const other = file(1, 2, 'print(3)\n');
    await scene.port.keep(other);
    const compositions = [
      composition(98, other, head),
      composition(97, file(1, 9), head, { dropped: true }),
      composition(number, BOTH, head),
    ];
    const chain = [link(99, NEW, scene.main)];
    await scene.remember({ ...knowing(OLD, NEW), chain, compositions }, OLD);
    expect((await scene.read(number)).composed.cpu).toMatchObject({
      onto: gitBlob(other),
      text: file(2, 2, 'print(3)\n'),
    });
  });

  it('shows what its branch would bring, although it is no gain over main by itself', async () => {
    const { number, head } = await begun(OWN, NEW, false);
    expect((await scene.read(number)).pull.branch).toBeNull();
    await scene.measured(number, head, OWN, { valBpb: 2.5 });
    expect((await scene.read(number)).pull.branch).toMatchObject([{ message: 'Edit', login: 'nova' }]);
  });

  it('is told of the lines where both changed the same', async () => {
    const { number } = await begun(OWN, file(3, 1));
    expect((await scene.read(number)).composed.cpu).toMatchObject({
      kind: 'conflict',
      conflicts: [{ line: 1, before: ['depth = 1'], theirs: ['depth = 3'], ours: ['depth = 2'] }],
    });
  });

  it('that brings nothing new is the newest file itself, whatever its line ends', async () => {
    const adopted = BOTH.replaceAll('\n', '\r\n');
    const { number } = await begun(OWN, adopted);
    expect((await scene.read(number)).composed.cpu).toMatchObject({ blob: gitBlob(adopted), text: adopted });
  });

  it('whose composed file is no Python or too long is not fit to be measured', async () => {
    const { number } = await begun(file(2, 1, 'print(1)\nif b:\n'), file(1, 2));
    expect((await scene.read(number)).composed.cpu).toMatchObject({
      kind: 'file',
      problems: [expect.stringContaining('train/train.py')],
    });
  });
});

describe('a composed file', () => {
  it('has its text, its digest and its difference from the best once its run has come', async () => {
    const { number, head } = await begun();
    await scene.port.keep(BOTH);
    await scene.measured(number, head, BOTH, { ordinal: 2, nonce: 'e'.repeat(32) });
    const chain = [link(99, NEW, scene.main)];
    const compositions = [composition(number, BOTH, head)];
    await scene.remember({ ...knowing(OLD, NEW), chain, compositions }, OLD);
    const { contents, diffs } = await scene.read(number);
    expect(Object.keys(contents)).toEqual(expect.arrayContaining([gitBlob(OWN), gitBlob(BOTH)]));
    expect(diffs[gitBlob(BOTH)]?.cpu).toContain('+width = 2');
    expect(diffs[gitBlob(OWN)]?.cpu).not.toContain('+width = 2');
  });
});

describe('an order for a composed file', () => {
  it('is of the pull request’s head, which has another file: its report is taken as any other', async () => {
    const { number, head } = await begun();
    await scene.ordered(number, head, BOTH);
    const taken = (await scene.stage.take())!;
    expect(taken.job).toMatchObject({ pull: number, head, blob: gitBlob(BOTH) });
    const at = { owner: 'descent', repo: 'descent', file_sha: taken.job.blob };
    const { data } = await scene.stage.onlooker.git.getBlob(at); // as the action does
    expect(Buffer.from(data.content, 'base64').toString()).toBe(BOTH);
    await scene.stage.finish(taken, { valBpb: 1.8 });
    const { pull, diffs } = await scene.read(number);
    const run = pull.heads[0]!.runs.find(({ key }) => key.blob === gitBlob(BOTH));
    expect(run?.finding).toMatchObject({ kind: 'report', facts: { run: { valBpb: 1.8 } } });
    expect(diffs[gitBlob(BOTH)]?.cpu).toContain('+width = 2');
  });
});

describe('the commit whose checks carry a link', () => {
  it('is read when it has been pushed over, and when the pull request is closed', async () => {
    const { number, head } = await begun();
    await scene.remember({ ...knowing(OLD), chain: [link(number, OWN, head)] }, OLD);
    await scene.pushed('nova', await scene.commit('nova', 'other', [scene.main]));
    const runsOn = async () =>
      (await scene.read(number)).pull.heads.map(({ oid, runs }) => [oid === head, runs.length]);
    expect(await runsOn()).toEqual([
      [false, 0],
      [true, 1],
    ]);
    await scene.stage.agentOf('nova').pulls.update({
      ...{ owner: 'descent', repo: 'descent', pull_number: number },
      state: 'closed',
    });
    expect(await runsOn()).toEqual([
      [false, 0],
      [true, 1],
    ]);
  });

  it('is not asked for twice where the branch still has it', async () => {
    const { number, head } = await begun();
    await scene.remember({ ...knowing(OLD), chain: [link(number, OWN, head)] }, OLD);
    expect((await scene.read(number)).pull.heads.map(({ oid }) => oid)).toEqual([head]);
  });
});
