import { parse } from 'yaml';
import {
  type Context,
  condition,
  ExpressionError,
  interpolate,
  resolve,
  type Value,
} from '../../expressions.ts';
import type { Level, Permissions } from '../model.ts';
import { invalid } from '../refused.ts';
import { workflowProblem } from './workflow-problem.ts';

/**
 * A workflow file, valid by GitHub's own parser, as far as dispatch needs it: trigger, inputs, names, jobs with their labels and
 * permissions.
 */

type Map_ = { [key: string]: Value };
export type Inputs = { [name: string]: string | boolean | number };

export interface WorkflowFile {
  name: string | null;
  runName: string | null;
  triggers: Map_;
  content: Map_;
}

export interface PlannedJob {
  key: string;
  name: string;
  labels: string[];
  needs: string[];
  permissions: Permissions;
  skipped: boolean;
}

const SCOPES = ['actions', 'checks', 'contents', 'issues', 'packages', 'pull_requests', 'statuses'];

export function readWorkflow(text: string, path: string): WorkflowFile {
  const wrong = workflowProblem(text, path);
  if (wrong) throw invalid(`Invalid workflow file: ${wrong}`);
  const content = parse(text, { version: '1.2', maxAliasCount: 100 }) as Value;
  if (!isMap(content)) throw invalid(`Invalid workflow file ${path}: not a mapping`);
  const on = content.on ?? null;
  const triggers = isMap(on) ? on : Object.fromEntries([on].flat().map((name) => [String(name), null]));
  return { name: text_(content.name), runName: text_(content['run-name']), triggers, content };
}

/** What the list of workflows calls a file; null where it says nothing, or is no workflow. */
export function workflowName(text: string): string | null {
  try {
    return readWorkflow(text, '').name;
  } catch {
    return null; // GitHub lists a broken file by its path
  }
}

/** The inputs of a dispatch, checked against `on.workflow_dispatch.inputs` and completed by their defaults. */
export function dispatchInputs(file: WorkflowFile, given: { [name: string]: unknown }): Inputs {
  if (!Object.hasOwn(file.triggers, 'workflow_dispatch'))
    throw invalid("Workflow does not have 'workflow_dispatch' trigger");
  const trigger = file.triggers.workflow_dispatch;
  const declared = isMap(trigger) && isMap(trigger.inputs) ? trigger.inputs : {};
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0) throw invalid(`Unexpected inputs provided: ${JSON.stringify(unknown)}`);
  if (Object.keys(given).length > 25)
    throw invalid('you may only define up to 25 `inputs` for a `workflow_dispatch` event');
  if (JSON.stringify(given).length > 65_535) throw invalid('inputs are too large.');
  const inputs: Inputs = {};
  for (const [name, rule] of Object.entries(declared)) {
    const { required, type, options, default: fallback } = isMap(rule) ? rule : {};
    const value = given[name] ?? fallback ?? null;
    if (required && (value === null || value === '')) throw invalid(`Required input '${name}' not provided`);
    inputs[name] = typed(name, type ?? 'string', value, options ?? null);
  }
  return inputs;
}

function typed(name: string, type: Value, value: unknown, options: Value): string | boolean | number {
  if (type === 'boolean') {
    if (!['true', 'false', '', 'null'].includes(String(value)))
      throw invalid(`Provided value '${value}' for input '${name}' not a boolean`);
    return String(value) === 'true';
  }
  if (type === 'number') {
    if (!Number.isFinite(Number(value)))
      throw invalid(`Provided value '${value}' for input '${name}' not a number`);
    return Number(value);
  }
  if (typeof value === 'object' && value !== null) throw invalid(`Input '${name}' must be a string`);
  const text = value === null || value === undefined ? '' : String(value);
  if (type === 'choice' && Array.isArray(options) && !options.includes(text))
    throw invalid(`Provided value '${text}' for input '${name}' not in the list of allowed values`);
  return text;
}

export function runTitle(file: WorkflowFile, context: Context): string {
  const title =
    file.runName === null ? '' : meant(() => interpolate(file.runName!, context), 'run-name').trim();
  return title || (file.name ?? '');
}

export function plannedJobs(file: WorkflowFile, context: Context): PlannedJob[] {
  const jobs = file.content.jobs;
  if (!isMap(jobs) || Object.keys(jobs).length === 0) throw invalid('Invalid workflow file: no jobs');
  return Object.entries(jobs).map(([key, job]) => {
    if (!isMap(job)) throw invalid(`Invalid workflow file: jobs.${key} is not a mapping`);
    for (const unplayed of ['strategy', 'uses', 'container', 'services'])
      if (job[unplayed] !== undefined) throw invalid(`The emulator does not play jobs.${key}.${unplayed}`);
    const where = meant(() => resolve(job['runs-on'] ?? null, context), `jobs.${key}.runs-on`);
    const labels = [isMap(where) ? (where.labels ?? []) : where].flat().map(String);
    if (labels.length === 0 || where === null)
      throw invalid(`Invalid workflow file: jobs.${key}.runs-on is missing`);
    return {
      key,
      name: meant(() => interpolate(text_(job.name) ?? key, context), `jobs.${key}.name`),
      labels,
      needs: [job.needs ?? []].flat().map(String),
      permissions: permissionsOf(job.permissions ?? file.content.permissions),
      skipped: !meant(() => condition(job.if as string | undefined, context), `jobs.${key}.if`),
    };
  });
}

/** Without `permissions` a token may only read, as in repositories made since 2023. */
function permissionsOf(value: Value | undefined): Permissions {
  const all = (level: Level) => Object.fromEntries(SCOPES.map((scope) => [scope, level]));
  if (value === undefined || value === null) return { contents: 'read', packages: 'read', metadata: 'read' };
  if (value === 'read-all') return { ...all('read'), metadata: 'read' };
  if (value === 'write-all') return { ...all('write'), metadata: 'read' };
  const granted = Object.entries(isMap(value) ? value : {}).filter(
    ([, level]) => level === 'read' || level === 'write',
  );
  return {
    ...Object.fromEntries(granted.map(([scope, level]) => [scope.replaceAll('-', '_'), level as Level])),
    metadata: 'read',
  };
}

function meant<T>(work: () => T, where: string): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ExpressionError) throw invalid(`Invalid workflow file: ${where}: ${error.message}`);
    throw error;
  }
}

function isMap(value: Value | undefined): value is Map_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text_(value: Value | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
