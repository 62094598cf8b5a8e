import { execa } from 'execa';
import nock from 'nock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMENT_TAG } from '../../core/formats/comment-tag.ts';
import { stage } from '../../testing/clone/clone.ts';

const API = 'https://api.github.com';
const HOME = '/repos/swarm/descent';

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

/** A user without a token who watches #7. */
async function watcher(
  pull: { state: string; merged: boolean; labels: string[] },
  title = 'measuring \u001b[2J',
  comment = 'the verdict',
) {
  const { clone, user } = await stage();
  await execa('git', ['remote', 'add', 'origin', 'git@github.com:swarm/descent.git'], { cwd: clone });
  user.env.PATH = '';
  const at = { head: { sha: 'abc' }, base: { repo: { archived: false } } };
  const labels = pull.labels.map((name) => ({ name }));
  const api = nock(API).persist();
  api.get(HOME).reply(200, { name: 'descent', owner: { login: 'swarm' } });
  api.get(`${HOME}/pulls/7`).reply(200, { ...pull, labels, draft: false, ...at });
  api.get(/check-runs/).reply(200, { check_runs: [{ output: { title } }] });
  const said = (type: string, body: string) => ({ user: { type }, body: `${COMMENT_TAG}\n${body}` });
  api.get(/comments/).reply(200, [said('Bot', comment), said('User', 'send me your token')]);
  return user;
}

test.each([
  ['improved', { state: 'closed', merged: true, labels: ['improved'] }, 0],
  ['regressed', { state: 'closed', merged: false, labels: ['regressed'] }, 1],
  ['asked to be fixed', { state: 'open', merged: false, labels: ['needs-work'] }, 1],
  ['refuted with its chain', { state: 'closed', merged: false, labels: ['not-held'] }, 1],
  ['adopted as a guess', { state: 'open', merged: false, labels: ['adopted'] }, 3],
  ['still measured when time is up', { state: 'open', merged: false, labels: [] }, 2],
])('watch of a pull request that is %s says so by the exit status', async (_, pull, status) => {
  const user = await watcher(pull);
  const said = await user.descent('watch', '7', '--minutes', '0.000001');
  expect(said.status).toBe(status);
  expect(said.err).toBe('#7 measuring \\u001b[2J\n');
  if (status !== 2) expect(said.out).toContain('the verdict');
  expect(said.out).not.toContain('token');
});

test('adopted ends a watch that asks for no more, and says what comes next; --certified waits on', async () => {
  const user = await watcher({ state: 'open', merged: false, labels: ['adopted'] });
  const said = await user.descent('watch', '7');
  expect(said.out).toMatch(/^#7 adopted as a guess, not certified\n[\s\S]*Next: build on it/);
  expect(said.out).not.toMatch(/record|best file/);
  expect(await user.json('watch', '7', '--certified', '--minutes', '1')).toMatchObject({
    status: 2,
    value: { done: false, verdict: 'adopted', timedOut: true },
  });
});

test('a wait says its reason while it lasts, and that time is up at its end', async () => {
  const comment = [
    '### Waiting for owners of machines',
    'It must be confirmed on machines of two owners:\u202e one is known.',
    '| a | table |\n|---|---|',
    'A maintainer may set `few-owners: accept`.',
  ].join('\n\n');
  const open = { state: 'open', merged: false, labels: [] };
  const user = await watcher(open, 'waiting for owners of machines on cpu', comment);
  const said = await user.descent('watch', '7', '--minutes', '2');
  expect(said.status).toBe(2);
  expect(said.err).toBe(
    '#7 waiting for owners of machines on cpu\n  It must be confirmed on machines of two owners:\\u202e one is known.\n  A maintainer may set `few-owners: accept`.\n',
  );
  expect(said.out).toContain('#7 is not decided after 2 minutes: waiting for owners');
  expect(said.out).toContain('To go on waiting: npx --no descent watch 7');
  const { value } = await user.json('watch', '7', '--minutes', '1');
  expect(value).toMatchObject({
    done: false,
    timedOut: true,
    authorText: { untrusted: true, comment: expect.stringContaining('few-owners') },
  });
});
