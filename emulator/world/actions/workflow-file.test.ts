import { expect, it } from 'vitest';
import { readWorkflow, workflowName } from './workflow-file.ts';

const job = (lines: string) => `name: try\non: push\njobs:\n  a:\n    runs-on: x\n${lines}`;

it.each([
  ['a key that GitHub does not know', job('    tea: 1\n    steps: [{run: ls}]'), "Unexpected value 'tea'"],
  ['a context that is none', job(`    steps: [{run: "\${{ nope.x }}"}]`), "Unrecognized named-value: 'nope'"],
  ['a key said twice', 'on: push\non: push\njobs: {}', "'on' is already defined"],
  ['no jobs', 'on: push', 'Required property is missing: jobs'],
  ['what is not YAML', 'a: [', 'x.yml'],
  ['nothing', '', 'x.yml'],
])('a workflow with %s is refused with the place', (_, text, message) => {
  expect(() => readWorkflow(text, 'x.yml')).toThrow(message);
});

it('a workflow that GitHub takes has its name in the list, and a broken one has none', () => {
  expect(workflowName(job('    steps: [{run: ls}]'))).toBe('try');
  expect(workflowName(job('    tea: 1'))).toBe(null);
});
