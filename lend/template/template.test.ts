import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { MACHINE_FILE, parseMachineFile } from '../../core/formats/lending/machine-file.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { machineFiles, templateBlob, templateWorkflow, WORKFLOW_PATH } from './files.ts';

const FILE = {
  swarm: 'descent/descent',
  machine: 'desk',
  tracks: ['cpu', 'h100'],
  accepts: ['commons' as const],
};

const expression = (text: string) => `\${{ ${text} }}`;

test('a lent machine takes the very steps of the swarm’s own workflow, but for where the harness comes from', async () => {
  const own = parse(await readFile(join(import.meta.dirname, '../..', WORKFLOW_PATH), 'utf8'));
  const lent = parse(await templateWorkflow());
  const [ownCheckout, lentCheckout] = [own, lent].map(({ jobs }) => jobs.measure.steps[0]);
  expect(ownCheckout.with).toEqual({ ref: expression('github.sha'), 'persist-credentials': false });
  expect(lentCheckout.with).toEqual({
    repository: expression('fromJSON(inputs.job).repository'),
    ref: expression('fromJSON(inputs.job).harness'),
    'persist-credentials': false,
  });
  // What differs on purpose is taken away; the rest is one workflow.
  for (const { jobs, on } of [own, lent]) {
    delete jobs.measure.steps[0].with;
    for (const input of Object.values<{ description?: string }>(on.workflow_dispatch.inputs))
      delete input.description;
  }
  expect(lent).toEqual(own);
});

test('only a dispatch starts it, with the right to read and no other, and nothing is cached', async () => {
  const text = await templateWorkflow();
  const { on, permissions, jobs } = parse(text);
  expect(Object.keys(on)).toEqual(['workflow_dispatch']);
  expect(permissions).toEqual({ contents: 'read', actions: 'read' });
  expect(Object.keys(jobs)).toEqual(['measure']);
  expect(text).not.toMatch(/cache|secrets\.|toJSON\(/);
  for (const line of text.split('\n').filter((one) => /^\s*(- )?uses:/.test(one)))
    expect(line).toMatch(/uses: (\.\/action #|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/);
});

test('the files are those that the swarm and the gate expect', async () => {
  const files = await machineFiles(FILE);
  expect(Object.keys(files)).toEqual([WORKFLOW_PATH, MACHINE_FILE, 'README.md']);
  expect(parseMachineFile(files[MACHINE_FILE]!)).toEqual({ ok: true, value: FILE });
  const bytes = await readFile(join(import.meta.dirname, 'experiment.yml'));
  expect(await templateBlob()).toBe(gitBlob(bytes));
  expect(files[WORKFLOW_PATH]).toBe(bytes.toString());
});
