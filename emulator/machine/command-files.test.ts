import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeCommandFiles, parseAssignments, readCommandFiles } from './command-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a step hands over outputs of one line and of many', () => {
  expect(parseAssignments('a=1=2\nb<<END\nx\n\ny=3\nEND\nc=\n', 'GITHUB_OUTPUT')).toEqual({
    a: '1=2',
    b: 'x\n\ny=3',
    c: '',
  });
});

test('a value that never ends and a line without a value fail the step', () => {
  expect(() => parseAssignments('b<<END\nx', 'GITHUB_OUTPUT')).toThrow('no line "END"');
  expect(() => parseAssignments('words', 'GITHUB_OUTPUT')).toThrow('not an assignment');
});

test('a step cannot change Node or the runner for the next one', async () => {
  for (const name of ['NODE_OPTIONS', 'GITHUB_SHA', 'RUNNER_TEMP']) {
    const env = await makeCommandFiles(folder);
    await writeFile(env.GITHUB_ENV!, `${name}=x\n`);
    await expect(readCommandFiles(folder), name).rejects.toThrow(name);
  }
});

test('a summary over a mebibyte is refused as on GitHub', async () => {
  const env = await makeCommandFiles(folder);
  await writeFile(env.GITHUB_STEP_SUMMARY!, 'x'.repeat(1024 * 1024 + 1));
  await expect(readCommandFiles(folder)).rejects.toThrow('1 MiB');
});
