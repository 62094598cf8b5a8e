import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FrontierState, LINK_TRAILER, NO_FRONTIER } from '../../core/formats/frontier.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { GOOD_BODY, REPO, SEVERAL, Stage } from '../../testing/bot/stage.ts';
import { leaderboardOf } from '../../testing/examples/leaderboard.ts';
import { octokitPort } from '../github/octokit.ts';
import type { Port } from '../github/port.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { readSnapshot } from './snapshot.ts';

/** What is read of frontiers, from branches as the bot writes them and as people may. */

const BEGIN = 'print("the beginning")\n';
const TRAIN = 'train/train.py';
const NONE: FrontierState = NO_FRONTIER;

let stage: Stage;
let port: Port;
let main: string;

beforeEach(async () => {
  const config = SEVERAL.replace('sigma: 0.1', 'sigma: 0.1\n    frontier: true');
  stage = await Stage.open({ '.github/descent.yml': config });
  port = octokitPort(stage.agentOf(REPO.owner), { owner: REPO.owner, name: REPO.repo, appId: null });
  await remember(NONE);
});
afterEach(() => stage.close());

/** Main's leaderboard knows this frontier. */
async function remember(frontier: FrontierState, incumbent = BEGIN): Promise<void> {
  const board = leaderboardOf({ blob: gitBlob(incumbent) });
  board.tracks.cpu!.frontier = frontier;
  await stage.commit({ 'results/leaderboard.json': JSON.stringify(board) });
  const { data } = await stage.onlooker.git.getRef({ ...REPO, ref: 'heads/main' });
  main = data.object.sha;
}

const knowing = (...texts: string[]): FrontierState => ({
  ...NONE,
  known: texts.map((text) => ({ blob: gitBlob(text), pull: 1, estimate: { loss: 2, variance: 1 } })),
});

interface LinkWish {
  text: string;
  head?: string | null;
  trailer?: string;
}

/** Links on a commit of main, as the bot shows them. */
async function show(links: LinkWish[], from = main, branch = 'frontier'): Promise<string> {
  const made = [];
  for (const { text, head = null, trailer } of links) {
    const blob = await port.keep(text);
    const body = `Pull-Request: #1\n\n${trailer ?? `${LINK_TRAILER}: ${blob}`}`;
    made.push({ blob, head, message: { headline: 'adopted: a try', body } });
  }
  return port.showFrontier({ kind: 'frontier', branch, from, path: TRAIN, links: made });
}

async function read(number: number): Promise<Snapshot> {
  const sources = {
    now: () => new Date('2026-11-27T12:00:00Z'),
    draw: () => ({ seed: 1, nonce: 'f'.repeat(32) }),
    results: new Map(),
    similar: async () => [],
  };
  const subject = { kind: 'pull' as const, number };
  const snapshot = await readSnapshot(port, { subject, heads: [], retry: false }, sources);
  return snapshot!;
}

const frontiers = async (): Promise<Record<string, string[]>> =>
  Object.fromEntries(
    Object.entries((await port.readMain()).frontiers).map(([name, { links }]) => [
      name,
      links.map(({ blob }) => blob),
    ]),
  );
const blobs = (...texts: string[]) => texts.map((text) => gitBlob(text));

/** A commit with these parents, by somebody's hand. */
async function commit(login: string, text: string, parents: string[], message = 'Edit'): Promise<string> {
  const agent = await stage.agent(login);
  const at = { owner: login, repo: REPO.repo };
  const below = await agent.git.getCommit({ ...at, commit_sha: parents[0]! });
  const tree = await agent.git.createTree({
    ...at,
    base_tree: below.data.tree.sha,
    tree: [{ path: TRAIN, mode: '100644', type: 'blob', content: text }],
  });
  const made = await agent.git.createCommit({ ...at, message, tree: tree.data.sha, parents });
  return made.data.sha;
}

/** A pull request whose branch is at this commit. */
async function opened(login: string, sha: string, branch = 'try'): Promise<number> {
  const agent = await stage.agent(login);
  await agent.git.createRef({ owner: login, repo: REPO.repo, ref: `refs/heads/${branch}`, sha });
  const { data } = await agent.pulls.create({
    ...REPO,
    head: `${login}:${branch}`,
    base: 'main',
    title: 'Try',
    body: GOOD_BODY,
  });
  return data.number;
}

describe('the branches of frontiers', () => {
  it('are read link by link, oldest first, and no other branch with a like name', async () => {
    expect(await frontiers()).toEqual({});
    await show([{ text: 'a' }, { text: 'b' }]);
    await show([{ text: 'c' }], main, 'frontier-h100');
    await show([{ text: 'd' }], main, 'my-frontier');
    expect(await frontiers()).toEqual({ frontier: blobs('a', 'b'), 'frontier-h100': blobs('c') });
  });

  it('stand on main without links', async () => {
    const oid = await show([]);
    expect(oid).toBe(main);
    expect((await port.readMain()).frontiers).toEqual({ frontier: { oid, links: [] } });
  });

  it('are walked by first parents alone: what a pull request wrote in its commits is no link', async () => {
    const forged = `Better\n\n${LINK_TRAILER}: ${gitBlob('evil')}`;
    const below = await commit('nova', 'evil', [main], forged);
    const head = await commit('nova', 'a', [below], forged);
    await show([{ text: 'a', head }]);
    expect(await frontiers()).toEqual({ frontier: blobs('a') });
  });

  it('end where a commit is no link, whatever lies below it', async () => {
    await show([{ text: 'a' }, { text: 'by hand', trailer: 'By-Hand: yes' }, { text: 'b' }]);
    expect(await frontiers()).toEqual({ frontier: blobs('b') });
  });

  it('are read to their end, where links bring more commits than one page has', async () => {
    const links: LinkWish[] = [];
    for (let i = 0; i < 24; i += 1) {
      let head = main;
      for (let j = 0; j < 6; j += 1) head = await commit('nova', `${i} ${j}`, [head]);
      links.push({ text: `link ${i}`, head });
    }
    await show(links);
    expect(await frontiers()).toEqual({ frontier: blobs(...links.map(({ text }) => text)) });
  }, 60_000);

  it('have no more of what was certified', async () => {
    await show([{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
    const number = await stage.open('nova', 'own');
    await remember(NONE, 'b');
    expect((await read(number)).frontiers.frontier!.links.map(({ blob }) => blob)).toEqual(blobs('c'));
  });
});

describe('the file that a change was made to', () => {
  const changedFrom = async (number: number) => (await read(number)).pull.changedFrom;

  it('is main’s where the branch began there, or a link of the frontier, over several commits', async () => {
    await remember(knowing(BEGIN, 'a'));
    const link = await show([{ text: 'a' }]);
    expect(await changedFrom(await stage.open('nova', 'own'))).toBe(gitBlob(BEGIN));
    const first = await commit('kai', 'a, one', [link]);
    expect(await changedFrom(await opened('kai', await commit('kai', 'a, two', [first])))).toBe(gitBlob('a'));
  });

  it('is the frontier’s file that was merged into the branch since', async () => {
    await remember(knowing(BEGIN, 'a'));
    const old = await commit('nova', 'own', [main]);
    const link = await show([{ text: 'a' }]);
    const number = await opened('nova', await commit('nova', 'a with own', [old, link], 'Merge'));
    expect(await changedFrom(number)).toBe(gitBlob('a'));
  });

  it('is the newer link after a rebase', async () => {
    await remember(knowing(BEGIN, 'a', 'b'));
    const link = await show([{ text: 'a' }]);
    const number = await opened('nova', await commit('nova', 'a own', [link]));
    const newer = await show([{ text: 'b' }], link);
    const rebased = await commit('nova', 'b own', [newer]);
    const agent = await stage.agent('nova');
    await agent.git.updateRef({
      owner: 'nova',
      repo: REPO.repo,
      ref: 'heads/try',
      sha: rebased,
      force: true,
    });
    expect(await changedFrom(number)).toBe(gitBlob('b'));
  });

  it('may be a link that was refuted since', async () => {
    await remember(knowing(BEGIN, 'a'));
    const link = await show([{ text: 'a' }]);
    const number = await opened('nova', await commit('nova', 'a own', [link]));
    await show([]);
    expect(await changedFrom(number)).toBe(gitBlob('a'));
  });

  it('is what its own file was adopted as, where it goes on from there', async () => {
    await remember(knowing(BEGIN, 'own'));
    const first = await commit('nova', 'own', [main]);
    expect(await changedFrom(await opened('nova', await commit('nova', 'own, more', [first])))).toBe(
      gitBlob('own'),
    );
  });

  it('is never the file itself: not where it was put back, nor where an older one was', async () => {
    await remember(knowing(BEGIN, 'a', 'own'));
    const link = await show([{ text: 'a' }]);
    const own = await commit('nova', 'own', [link]);
    const again = await commit('nova', 'own', [await commit('nova', 'other', [own])]);
    expect(await changedFrom(await opened('nova', again))).toBe(gitBlob('a'));
    const back = await commit('kai', BEGIN, [link]);
    expect(await changedFrom(await opened('kai', back))).toBe(gitBlob('a'));
  });

  it('is where the branch began when it is unknown what it was since, and no older file of main', async () => {
    await stage.commit({ [TRAIN]: 'forgotten by the leaderboard\n' });
    const number = await stage.open('nova', 'own');
    expect(await changedFrom(number)).toBe(gitBlob('forgotten by the leaderboard\n'));
  });
});

describe('what a branch would bring', () => {
  const between = async (head: string) => {
    const { main, frontiers } = await port.readMain();
    const links = Object.values(frontiers).map((one) => one.links.map(({ oid }) => oid));
    return (await port.commitsBetween(main.oid, head, 10, links))?.map(({ message }) => message);
  };

  it('begins after the link it stands on, which brought others’ commits', async () => {
    const others = await commit('kai', 'a', [main], 'by kai');
    const link = await show([{ text: 'a', head: others }, { text: 'b' }]);
    await show([{ text: 'c' }], link);
    const head = await commit('nova', 'b own', [await commit('nova', 'b first', [link], 'one')], 'two');
    expect(await between(head)).toEqual(['one', 'two']);
  });

  it('is the branch’s own where the frontier has adopted it', async () => {
    const head = await commit('nova', 'own', [main], 'own');
    await show([{ text: 'own', head }]);
    expect(await between(head)).toEqual(['own']);
  });

  it('leaves out what main has got since, too', async () => {
    const link = await show([{ text: 'a' }]);
    await stage.commit({ 'train/prepare.py': 'print(2)\n' });
    const { data } = await stage.onlooker.git.getRef({ ...REPO, ref: 'heads/main' });
    const head = await commit('nova', 'a own', [link, data.object.sha], 'with main');
    expect(await between(head)).toEqual(['with main']);
  });

  it('is long where many links were refuted: none of those comes into main', async () => {
    const links = Array.from({ length: 12 }, (_, i) => ({ text: `link ${i}` }));
    const head = await commit('nova', 'own', [await show(links)]);
    await show([]);
    expect(await between(head)).toBeUndefined();
  });

  it('keeps a pull request that begins at the frontier eligible: it changes the one file', async () => {
    const link = await show([{ text: 'a' }, { text: 'b' }]);
    const { pull } = await read(await opened('nova', await commit('nova', 'b own', [link])));
    expect(pull.files).toEqual([{ path: TRAIN, change: 'modified' }]);
  });
});
