import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Context, interpolate } from '../expressions.ts';
import { foreignAction } from './actions/foreign.ts';
import { makeCommandFiles, readCommandFiles, type StepFiles } from './command-files.ts';
import { type Command, CommandReader } from './commands.ts';
import type { JobFolders } from './contexts.ts';
import { localAction } from './local-action.ts';
import { runProcess, type StepProcess } from './process.ts';
import type { Order, Server } from './server.ts';
import type { WorkflowStep } from './workflow.ts';

export interface StepCall {
  number: number;
  step: WorkflowStep;
  context: Context;
  /** All the step's variables. */
  env: { [name: string]: string };
  folders: JobFolders;
  order: Order;
  server: Server;
  signal: AbortSignal;
  masks: string[];
  log: (line: string) => void;
}

export interface StepEnd {
  outcome: 'success' | 'failure';
  files: StepFiles;
  /** The workflow commands in its log that were obeyed. */
  commands: Command[];
}

/** Executes one step. What fails inside it is its outcome and a line of its log, never an exception. */
export async function runStep(call: StepCall): Promise<StepEnd> {
  const folder = join(call.folders.temp, '_runner_file_commands', String(call.number));
  const fileVariables = await makeCommandFiles(folder);
  const reader = new CommandReader(call.masks);
  const log = (line: string) => call.log(reader.mask(line));
  const onLine = (line: string) => {
    const command = reader.read(line);
    if (!command) log(line);
    else if (/^(error|warning|notice|debug|group|endgroup)$/.test(command.name))
      log(`##[${command.name}]${command.message}`);
  };
  let outcome: StepEnd['outcome'] = 'success';
  let files: StepFiles = { outputs: {}, env: {}, path: [], summary: '' };
  const fail = (error: unknown) => {
    outcome = 'failure';
    log(`##[error]${error instanceof Error ? error.message : String(error)}`);
  };
  try {
    const inputs = evaluated(call.step.with, call.context);
    log(`##[group]${call.step.uses ? `Run ${call.step.uses}` : 'Run'}`);
    for (const [name, value] of Object.entries(inputs)) log(`  ${name}: ${value}`);
    log('##[endgroup]');
    const outputs = await execute(call, inputs, { ...call.env, ...fileVariables }, onLine, log);
    if (typeof outputs === 'number' && outputs !== 0)
      throw new Error(`Process completed with exit code ${outputs}.`);
    if (typeof outputs === 'object') files.outputs = outputs;
  } catch (error) {
    fail(error);
  }
  try {
    const written = await readCommandFiles(folder);
    files = { ...written, outputs: { ...files.outputs, ...written.outputs } };
  } catch (error) {
    fail(error);
  }
  return { outcome, files, commands: reader.executed };
}

/** @returns the exit status of a process, or the outputs of a played action */
async function execute(
  call: StepCall,
  inputs: { [name: string]: string },
  env: { [name: string]: string },
  onLine: (line: string) => void,
  log: (line: string) => void,
): Promise<number | { [name: string]: string }> {
  const { step, order, server, signal, folders, context } = call;
  const { workspace } = folders;
  if (step.run !== undefined) return runProcess(await script(call, env), signal, onLine);
  const uses = step.uses ?? '';
  if (uses.startsWith('./'))
    return runProcess(await localAction(uses, inputs, workspace, env, context), signal, onLine);
  return foreignAction(uses, inputs).run({ inputs, order, workspace, env, server, signal, log });
}

async function script(call: StepCall, env: { [name: string]: string }): Promise<StepProcess> {
  const { step, context, folders, number } = call;
  const file = join(folders.temp, `${number}.sh`);
  await writeFile(file, interpolate(step.run ?? '', context));
  const cwd = join(folders.workspace, interpolate(step['working-directory'] ?? '.', context));
  const flags = step.shell === undefined ? ['-e'] : ['--noprofile', '--norc', '-eo', 'pipefail'];
  return { file: 'bash', args: [...flags, file], cwd, env };
}

/** Every value of a `with` or `env`, as the text it stands for. */
export function evaluated(
  values: { [name: string]: string | number | boolean },
  context: Context,
): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, interpolate(String(value), context)]),
  );
}
