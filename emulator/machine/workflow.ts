import { parse } from 'yaml';
import { z } from 'zod';
import type { Value } from '../expressions.ts';

/** The part of a workflow file that this machine plays. What it does not play is an error that names the key, never ignored. */

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const variables = z.record(z.string(), scalar).default({});

const stepSchema = z
  .strictObject({
    id: z.string().optional(),
    name: z.string().optional(),
    if: scalar.optional(),
    uses: z.string().optional(),
    with: variables,
    run: z.string().optional(),
    shell: z.literal('bash').optional(),
    'working-directory': z.string().optional(),
    env: variables,
    'timeout-minutes': z.number().positive().optional(),
    'continue-on-error': z.boolean().default(false),
  })
  .refine((step) => (step.uses === undefined) !== (step.run === undefined), 'a step has either uses or run');

const jobSchema = z.strictObject({
  name: z.string().optional(),
  'runs-on': z.unknown(),
  if: z.unknown().optional(), // the server's to decide, before it hands a job out
  permissions: z.unknown().optional(), // the server's: they belong to the token
  concurrency: z.unknown().optional(), // the server's
  env: variables,
  'timeout-minutes': z.number().positive().default(360),
  steps: z.array(stepSchema).min(1),
});

const workflowSchema = z.looseObject({
  name: z.string().optional(),
  env: variables,
  jobs: z.record(z.string(), z.unknown()),
});

export type WorkflowStep = z.infer<typeof stepSchema>;
export type WorkflowJob = z.infer<typeof jobSchema>;

/** The file cannot be played; the message says which key and why. */
class WorkflowError extends Error {
  override name = 'WorkflowError';
}

/**
 * One job of a workflow file, by its key or its name.
 * @throws WorkflowError
 */
export function readJob(text: string, jobName: string): { workflow: string; env: Value; job: WorkflowJob } {
  const file = check(workflowSchema, parse(text), 'workflow');
  const named = Object.entries(file.jobs).find(
    ([key, job]) => key === jobName || (job as { name?: unknown } | null)?.name === jobName,
  );
  if (!named) throw new WorkflowError(`the workflow has no job "${jobName}"`);
  return { workflow: file.name ?? '', env: file.env, job: check(jobSchema, named[1], `jobs.${named[0]}`) };
}

/** What the list of steps shows for a step. */
export function stepName(step: WorkflowStep): string {
  return step.name ?? `Run ${step.uses ?? step.run?.split('\n')[0] ?? ''}`;
}

function check<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${[where, ...issue.path].join('.')}: ${issue.message}`,
  );
  throw new WorkflowError(`this machine cannot play the workflow: ${problems.join('; ')}`);
}
