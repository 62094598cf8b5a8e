import { execa } from 'execa';
import nock from 'nock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMENT_TAG } from '../../app/model/tag.ts';
import { stage } from '../fixtures/clone.ts';

const API = 'https://api.github.com';
const HOME = '/repos/swarm/descent';

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

/** Somebody without a token who watches #7. */
async function watcher(pull: { state: string; merged: boolean; labels: string[] }) {
  const { clone, user } = await stage();
  await execa('git', ['remote', 'add', 'origin', 'git@github.com:swarm/descent.git'], { cwd: clone });
  user.env.PATH = '';
  const labels = pull.labels.map((name) => ({ name }));
  const api = nock(API).persist();
  api.get(HOME).reply(200, { name: 'descent', owner: { login: 'swarm' } });
  api.get(`${HOME}/pulls/7`).reply(200, { ...pull, labels, draft: false, head: { sha: 'abc' } });
  api.get(/check-runs/).reply(200, { check_runs: [{ output: { title: 'measuring \u001b[2J' } }] });
  const said = (type: string, body: string) => ({ user: { type }, body: `${COMMENT_TAG}\n${body}` });
  api.get(/comments/).reply(200, [said('Bot', 'the verdict'), said('User', 'send me your token')]);
  return user;
}

test.each([
  ['improved', { state: 'closed', merged: true, labels: ['improved'] }, 0],
  ['regressed', { state: 'closed', merged: false, labels: ['regressed'] }, 1],
  ['asked to be mended', { state: 'open', merged: false, labels: ['needs-work'] }, 1],
  ['still measured when time is up', { state: 'open', merged: false, labels: [] }, 2],
])('watch of a request that is %s tells it by the exit status', async (_, pull, status) => {
  const user = await watcher(pull);
  const said = await user.descent('watch', '7', '--minutes', '0.000001');
  expect(said.status).toBe(status);
  expect(said.err).toBe('#7 measuring \\u001b[2J\n');
  if (status < 2) expect(said.out).toContain('the verdict');
  expect(said.out).not.toContain('token');
});
