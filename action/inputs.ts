import type { getInput } from '@actions/core';
import { z } from 'zod';
import { type Job, jobSchema } from '../core/formats/job.ts';

/** GitHub's limit on all inputs of a dispatch together. */
const JOB_LIMIT = 65_535;

/** What the workflow asks for is not a job; the message names input, key and value. */
class InputError extends Error {
  override name = 'InputError';
}

export interface Inputs {
  job: Job;
  token: string;
  /** Root of the checked-out harness. */
  workspace: string;
  /** A place for the report, outside the workspace. */
  temporary: string;
  /** The owner's choice, from the runner's environment. It cannot be none. */
  sandbox: 'bubblewrap' | 'docker' | 'podman';
  /** For docker and podman: `IMAGE@sha256:...`. */
  image: string | undefined;
}

const environmentSchema = z.object({
  GITHUB_REPOSITORY: z.string(),
  GITHUB_WORKSPACE: z.string().min(1),
  RUNNER_TEMP: z.string().min(1),
  DESCENT_SANDBOX: z.enum(['bubblewrap', 'docker', 'podman']).default('bubblewrap'),
  DESCENT_IMAGE: z.string().optional(),
});

/**
 * Reads the action's inputs, and the variables of the runner and its owner that it needs.
 * @throws InputError
 */
export function readInputs(input: typeof getInput, env: NodeJS.ProcessEnv): Inputs {
  const variables = environmentSchema.safeParse(env);
  if (!variables.success) throw new InputError(`The runner's environment: ${problems(variables.error, env)}`);
  const {
    GITHUB_REPOSITORY: repository,
    GITHUB_WORKSPACE,
    RUNNER_TEMP,
    DESCENT_SANDBOX,
    DESCENT_IMAGE,
  } = variables.data;
  const job = readJob(input('job'));
  // On a lent machine the workflow runs in its owner's repository, whose gate has read which swarm the job names.
  if (job.harness === undefined && job.repository.toLowerCase() !== repository.toLowerCase())
    throw new InputError(
      `Input job: repository is ${job.repository}, but this workflow runs in ${repository}.`,
    );
  const token = input('token');
  if (!token) throw new InputError('Input token is missing: pass token: $' + '{{ github.token }}.');
  return {
    job,
    token,
    workspace: GITHUB_WORKSPACE,
    temporary: RUNNER_TEMP,
    sandbox: DESCENT_SANDBOX,
    image: DESCENT_IMAGE,
  };
}

export function readJob(text: string): Job {
  if (!text) throw new InputError('Input job is missing: pass the JSON of core/formats/job.ts.');
  if (text.length > JOB_LIMIT)
    throw new InputError(`Input job has ${text.length} characters; ${JOB_LIMIT} are allowed.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`Input job is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const job = jobSchema.safeParse(value);
  if (!job.success) throw new InputError(`Input job: ${problems(job.error, value)}`);
  return job.data;
}

/** Every problem with its key and the value that was there. */
function problems(error: z.ZodError, root: unknown): string {
  return error.issues
    .map((issue) => {
      const value = issue.path.reduce<unknown>(
        (at, key) => (at as { [k: PropertyKey]: unknown })?.[key],
        root,
      );
      const shown = issue.path.length > 0 ? ` (it is ${JSON.stringify(value)?.slice(0, 100)})` : '';
      return `${issue.path.join('.') || 'the whole'}: ${issue.message}${shown}`;
    })
    .join('; ');
}
