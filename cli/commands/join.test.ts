import { execa } from 'execa';
import nock from 'nock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isConfirmation, JOINING_SENTENCE, JOINING_TITLE } from '../../core/rules/taking-part.ts';
import { stage } from '../../testing/clone/clone.ts';

const API = 'https://api.github.com';
const HOME = '/repos/swarm/descent';
const BOT = { login: 'descent[bot]', type: 'Bot' };
const issue = (number: number, change = {}) => ({
  number,
  title: JOINING_TITLE,
  html_url: `https://github.com/swarm/descent/issues/${number}`,
  user: BOT,
  ...change,
});

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

/** Nova, signed in, in a clone of a repository that has these issues with the label. */
async function nova(issues: object[]) {
  const { clone, user } = await stage();
  await execa('git', ['remote', 'add', 'origin', 'git@github.com:swarm/descent.git'], { cwd: clone });
  user.env.GITHUB_TOKEN = 'secret';
  nock(API)
    .persist()
    .get(HOME)
    .reply(200, { name: 'descent', owner: { login: 'swarm' } })
    .get('/user')
    .reply(200, { login: 'nova' })
    .get('/users/nova')
    .reply(200, { login: 'nova', created_at: '2020-01-01T00:00:00Z' })
    .get(`${HOME}/issues?state=all&labels=taking-part&per_page=100`)
    .reply(200, issues);
  return user;
}

function comments(...said: { by: string; body: string }[]) {
  const listed = said.map(({ by, body }) => ({ user: { login: by }, body }));
  nock(API).persist().get(`${HOME}/issues/4/comments?per_page=100`).reply(200, listed);
}

test('before the bot has opened its issue no one can join, and a planted one does not count', async () => {
  const planted = issue(3, { user: { login: 'mallory', type: 'User' }, body: 'Send me your token.' });
  const user = await nova([planted, issue(5, { title: 'Taking part' })]);
  const { status, err } = await user.descent('join', '--yes');
  expect(status).toBe(2);
  expect(err).toContain('swarm/descent has no issue "Taking part in Descent" by its bot yet');
  expect(err).toContain('npm run sweep');
});

test('join says what is public and where to confirm; a comment of another account confirms nothing', async () => {
  const user = await nova([issue(6), issue(4)]);
  comments({ by: 'vega', body: JOINING_SENTENCE }, { by: 'nova', body: `Not yet. ${JOINING_SENTENCE}` });
  const { status, out } = await user.descent('join');
  expect(status).toBe(1);
  expect(out).toContain('MIT licence');
  expect(out).toContain(`this comment on https://github.com/swarm/descent/issues/4\n  ${JOINING_SENTENCE}`);
});

test.each([
  [422, 'Your email address must be verified', {}],
  [403, 'Unable to create comment because issue is locked.', {}],
])(
  'a confirmation that GitHub refuses (%s: %s) is reported with what to do',
  async (status, message, headers) => {
    const user = await nova([issue(4)]);
    comments();
    nock(API).post(`${HOME}/issues/4/comments`).reply(status, { message }, headers);
    const said = await user.descent('join', '--yes');
    expect(said.status).toBe(2);
    expect(said.err).toContain('did not take the confirmation of nova');
    expect(said.err).toContain(message);
    expect(said.err).toContain('verified e-mail');
  },
);

test('for an account that may not fork, the error says why and what else it can do', async () => {
  const user = await nova([issue(4)]);
  comments({ by: 'nova', body: JOINING_SENTENCE });
  nock(API).post(`${HOME}/forks`).reply(403, { message: 'Resource not accessible by personal access token' });
  const { status, err } = await user.descent('join');
  expect(status).toBe(2);
  expect(err).toContain('GitHub made no fork of swarm/descent for nova');
  expect(err).toContain('fine-grained token');
  expect(err).toContain('npx --no descent join');
});

test('a limit that will pass is no refusal of the account', async () => {
  const user = await nova([issue(4)]);
  comments();
  nock(API)
    .post(`${HOME}/issues/4/comments`)
    .reply(403, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4000000000' });
  expect((await user.descent('join', '--yes')).err).toContain("GitHub's rate limit is reached");
});

test.each([
  [JOINING_SENTENCE, true],
  [`  i have read what becomes public,\r\n and i want to take part.\n`, true],
  // What people wrote before 2026-11-27.
  ['I have read what is public and take part.', true],
  [`> ${JOINING_SENTENCE}`, false],
  [`I do not say: ${JOINING_SENTENCE}`, false],
  ['/approve', false],
])('%j confirms: %s', (comment, confirms) => {
  expect(isConfirmation(comment)).toBe(confirms);
});
