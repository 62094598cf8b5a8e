import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LINK_TRAILER } from '../../core/formats/frontier.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { blobs, FrontierScene, knowing, type LinkWish } from '../../testing/bot/frontier-scene.ts';

/** What is read of frontiers, from branches as the bot writes them and as people may. */

const TRAIN = 'train/train.py';
const BEGIN = FrontierScene.begin;

let scene: FrontierScene;
beforeEach(async () => {
  scene = await FrontierScene.open();
});
afterEach(() => scene.close());

const frontiers = async (): Promise<Record<string, string[]>> =>
  Object.fromEntries(
    Object.entries((await scene.port.readMain()).frontiers).map(([name, { links }]) => [
      name,
      links.map(({ blob }) => blob),
    ]),
  );

describe('the branches of frontiers', () => {
  it('are read link by link, oldest first, and no other branch with a like name', async () => {
    expect(await frontiers()).toEqual({});
    await scene.show([{ text: 'a' }, { text: 'b' }]);
    await scene.show([{ text: 'c' }], scene.main, 'frontier-h100');
    await scene.show([{ text: 'd' }], scene.main, 'my-frontier');
    expect(await frontiers()).toEqual({ frontier: blobs('a', 'b'), 'frontier-h100': blobs('c') });
  });

  it('stand on main without links', async () => {
    const oid = await scene.show([]);
    expect(oid).toBe(scene.main);
    expect((await scene.port.readMain()).frontiers).toEqual({ frontier: { oid, links: [] } });
  });

  it('are walked by first parents alone: what a pull request wrote in its commits is no link', async () => {
    const forged = `Better\n\n${LINK_TRAILER}: ${gitBlob('evil')}`;
    const below = await scene.commit('nova', 'evil', [scene.main], forged);
    const head = await scene.commit('nova', 'a', [below], forged);
    await scene.show([{ text: 'a', head }]);
    expect(await frontiers()).toEqual({ frontier: blobs('a') });
  });

  it('end where a commit is no link, whatever lies below it', async () => {
    await scene.show([{ text: 'a' }, { text: 'by hand', trailer: 'By-Hand: yes' }, { text: 'b' }]);
    expect(await frontiers()).toEqual({ frontier: blobs('b') });
  });

  it('are read to their end, where links bring more commits than one page has', async () => {
    const links: LinkWish[] = [];
    for (let i = 0; i < 24; i += 1) {
      let head = scene.main;
      for (let j = 0; j < 6; j += 1) head = await scene.commit('nova', `${i} ${j}`, [head]);
      links.push({ text: `link ${i}`, head });
    }
    await scene.show(links);
    expect(await frontiers()).toEqual({ frontier: blobs(...links.map(({ text }) => text)) });
  }, 60_000);

  it('have no more of what was certified', async () => {
    await scene.show([{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
    const number = await scene.stage.open('nova', 'own');
    await scene.remember({}, 'b');
    expect((await scene.read(number)).frontiers.frontier!.links.map(({ blob }) => blob)).toEqual(blobs('c'));
  });
});

describe('the file that a change was made to', () => {
  const changedFrom = async (number: number) => (await scene.read(number)).pull.changedFrom;

  it('is main’s where the branch began there, or a link of the frontier, over several commits', async () => {
    await scene.remember(knowing(BEGIN, 'a'));
    const link = await scene.show([{ text: 'a' }]);
    expect(await changedFrom(await scene.stage.open('nova', 'own'))).toBe(gitBlob(BEGIN));
    const first = await scene.commit('kai', 'a, one', [link]);
    expect(await changedFrom(await scene.opened('kai', await scene.commit('kai', 'a, two', [first])))).toBe(
      gitBlob('a'),
    );
  });

  it('is the frontier’s file that was merged into the branch since', async () => {
    await scene.remember(knowing(BEGIN, 'a'));
    const old = await scene.commit('nova', 'own', [scene.main]);
    const link = await scene.show([{ text: 'a' }]);
    const number = await scene.opened('nova', await scene.commit('nova', 'a with own', [old, link], 'Merge'));
    expect(await changedFrom(number)).toBe(gitBlob('a'));
  });

  it('is the newer link after a rebase', async () => {
    await scene.remember(knowing(BEGIN, 'a', 'b'));
    const link = await scene.show([{ text: 'a' }]);
    const number = await scene.opened('nova', await scene.commit('nova', 'a own', [link]));
    const newer = await scene.show([{ text: 'b' }], link);
    const rebased = await scene.commit('nova', 'b own', [newer]);
    await scene.pushed('nova', rebased);
    expect(await changedFrom(number)).toBe(gitBlob('b'));
  });

  it('may be a link that was refuted since', async () => {
    await scene.remember(knowing(BEGIN, 'a'));
    const link = await scene.show([{ text: 'a' }]);
    const number = await scene.opened('nova', await scene.commit('nova', 'a own', [link]));
    await scene.show([]);
    expect(await changedFrom(number)).toBe(gitBlob('a'));
  });

  it('is what its own file was adopted as, where it goes on from there', async () => {
    await scene.remember(knowing(BEGIN, 'own'));
    const first = await scene.commit('nova', 'own', [scene.main]);
    expect(
      await changedFrom(await scene.opened('nova', await scene.commit('nova', 'own, more', [first]))),
    ).toBe(gitBlob('own'));
  });

  it('is never the file itself: not where it was put back, nor where an older one was', async () => {
    await scene.remember(knowing(BEGIN, 'a', 'own'));
    const link = await scene.show([{ text: 'a' }]);
    const own = await scene.commit('nova', 'own', [link]);
    const again = await scene.commit('nova', 'own', [await scene.commit('nova', 'other', [own])]);
    expect(await changedFrom(await scene.opened('nova', again))).toBe(gitBlob('a'));
    const back = await scene.commit('kai', BEGIN, [link]);
    expect(await changedFrom(await scene.opened('kai', back))).toBe(gitBlob('a'));
  });

  it('is where the branch began when it is unknown what it was since, and no older file of main', async () => {
    await scene.edit({ [TRAIN]: 'forgotten by the leaderboard\n' });
    const number = await scene.stage.open('nova', 'own');
    expect(await changedFrom(number)).toBe(gitBlob('forgotten by the leaderboard\n'));
  });
});

describe('what a branch would bring', () => {
  const between = async (head: string) => {
    const { main, frontiers } = await scene.port.readMain();
    const links = Object.values(frontiers).map((one) => one.links.map(({ oid }) => oid));
    return (await scene.port.commitsBetween(main.oid, head, 10, links))?.map(({ message }) => message);
  };

  it('begins after the link it stands on, which brought others’ commits', async () => {
    const others = await scene.commit('kai', 'a', [scene.main], 'by kai');
    const link = await scene.show([{ text: 'a', head: others }, { text: 'b' }]);
    await scene.show([{ text: 'c' }], link);
    const head = await scene.commit(
      'nova',
      'b own',
      [await scene.commit('nova', 'b first', [link], 'one')],
      'two',
    );
    expect(await between(head)).toEqual(['one', 'two']);
  });

  it('is the branch’s own where the frontier has adopted it', async () => {
    const head = await scene.commit('nova', 'own', [scene.main], 'own');
    await scene.show([{ text: 'own', head }]);
    expect(await between(head)).toEqual(['own']);
  });

  it('leaves out what main has got since, too', async () => {
    const link = await scene.show([{ text: 'a' }]);
    await scene.edit({ 'train/prepare.py': 'print(2)\n' });
    const head = await scene.commit('nova', 'a own', [link, scene.main], 'with main');
    expect(await between(head)).toEqual(['with main']);
  });

  it('is long where many links were refuted: none of those comes into main', async () => {
    const links = Array.from({ length: 12 }, (_, i) => ({ text: `link ${i}` }));
    const head = await scene.commit('nova', 'own', [await scene.show(links)]);
    await scene.show([]);
    expect(await between(head)).toBeUndefined();
  });

  it('keeps a pull request that begins at the frontier eligible: it changes the one file', async () => {
    const link = await scene.show([{ text: 'a' }, { text: 'b' }]);
    const { pull } = await scene.read(
      await scene.opened('nova', await scene.commit('nova', 'b own', [link])),
    );
    expect(pull.files).toEqual([{ path: TRAIN, change: 'modified' }]);
  });
});
