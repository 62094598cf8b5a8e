import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files through which a step speaks to the runner: GITHUB_OUTPUT, GITHUB_ENV, GITHUB_PATH, GITHUB_STATE, GITHUB_STEP_SUMMARY. */

const FILES = {
  GITHUB_OUTPUT: 'output',
  GITHUB_ENV: 'env',
  GITHUB_PATH: 'path',
  GITHUB_STATE: 'state',
  GITHUB_STEP_SUMMARY: 'summary',
};
const SUMMARY_LIMIT = 1024 * 1024;

export interface StepFiles {
  outputs: { [name: string]: string };
  env: { [name: string]: string };
  path: string[];
  summary: string;
}

/** Makes the empty files of one step; the result is the environment that names them. */
export async function makeCommandFiles(folder: string): Promise<{ [name: string]: string }> {
  await mkdir(folder, { recursive: true });
  const env: { [name: string]: string } = {};
  for (const [name, file] of Object.entries(FILES)) {
    env[name] = join(folder, file);
    await writeFile(env[name], '');
  }
  return env;
}

/** @throws Error when a file is malformed, as the runner fails the step */
export async function readCommandFiles(folder: string): Promise<StepFiles> {
  const read = (name: keyof typeof FILES) => readFile(join(folder, FILES[name]), 'utf8');
  const env = parseAssignments(await read('GITHUB_ENV'), 'GITHUB_ENV');
  for (const name of Object.keys(env)) {
    if (name.toUpperCase() === 'NODE_OPTIONS') throw new Error('GITHUB_ENV may not set NODE_OPTIONS');
    if (/^(GITHUB_|RUNNER_)/i.test(name)) throw new Error(`GITHUB_ENV may not set ${name}`);
  }
  const summary = await read('GITHUB_STEP_SUMMARY');
  if (Buffer.byteLength(summary) > SUMMARY_LIMIT) throw new Error('the step summary is over 1 MiB');
  return {
    outputs: parseAssignments(await read('GITHUB_OUTPUT'), 'GITHUB_OUTPUT'),
    env,
    path: (await read('GITHUB_PATH')).split('\n').filter(Boolean),
    summary,
  };
}

/** Lines `name=value`, and `name<<WORD` with the value up to a line that is WORD. */
export function parseAssignments(text: string, file: string): { [name: string]: string } {
  const out: { [name: string]: string } = {};
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (heredoc > 0 && (equals === -1 || heredoc < equals)) {
      const word = line.slice(heredoc + 2);
      const end = lines.indexOf(word, at + 1);
      if (!word || end === -1) throw new Error(`${file}: no line "${word}" ends the value of ${line}`);
      out[line.slice(0, heredoc)] = lines.slice(at + 1, end).join('\n');
      at = end;
    } else if (equals > 0) out[line.slice(0, equals)] = line.slice(equals + 1);
    else throw new Error(`${file}: not an assignment: ${line.slice(0, 100)}`);
  }
  return out;
}
