import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Context, interpolate } from '../expressions.ts';
import type { StepProcess } from './process.ts';

/** `uses: ./folder`: an action of the checked-out repository, executed for real by Node. */

const actionSchema = z.looseObject({
  inputs: z
    .record(
      z.string(),
      z.looseObject({
        required: z.boolean().optional(),
        default: z.union([z.string(), z.number(), z.boolean()]).optional(),
      }),
    )
    .default({}),
  runs: z.strictObject({ using: z.literal('node24'), main: z.string() }),
});

/**
 * @param inputs the step's `with`, already evaluated
 * @throws Error when there is no such action, it is of another kind, or its file lies outside the workspace
 */
export async function localAction(
  uses: string,
  inputs: { [name: string]: string },
  workspace: string,
  env: { [name: string]: string },
  context: Context,
): Promise<StepProcess> {
  const folder = join(workspace, uses);
  if (relative(workspace, folder).startsWith('..')) throw new Error(`${uses} lies outside the workspace`);
  const text = await readFile(join(folder, 'action.yml'), 'utf8').catch((error: Error) => {
    throw new Error(`can't find ${uses}/action.yml; did you forget actions/checkout? (${error.message})`);
  });
  const action = actionSchema.safeParse(parse(text));
  if (!action.success) throw new Error(`${uses}/action.yml: ${z.prettifyError(action.error)}`);
  const variables: { [name: string]: string } = { GITHUB_ACTION: uses, GITHUB_ACTION_PATH: folder };
  for (const [name, declared] of Object.entries(action.data.inputs)) {
    if (declared.default !== undefined)
      variables[inputVariable(name)] = interpolate(String(declared.default), context);
  }
  for (const [name, value] of Object.entries(inputs)) variables[inputVariable(name)] = value;
  return {
    file: process.execPath,
    args: [join(folder, action.data.runs.main)],
    cwd: workspace,
    env: { ...env, ...variables },
  };
}

function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}
