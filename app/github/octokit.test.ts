import { Octokit } from '@octokit/rest';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePatient } from '../../core/github/patience.ts';
import { octokitPort } from './octokit.ts';
import { PortError } from './port.ts';

/** The adapter against recorded answers of GitHub: what it sends, and how it reads refusals. */

const API = 'https://api.github.test';
const REPO = '/repos/descent/descent';
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const waits: number[] = [];

function port() {
  const octokit = new Octokit({ baseUrl: API, auth: 't', log: silent });
  makePatient(octokit, {
    now: () => 1_000_000,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
    },
    tries: 4,
    longestWaitSeconds: 120,
  });
  return octokitPort(octokit, { owner: 'descent', name: 'descent', appId: null });
}

const actions = () => port().actionsAt(null);

async function failure(work: Promise<unknown>): Promise<PortError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PortError);
  return error as PortError;
}

beforeEach(() => {
  nock.disableNetConnect();
  waits.length = 0;
});
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(pending).toEqual([]);
});

const inputs = { job: '{}', labels: '[]', title: 'descent #1 explore 1 x nonce' };
const DISPATCH = `${REPO}/actions/workflows/experiment.yml/dispatches`;
const runs = (titles: string[]) => ({
  workflow_runs: titles.map((display_title, i) => ({
    id: 70 + i,
    display_title,
    repository: { full_name: 'descent/descent', owner: { id: 1 } },
  })),
});

describe('dispatch', () => {
  it('asks for the run and takes its id', async () => {
    nock(API, { reqheaders: { 'x-github-api-version': '2022-11-28' } })
      .post(DISPATCH, { ref: 'main', inputs, return_run_details: true })
      .reply(200, { workflow_run_id: 77 });
    expect(await (await actions()).dispatch('main', inputs)).toBe(77);
  });

  it('that is answered without an id leaves the run to be found by its title', async () => {
    nock(API).post(DISPATCH).reply(204);
    expect(await (await actions()).dispatch('main', inputs)).toBeNull();
  });

  it('that broke is not sent again when the run is there', async () => {
    nock(API).post(DISPATCH).reply(502);
    nock(API)
      .get(`${REPO}/actions/workflows/experiment.yml/runs`)
      .query(true)
      .reply(200, runs(['other', inputs.title]));
    expect(await (await actions()).dispatch('main', inputs)).toBe(71);
  });

  it('that broke is sent again when the run is not there', async () => {
    nock(API).post(DISPATCH).reply(502);
    nock(API)
      .get(`${REPO}/actions/workflows/experiment.yml/runs`)
      .query(true)
      .reply(200, runs(['other']));
    nock(API).post(DISPATCH).reply(200, { workflow_run_id: 78 });
    expect(await (await actions()).dispatch('main', inputs)).toBe(78);
  });

  it('that GitHub refuses is not repeated', async () => {
    nock(API).post(DISPATCH).reply(422, { message: 'Unexpected inputs provided' });
    expect(await failure((await actions()).dispatch('main', inputs))).toMatchObject({
      kind: 'refused',
      status: 422,
    });
  });
});

describe('an end of a run', () => {
  const RUN = '/repos/Ada/descent-machine/actions/runs/5';
  const there = (installed: boolean) => {
    const octokit = () => new Octokit({ baseUrl: API, auth: 't', log: silent });
    const where = { owner: 'descent', name: 'descent', appId: null };
    return octokitPort(octokit(), where, async () => (installed ? octokit() : null)).actionsAt(
      'Ada/descent-machine',
    );
  };

  it('in an owner’s repository is asked for there, and forced where its machine is gone', async () => {
    nock(API).post(`${RUN}/cancel`).twice().reply(202, {});
    nock(API).post(`${RUN}/force-cancel`).reply(202, {});
    await (await there(true)).cancel(5, false);
    await (await there(true)).cancel(5, true);
  });

  it('that is over already is no error', async () => {
    nock(API).post(`${RUN}/cancel`).reply(409, {});
    nock(API).post(`${RUN}/force-cancel`).reply(409, {});
    await (await there(true)).cancel(5, true);
  });

  it('where the App is not installed is refused, and so is every other request there', async () => {
    expect(await failure(there(false))).toMatchObject({ kind: 'refused', status: 404 });
  });
});

describe('a merge', () => {
  const merge = {
    branch: 'main',
    base: 'aaa',
    tree: 'ttt',
    head: 'hhh',
    message: { headline: 'improved', body: 'why' },
    files: [{ path: 'results/leaderboard.json', content: '{}' }],
    measured: { path: 'train/train.py', blob: 'bbb' },
  };
  const begin = () => {
    nock(API)
      .post(`${REPO}/git/trees`, {
        base_tree: 'ttt',
        tree: [
          { path: 'train/train.py', mode: '100644', type: 'blob', sha: 'bbb' },
          { path: 'results/leaderboard.json', mode: '100644', type: 'blob', content: '{}' },
        ],
      })
      .reply(201, { sha: 'new-tree' });
    nock(API)
      .post(`${REPO}/git/commits`, { message: 'improved\n\nwhy', tree: 'new-tree', parents: ['aaa', 'hhh'] })
      .reply(201, { sha: 'new' });
  };
  const move = () => nock(API).patch(`${REPO}/git/refs/heads/main`, { sha: 'new', force: false });
  const mainIs = (sha: string) => nock(API).get(`${REPO}/git/ref/heads/main`).reply(200, { object: { sha } });

  it('builds on the whole tree of main, with two parents, and never forces', async () => {
    begin();
    move().reply(200, {});
    expect(await port().commitMerge(merge)).toBe('new');
  });

  it('makes an object of git again after a server error, and goes on with the merge', async () => {
    nock(API).post(`${REPO}/git/trees`).reply(502);
    begin();
    move().reply(200, {});
    expect(await port().commitMerge(merge)).toBe('new');
  });

  it('refused for no reason is tried again with the same commit', async () => {
    begin();
    move().reply(422, { message: 'Update is not a fast forward' });
    mainIs('aaa');
    move().reply(200, {});
    expect(await port().commitMerge(merge)).toBe('new');
  });

  it('refused because main moved must be built again', async () => {
    begin();
    move().reply(422, { message: 'Update is not a fast forward' });
    mainIs('other');
    expect(await failure(port().commitMerge(merge))).toMatchObject({ kind: 'moved' });
  });

  it('whose answer was lost is known by main itself', async () => {
    begin();
    move().reply(422);
    mainIs('new');
    expect(await port().commitMerge(merge)).toBe('new');
  });
});

describe('a commit of a record', () => {
  const commit = () =>
    port().commit('main', 'aaa', { headline: 'regressed', body: '' }, [{ path: 'a', content: 'é' }]);

  it('names the head it expects', async () => {
    nock(API)
      .post('/graphql', (body) => {
        const { input } = (
          body as { variables: { input: { expectedHeadOid: string; fileChanges: { additions: object[] } } } }
        ).variables;
        return (
          input.expectedHeadOid === 'aaa' &&
          JSON.stringify(input.fileChanges.additions) === '[{"path":"a","contents":"w6k="}]'
        );
      })
      .reply(200, { data: { createCommitOnBranch: { commit: { oid: 'ccc' } } } });
    expect(await commit()).toBe('ccc');
  });

  it.each([
    [
      'moved',
      [
        {
          type: 'STALE_DATA',
          message: 'Expected branch to point to "aaa" but it did not. Pull and try again.',
        },
      ],
    ],
    ['transient', [{ message: 'Something went wrong while executing your query.' }]],
    ['refused', [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }]],
  ])('that fails is read as %s', async (kind, errors) => {
    nock(API).post('/graphql').reply(200, { data: null, errors });
    expect(await failure(commit())).toMatchObject({ kind });
  });

  it('is not repeated after a server error: what happened is read first', async () => {
    nock(API).post('/graphql').reply(502);
    expect(await failure(commit())).toMatchObject({ kind: 'transient' });
    expect(waits).toEqual([]);
  });
});

describe('patience', () => {
  it('repeats reading after server errors', async () => {
    nock(API).get(`${REPO}/actions/runs/5`).times(2).reply(503);
    nock(API).get(`${REPO}/actions/runs/5`).reply(404);
    expect(await (await actions()).workflowRun(5)).toBeNull();
    expect(waits).toHaveLength(2);
  });

  it('waits as long as GitHub asks, also before writing', async () => {
    nock(API)
      .post('/graphql')
      .reply(403, { message: 'You have exceeded a secondary rate limit' }, { 'retry-after': '7' });
    nock(API).post('/graphql').reply(429, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1030' });
    nock(API)
      .post('/graphql')
      .reply(200, { data: { createCommitOnBranch: { commit: { oid: 'c' } } } });
    await port().commit('main', 'aaa', { headline: 'x', body: '' }, []);
    expect(waits).toEqual([7000, 30_000]);
  });

  it.each(['RATE_LIMITED', 'RATE_LIMIT'])('waits when GraphQL says %s with status 200', async (type) => {
    const errors = [{ type, message: 'API rate limit exceeded' }];
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1045' };
    nock(API).post('/graphql').reply(200, { data: null, errors }, headers);
    nock(API)
      .post('/graphql')
      .reply(200, { data: { createCommitOnBranch: { commit: { oid: 'c' } } } });
    await port().commit('main', 'aaa', { headline: 'x', body: '' }, []);
    expect(waits).toEqual([45_000]);
  });

  it('gives up at once on a limit of GraphQL that lasts for an hour', async () => {
    const errors = [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }];
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4600' };
    nock(API).post('/graphql').reply(200, { data: null, errors }, headers);
    const error = await failure(port().commit('main', 'aaa', { headline: 'x', body: '' }, []));
    expect(error).toMatchObject({ kind: 'refused', status: 429 });
    expect(waits).toEqual([]);
  });

  it('does not wait for an hour', async () => {
    nock(API)
      .get(`${REPO}/actions/runs/5`)
      .reply(403, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4600' });
    await failure((await actions()).workflowRun(5));
    expect(waits).toEqual([]);
  });

  it('takes a plain refusal for what it is', async () => {
    nock(API).get(`${REPO}/actions/runs/5`).reply(403, { message: 'Resource not accessible by integration' });
    expect(await failure((await actions()).workflowRun(5))).toMatchObject({ kind: 'refused', status: 403 });
  });
});

describe('a download', () => {
  it('larger than allowed is broken off', async () => {
    nock(API)
      .get(`${REPO}/actions/artifacts/9/zip`)
      .reply(302, '', { location: 'https://storage.test/file' });
    nock('https://storage.test').get('/file').reply(200, Buffer.alloc(2000));
    expect(await failure((await actions()).download(9, 1000))).toMatchObject({
      kind: 'refused',
      status: 413,
    });
  });
});
