import { expect, test } from 'vitest';
import { jobOf } from '../testing/examples/job.ts';
import { readInputs, readJob } from './inputs.ts';

const job = jobOf({ repository: 'ada/descent' });

const env = { GITHUB_REPOSITORY: 'ada/descent', GITHUB_WORKSPACE: '/w', RUNNER_TEMP: '/t' };
const inputs = (values: { [name: string]: string }) => (name: string) => values[name] ?? '';

test('a workflow hands over the job, the token and its folders', () => {
  expect(readInputs(inputs({ job: JSON.stringify(job), token: 't' }), env)).toEqual({
    job,
    token: 't',
    workspace: '/w',
    temporary: '/t',
    sandbox: 'bubblewrap',
    image: undefined,
  });
});

test('an owner chooses a sandbox by the runner’s environment, but never none', () => {
  const given = inputs({ job: JSON.stringify(job), token: 't' });
  expect(readInputs(given, { ...env, DESCENT_SANDBOX: 'podman', DESCENT_IMAGE: 'x@sha256:1' })).toMatchObject(
    {
      sandbox: 'podman',
      image: 'x@sha256:1',
    },
  );
  expect(() => readInputs(given, { ...env, DESCENT_SANDBOX: 'none' })).toThrow('DESCENT_SANDBOX');
});

test.each([
  ['', 'Input job is missing'],
  ['{"schema": 1', 'Input job is not JSON'],
  [
    JSON.stringify({ ...job, seed: 'x' }),
    'seed: Invalid input: expected number, received string (it is "x")',
  ],
  [JSON.stringify({ ...job, extra: 1 }), 'Unrecognized key: "extra"'],
  [
    JSON.stringify({ ...job, blob: 'main' }),
    'blob: must be a full git object id (40 hex digits) (it is "main")',
  ],
  [JSON.stringify({ ...job, dataset: '../etc' }), 'dataset: must be lower-case letters'],
  ['x'.repeat(70_000), 'has 70000 characters'],
])('a job that is none is refused with key, value and fix: %.40s', (text, message) => {
  expect(() => readJob(text)).toThrow(message);
});

test('a job of another repository is refused', () => {
  const text = JSON.stringify({ ...job, repository: 'eve/descent' });
  expect(() => readInputs(inputs({ job: text, token: 't' }), env)).toThrow('runs in ada/descent');
});

test('on a lent machine the workflow runs in its owner’s repository, at the commit that the job names', () => {
  const lent = { ...job, repository: 'eve/descent', harness: '7'.repeat(40) };
  expect(readInputs(inputs({ job: JSON.stringify(lent), token: 't' }), env).job).toEqual(lent);
});

test('outside a workflow the action says so', () => {
  expect(() => readInputs(inputs({}), {})).toThrow('GITHUB_WORKSPACE');
});
