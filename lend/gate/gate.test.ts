import { expect, test } from 'vitest';
import { jobOf } from '../../testing/examples/job.ts';
import type { Verdict } from '../harness/harness.ts';
import { type GateAnswer, gateFor } from './gate.ts';
import type { Asked, Expected } from './judge.ts';

/** What GitHub's runner says of a job, and whether it may begin. Stories try the same with a runner. */

const NONCE = '0123456789abcdef0123456789abcdef';
const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);
const COMMIT = 'c'.repeat(40);
const MACHINE = 'ann/descent-machine';
const WORKFLOW = '.github/workflows/experiment.yml';

const EXPECTED: Expected = {
  repository: MACHINE,
  branch: 'main',
  commit: COMMIT,
  workflow: WORKFLOW,
  actor: 'descent-swarm[bot]',
  run: 7,
  nonce: NONCE,
  swarm: 'descent/descent',
  tracks: ['cpu'],
};
const JOB = jobOf({ nonce: NONCE, harness: NEW });
const EVENT = {
  inputs: {
    job: JSON.stringify(JOB),
    labels: JSON.stringify(['self-hosted', `descent-job-${NONCE}`]),
    title: `descent #4 explore 1 ${OLD} ${NONCE}`,
  },
  ref: 'refs/heads/main',
  repository: { full_name: MACHINE },
  sender: { login: 'descent-swarm[bot]' },
};
const ENV = {
  GITHUB_REPOSITORY: MACHINE,
  GITHUB_EVENT_NAME: 'workflow_dispatch',
  GITHUB_WORKFLOW_REF: `${MACHINE}/${WORKFLOW}@refs/heads/main`,
  GITHUB_WORKFLOW_SHA: COMMIT,
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: COMMIT,
  GITHUB_ACTOR: 'descent-swarm[bot]',
  GITHUB_TRIGGERING_ACTOR: 'descent-swarm[bot]',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_RUN_ID: '7',
};

interface Said {
  env?: Record<string, string>;
  event?: unknown;
  text?: string;
}

/** Two commits are accepted; a third one changes the runner. */
const harness = {
  fetch: async () => {},
  judge: async (_: unknown, commit: string): Promise<Verdict> =>
    [OLD, NEW].includes(commit)
      ? { ok: true }
      : { ok: false, kind: 'changed', why: 'it changes runner/run.ts', paths: ['runner/run.ts'] },
};

function answer({ env = {}, event = EVENT, text = JSON.stringify(event) }: Said = {}): Promise<GateAnswer> {
  const asked: Asked = { env: { ...ENV, ...env }, event: text };
  return gateFor(EXPECTED, harness, { follow: false, accepted: OLD })(asked);
}

const withJob = (job: unknown): Said => ({
  event: { ...EVENT, inputs: { ...EVENT.inputs, job: typeof job === 'string' ? job : JSON.stringify(job) } },
});

test('the job in hand passes, with the newest accepted commit and with the first', async () => {
  expect(await answer()).toEqual({ ok: true });
  expect(await answer(withJob({ ...JOB, harness: OLD }))).toEqual({ ok: true });
});

const doubled = (key: string, value: string) => EVENT.inputs.job.replace('{', `{"${key}":"${value}",`);
const evil = 'eve/descent';

test.each<[string, Said, string]>([
  [
    'another workflow of the repository',
    { env: { GITHUB_WORKFLOW_REF: `${MACHINE}/.github/workflows/mine.yml@refs/heads/main` } },
    'mine.yml',
  ],
  [
    'the workflow of another branch',
    { env: { GITHUB_WORKFLOW_REF: `${MACHINE}/${WORKFLOW}@refs/heads/x`, GITHUB_REF: 'refs/heads/x' } },
    'refs/heads/x',
  ],
  [
    'the workflow of a tag that is named like the branch',
    { env: { GITHUB_REF: 'refs/tags/main' } },
    'refs/tags/main',
  ],
  [
    'a workflow of another repository',
    { env: { GITHUB_WORKFLOW_REF: `${evil}/${WORKFLOW}@refs/heads/main` } },
    evil,
  ],
  ['an edited workflow, by its commit', { env: { GITHUB_SHA: OLD, GITHUB_WORKFLOW_SHA: OLD } }, 'commit'],
  ['a push', { env: { GITHUB_EVENT_NAME: 'push' } }, '"push"'],
  ["a stranger's pull request", { env: { GITHUB_EVENT_NAME: 'pull_request' } }, 'pull_request'],
  ['a dispatch of the owner', { env: { GITHUB_ACTOR: 'ann' } }, '"ann"'],
  ['a run that somebody started again', { env: { GITHUB_TRIGGERING_ACTOR: 'eve' } }, '"eve"'],
  ['a second attempt', { env: { GITHUB_RUN_ATTEMPT: '2' } }, 'attempt'],
  ['another run', { env: { GITHUB_RUN_ID: '8' } }, 'the run is "8"'],
  ['a job of another repository', { env: { GITHUB_REPOSITORY: evil } }, evil],
  ['an event of another repository', { event: { ...EVENT, repository: { full_name: evil } } }, evil],
  ['an event of another sender', { event: { ...EVENT, sender: { login: 'eve' } } }, '"eve"'],
  ['no event', { text: 'null' }, 'expected object'],
  ['half of an event', { text: '{' }, 'JSON'],
  ['an input more', { event: { ...EVENT, inputs: { ...EVENT.inputs, Job: '{}' } } }, 'Unrecognized key'],
  [
    'a label that others have',
    { event: { ...EVENT, inputs: { ...EVENT.inputs, labels: '["self-hosted"]' } } },
    'labels',
  ],
  [
    'the title of another job',
    { event: { ...EVENT, inputs: { ...EVENT.inputs, title: `descent ${OLD}` } } },
    'title',
  ],
  ['another nonce', withJob({ ...JOB, nonce: 'f'.repeat(32) }), 'nonce'],
  ['a track that it is not lent to', withJob({ ...JOB, track: 'h100' }), 'lent to cpu'],
  ["another swarm's harness", withJob({ ...JOB, repository: evil }), evil],
  ['what somebody borrows', withJob({ ...JOB, stage: 'borrow' }), 'lent for commons alone'],
  ['what somebody borrows, under another name', withJob({ ...JOB, borrow: { to: 'age1' } }), 'borrowed'],
  [
    'what somebody borrows, in another spelling',
    withJob({ ...JOB, stage: 'borrow', Stage: 'explore' }),
    'two spellings',
  ],
  ['a branch as harness', withJob({ ...JOB, harness: 'main' }), 'must be a commit'],
  ['no harness', withJob({ ...JOB, harness: undefined }), 'harness'],
  ['a list as harness', withJob({ ...JOB, harness: [NEW] }), 'harness'],
  ['two harnesses', withJob(doubled('harness', 'd'.repeat(40))), 'twice'],
  ['a harness in two spellings', withJob({ Harness: 'd'.repeat(40), ...JOB }), 'two spellings'],
  ['a repository in two spellings', withJob({ ...JOB, REPOSITORY: evil }), 'two spellings'],
  ['a job that is a list', withJob([JOB]), 'expected object'],
  ['a job that is no JSON', withJob('{'), 'not JSON'],
])('refused before a step: %s', async (_, said, why) => {
  const refused = await answer(said);
  expect(refused).toEqual({ ok: false, why: expect.stringContaining(why) });
});

test('what is borrowed passes where its owner accepts it, and an experiment where they accept one', async () => {
  const gate = (accepts: Expected['accepts'], job: unknown) =>
    gateFor({ ...EXPECTED, accepts }, harness, { follow: false, accepted: OLD })({
      env: ENV,
      event: JSON.stringify(withJob(job).event),
    });
  const borrowed = { ...JOB, stage: 'borrow' };
  expect(await gate(['commons', 'borrowed'], borrowed)).toEqual({ ok: true });
  expect(await gate(['borrowed'], borrowed)).toEqual({ ok: true });
  expect(await gate(['commons', 'bids'], borrowed)).toMatchObject({ ok: false });
  expect(await gate(['borrowed'], JOB)).toMatchObject({
    ok: false,
    why: expect.stringContaining('experiment'),
  });
});

test('a harness that the owner has not accepted is named, so that the client can show what changed', async () => {
  const refused = await answer(withJob({ ...JOB, harness: 'd'.repeat(40) }));
  expect(refused).toMatchObject({
    ok: false,
    harness: 'd'.repeat(40),
    why: expect.stringContaining('runner'),
  });
});

test.each(Object.keys(ENV))('without %s it is refused', async (name) => {
  expect(await answer({ env: { [name]: '' } })).toMatchObject({ ok: false });
});
