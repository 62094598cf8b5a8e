import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readJob, stepName } from './workflow.ts';

test('the repository’s own experiment.yml can be played', () => {
  const path = join(import.meta.dirname, '..', '..', '.github', 'workflows', 'experiment.yml');
  const { workflow, job } = readJob(readFileSync(path, 'utf8'), 'measure');
  expect(workflow).toBe('experiment');
  expect(job.steps.map(stepName)).toEqual([
    'Check out the harness',
    'Measure',
    'Hand over the report',
    'Hand over what was scored',
  ]);
});

const around = (job: string) => `jobs:\n  measure:\n    runs-on: x\n${job}`;

test.each([
  ['    container: debian\n    steps: [{run: ls}]', 'Unrecognized key: "container"'],
  ['    steps: [{run: ls, shell: pwsh}]', 'jobs.measure.steps.0.shell'],
  ['    steps: [{name: both, run: ls, uses: ./action}]', 'either uses or run'],
  ['    steps: []', 'jobs.measure.steps'],
])('what this machine does not play is named: %s', (job, message) => {
  expect(() => readJob(around(job), 'measure')).toThrow(message);
});

test('a job that is not there is named', () => {
  expect(() => readJob(around('    steps: [{run: ls}]'), 'other')).toThrow('no job "other"');
});
