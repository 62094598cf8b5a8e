import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import type { WorkflowStep } from './workflow.ts';

/**
 * ACTIONS_RUNNER_HOOK_JOB_STARTED, a script of the machine's owner, as the first step of a job. As with GitHub's runner, a hook that
 * fails fails the job, and then `if: always()` steps of the workflow still run: only an end of the runner itself stops those.
 */
export function hookStep(path: string): WorkflowStep {
  const quoted = `'${path.replaceAll("'", `'\\''`)}'`;
  return {
    name: 'Set up runner',
    if: 'always()',
    with: {},
    env: {},
    'continue-on-error': false,
    run: script(),
  };

  function script(): string {
    if (!existsSync(path)) return `echo "::error::File doesn't exist"; exit 1`;
    if (extname(path) === '.sh') return `exec bash -e ${quoted}`;
    if (extname(path) === '.js') return `exec '${process.execPath}' ${quoted}`;
    return `echo "::error::"${quoted}" is not a valid path to a script. Make sure it ends in '.sh', '.ps1' or '.js'."; exit 1`;
  }
}
