import { execa } from 'execa';
import nock from 'nock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stage } from '../../testing/clone/clone.ts';
import { connect } from './client.ts';
import { openProposals } from './proposals.ts';

/** What GitHub cannot show must not hide other things from a command. */

const API = 'https://api.github.com';
beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

async function agent() {
  const { clone, user } = await stage();
  await execa('git', ['remote', 'add', 'upstream', 'git@github.com:swarm/descent.git'], { cwd: clone });
  user.env.GITHUB_TOKEN = 'secret';
  nock(API)
    .persist()
    .get('/repos/swarm/descent')
    .reply(200, { name: 'descent', owner: { login: 'swarm' } });
  nock(API).persist().get('/user').reply(200, { login: 'nova' });
  return user;
}

const proposal = (number: number, commits: object[] | null) => ({
  ...{ number, title: 'Wider heads', url: 'https://github.com/swarm/descent/pull/1', isDraft: false },
  ...{ body: '## Hypothesis\nwider heads see more of the text\n', headRefName: 'x', author: null },
  commits: { nodes: commits },
});
const file = { commit: { file: { object: { isTruncated: false, text: 'print(1)\n' } } } };
const forbidden = (path: (string | number)[]) => ({ errors: [{ type: 'FORBIDDEN', message: 'no', path }] });

test.each([
  ['a pull request, without a word', [null, proposal(7, [file])], {}],
  [
    'a pull request, with an error',
    [null, proposal(7, [file])],
    forbidden(['repository', 'pullRequests', 'nodes', 0]),
  ],
  ['the commit of a pull request', [proposal(7, [null as never])], {}],
  ['the commits of a pull request', [proposal(7, null)], {}],
  [
    'a part of a pull request, with an error',
    [proposal(6, [file]), proposal(7, [file])],
    forbidden(['repository', 'pullRequests', 'nodes', 0, 'author']),
  ],
])('null in place of %s: the others are compared', async (_what, nodes, errors) => {
  const user = await agent();
  nock(API)
    .post('/graphql')
    .reply(200, { data: { repository: { pullRequests: { nodes } } }, ...errors });
  const proposals = await openProposals(await connect(user), null);
  expect(proposals.map((one) => one.number)).toEqual([7]);
});

test('a claim whose commit is not shown lapses by its own clock, and hides no other claim', async () => {
  const user = await agent();
  const draft = (number: number, sha: string) => ({
    ...{
      number,
      title: 'Claim: wider heads',
      body: '',
      draft: true,
      labels: [],
      node_id: 'x',
      html_url: 'x',
    },
    ...{ user: null, created_at: '2026-11-20T11:50:00Z', head: { sha, ref: 'x' } },
  });
  const idea = {
    number: 3,
    state: 'open',
    title: 'Idea: wider heads',
    body: '',
    labels: [],
    html_url: 'x',
    user: null,
  };
  nock(API)
    .get(/issues\?/)
    .reply(200, [idea]);
  nock(API)
    .get(/pulls\?/)
    .reply(200, [{ ...draft(7, 'a'), body: 'Idea: #3\n' }]);
  nock(API).get('/repos/swarm/descent/git/commits/a').reply(404, { message: 'Not Found' });
  const { value, status } = await user.json('ideas');
  expect(status).toBe(0);
  expect(JSON.stringify(value)).toContain('"claimedBy"');
});
