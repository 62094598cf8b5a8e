import { execa } from 'execa';
import nock from 'nock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stage } from '../../testing/clone/clone.ts';

const API = 'https://api.github.com';
const HOME = { name: 'descent', owner: { login: 'swarm' } };

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

/** A user who is signed in, in a clone of a fork. */
async function agent() {
  const { clone, user } = await stage();
  await execa('git', ['remote', 'add', 'origin', 'git@github.com:nova/descent.git'], { cwd: clone });
  user.env.GITHUB_TOKEN = 'secret';
  nock(API)
    .get('/repos/nova/descent')
    .reply(200, { name: 'descent', owner: { login: 'nova' }, parent: HOME });
  nock(API).get('/user').reply(200, { login: 'nova' });
  return user;
}

test('an idea goes to the repository the fork came from', async () => {
  const user = await agent();
  nock(API)
    .post('/repos/swarm/descent/issues', { title: 'Idea: wider heads', body: 'wider heads' })
    .reply(201, { number: 7, html_url: 'https://github.com/swarm/descent/issues/7' });
  expect((await user.json('idea', 'wider', 'heads')).value).toMatchObject({ number: 7 });
});

test('limits and troubles that pass are waited out', async () => {
  const user = await agent();
  const issues = nock(API);
  issues.post('/repos/swarm/descent/issues').reply(429, {}, { 'retry-after': '2' });
  issues.post('/repos/swarm/descent/issues').reply(403, {}, { 'retry-after': '1' });
  issues.post('/repos/swarm/descent/issues').reply(201, { number: 7, html_url: 'x' });
  expect((await user.json('idea', 'wider')).status).toBe(0);
});

test('a read is repeated after a server error, and an error that stays is reported', async () => {
  const user = await agent();
  const pulls = () => nock(API).get('/repos/swarm/descent/pulls?state=open&per_page=100');
  const issues = () => nock(API).get('/repos/swarm/descent/issues?state=all&per_page=100');
  pulls().reply(502, {});
  pulls().reply(503, {});
  pulls().reply(200, []);
  issues().reply(200, []);
  expect((await user.json('ideas')).value).toEqual({ ideas: [] });

  const other = await agent();
  pulls().times(4).reply(503, {});
  const { status, err } = await other.descent('ideas');
  expect(status).toBe(2);
  expect(err).toContain('GitHub is in trouble (503');
  expect(err).toContain('Try again in a minute');
});

test('a write is not sent twice after a server error, since it may have been done', async () => {
  const user = await agent();
  nock(API).post('/repos/swarm/descent/issues').reply(502, {});
  const { status, err } = await user.descent('idea', 'wider');
  expect(status).toBe(2);
  expect(err).toContain('GitHub is in trouble (502');
  expect(nock.isDone()).toBe(true);
});

test.each([
  [429, { 'retry-after': '3600' }, "GitHub's rate limit is reached"],
  [401, {}, 'the token is expired or wrong'],
  [
    403,
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4000000000' },
    "GitHub's rate limit is reached",
  ],
  [403, {}, 'the account may not do this'],
  [404, {}, 'GitHub knows no such thing'],
  [422, {}, 'GitHub refused (422'],
])('a %s is reported in plain words', async (status, headers, words) => {
  const user = await agent();
  nock(API).post('/repos/swarm/descent/issues/3/comments').reply(status, { message: 'no' }, headers);
  const { err } = await user.descent('insight', '3', 'learned');
  expect(err).toContain(words);
  expect(err).not.toContain('secret');
});

test('a missing network is reported', async () => {
  const user = await agent();
  nock(API).post('/repos/swarm/descent/issues').replyWithError('getaddrinfo ENOTFOUND');
  expect((await user.descent('idea', 'wider')).err).toContain('GitHub cannot be reached');
});

test('in a clone without a remote on GitHub, the error says how to add one', async () => {
  const { user } = await stage();
  user.env.GITHUB_TOKEN = 'secret';
  expect((await user.descent('idea', 'wider')).err).toContain('git remote add upstream');
});

/** A claim as GitHub lists it. */
function draft(number: number, sha: string, about: { title?: string; body?: string } = {}) {
  return {
    ...{ number, title: 'Claim: a smaller batch', body: '', draft: true, labels: [] },
    ...{ node_id: 'x', html_url: 'x', user: { login: 'vega' }, head: { sha, ref: 'x' } },
    ...{ created_at: '2026-11-20T10:00:00Z', ...about },
  };
}

/** Commits, by sha and the time their authors gave them. */
function pushed(commits: Record<string, string>) {
  for (const [sha, date] of Object.entries(commits))
    nock(API).get(`/repos/swarm/descent/git/commits/${sha}`).reply(200, { committer: { date } });
}

test('a draft without a push for half an hour is no longer a claim', async () => {
  const user = await agent();
  nock(API)
    .get(/pulls/)
    .reply(200, [draft(5, 'old'), draft(6, 'new')]);
  pushed({ old: '2026-11-20T11:00:00Z', new: '2026-11-20T11:45:00Z' });
  const { value } = await user.json('claim', 'a smaller batch');
  expect(value).toMatchObject({
    claimed: false,
    lostTo: { number: 6, expiresAt: '2026-11-20T12:15:00.000Z' },
  });
});

test('an idea is claimed by its number, whatever the words; a commit dated into the future holds nothing', async () => {
  const user = await agent();
  const body = 'I am about to try this.\r\n\r\nIdea: #3\r\n';
  nock(API)
    .get(/pulls/)
    .reply(200, [
      draft(5, 'future', { title: 'Claim: longer rotary base', body }),
      draft(6, 'new', { title: 'Claim: stretch the rotations', body }),
    ]);
  pushed({ future: '2099-01-01T00:00:00Z', new: '2026-11-20T11:45:00Z' });
  const { value } = await user.json('claim', '--idea', '3', 'Rotary embeddings that see further');
  expect(value).toMatchObject({ claimed: false, lostTo: { number: 6 } });
});

test('an idea whose claim has lapsed is free again', async () => {
  const user = await agent();
  nock(API)
    .get(/pulls/)
    .reply(200, [draft(5, 'old', { body: 'Idea: #3' }), draft(6, 'new', { body: 'Idea: #4' })]);
  pushed({ old: '2026-11-20T11:00:00Z', new: '2026-11-20T11:45:00Z' });
  const idea = (number: number) => ({
    number,
    title: `Idea: number ${number}`,
    state: 'open',
    html_url: 'x',
  });
  nock(API)
    .get(/issues/)
    .reply(200, [idea(3), idea(4)]);
  expect((await user.json('ideas', '--open')).value.ideas).toMatchObject([{ number: 3, claimedBy: null }]);
});
