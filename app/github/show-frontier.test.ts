import { Octokit } from '@octokit/rest';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { octokitPort } from './octokit.ts';
import { PortError } from './port.ts';

/** How the branch of a frontier is written, against recorded answers of GitHub. */

const API = 'https://api.github.test';
const GIT = '/repos/descent/descent/git';
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const port = octokitPort(new Octokit({ baseUrl: API, log: silent }), {
  ...{ owner: 'descent', name: 'descent', appId: null },
});

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(pending).toEqual([]);
});

const message = { headline: 'adopted', body: 'why' };
const show = (links: { blob: string; head: string | null }[], from = 'main') =>
  port.showFrontier({
    ...{ kind: 'frontier', branch: 'frontier', from, path: 'train/train.py' },
    links: links.map((link) => ({ ...link, message })),
  });
const tree = (base: string, blob: string) => ({
  base_tree: base,
  tree: [{ mode: '100644', type: 'blob', path: 'train/train.py', sha: blob }],
});
const commit = (of: string, parents: string[]) => ({ message: 'adopted\n\nwhy', tree: of, parents });
const move = (sha: string) => nock(API).patch(`${GIT}/refs/heads/frontier`, { sha, force: true });
const make = (sha: string) => nock(API).post(`${GIT}/refs`, { ref: 'refs/heads/frontier', sha });

describe('the branch of a frontier', () => {
  it('gets its links in order, each on the tree below it, and is forced to the last', async () => {
    nock(API)
      .get(`${GIT}/commits/main`)
      .reply(200, { tree: { sha: 't0' } });
    nock(API).post(`${GIT}/trees`, tree('t0', 'a')).reply(201, { sha: 't1' });
    nock(API)
      .post(`${GIT}/commits`, commit('t1', ['main', 'h1']))
      .reply(201, { sha: 'l1' });
    nock(API).post(`${GIT}/trees`, tree('t1', 'b')).reply(201, { sha: 't2' });
    nock(API)
      .post(`${GIT}/commits`, commit('t2', ['l1']))
      .reply(201, { sha: 'l2' });
    move('l2').reply(200, {});
    const links = [
      { blob: 'a', head: 'h1' },
      { blob: 'b', head: null },
    ];
    expect(await show(links)).toBe('l2');
  });

  it('goes back to main without a commit', async () => {
    move('main').reply(200, {});
    expect(await show([])).toBe('main');
  });

  it('is made where there is none', async () => {
    move('main').reply(422, { message: 'Reference does not exist' });
    make('main').reply(201, {});
    expect(await show([])).toBe('main');
  });

  it('is moved when somebody made it meanwhile', async () => {
    move('main').reply(422, { message: 'Reference does not exist' });
    make('main').reply(422, { message: 'Reference already exists' });
    move('main').reply(200, {});
    expect(await show([])).toBe('main');
  });

  it('that a rule protects is refused in GitHub’s words', async () => {
    const rule = 'Repository rule violations found\n\nCannot force-push to this branch';
    move('main').times(2).reply(422, { message: rule });
    make('main').reply(422, { message: 'Reference already exists' });
    const error = await show([]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PortError);
    expect(error).toMatchObject({
      ...{ kind: 'refused', status: 422 },
      message: expect.stringContaining('Cannot force-push to this branch'),
    });
  });

  it('has a link without the head of a pull request that GitHub no longer has', async () => {
    nock(API)
      .get(`${GIT}/commits/main`)
      .reply(200, { tree: { sha: 't0' } });
    nock(API).post(`${GIT}/trees`, tree('t0', 'a')).reply(201, { sha: 't1' });
    nock(API)
      .post(`${GIT}/commits`, commit('t1', ['main', 'gone']))
      .reply(422, { message: 'Parent SHA does not exist or is not a commit object' });
    nock(API)
      .post(`${GIT}/commits`, commit('t1', ['main']))
      .reply(201, { sha: 'l1' });
    move('l1').reply(200, {});
    expect(await show([{ blob: 'a', head: 'gone' }])).toBe('l1');
  });

  it('of a repository that was emptied is refused', async () => {
    nock(API).get(`${GIT}/commits/main`).reply(409, { message: 'Git Repository is empty.' });
    await expect(show([{ blob: 'a', head: null }])).rejects.toMatchObject({ kind: 'refused', status: 409 });
  });

  it('is left for the next look when GitHub does not answer', async () => {
    move('main').reply(502);
    await expect(show([])).rejects.toMatchObject({ kind: 'transient' });
  });
});

describe('a composed file', () => {
  it('is kept as the text it is, and known by git’s name of it', async () => {
    nock(API).post(`${GIT}/blobs`, { content: 'é\n', encoding: 'utf-8' }).reply(201, { sha: 'b' });
    expect(await port.keep('é\n')).toBe('b');
  });
});
