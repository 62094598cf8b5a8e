import { join } from 'node:path';
import type { Context, Value } from '../expressions.ts';
import type { Order } from './server.ts';

/** Where one job happens; all of it is removed afterwards. */
export interface JobFolders {
  root: string;
  workspace: string;
  temp: string;
  tools: string;
}

export function jobFolders(root: string, repository: string): JobFolders {
  const name = repository.split('/')[1] ?? 'repository';
  return {
    root,
    workspace: join(root, name, name),
    temp: join(root, '_temp'),
    tools: join(root, '_tool'),
  };
}

/** The `github` context. */
export function githubContext(order: Order, workflow: string, jobKey: string, folders: JobFolders) {
  return {
    action: '',
    actor: order.actor,
    actor_id: String(order.actorId),
    api_url: order.apiUrl,
    event: order.payload as Value,
    event_name: order.event,
    event_path: join(folders.temp, '_github_workflow', 'event.json'),
    graphql_url: `${order.apiUrl.replace(/\/api\/v3$/, '/api')}/graphql`,
    job: jobKey,
    ref: order.ref,
    ref_name: order.ref.replace(/^refs\/(heads|tags)\//, ''),
    ref_type: order.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    repository: order.repository,
    repository_id: String(order.repositoryId),
    repository_owner: order.repository.split('/')[0] ?? '',
    repository_owner_id: String(order.repositoryOwnerId),
    run_attempt: String(order.attempt),
    run_id: String(order.runId),
    run_number: String(order.runNumber),
    server_url: order.serverUrl,
    sha: order.sha,
    token: order.token,
    triggering_actor: order.triggeringActor,
    workflow,
    workflow_ref: `${order.repository}/${order.workflowPath}@${order.ref}`,
    workflow_sha: order.sha,
    workspace: folders.workspace,
  };
}

export type GithubContext = ReturnType<typeof githubContext>;

/** Variables every step sees: GITHUB_* from the context (never the token), RUNNER_*, CI. */
export function stepVariables(github: GithubContext, folders: JobFolders, machine: string) {
  const env: { [name: string]: string } = {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_NAME: machine,
    RUNNER_OS: process.platform === 'darwin' ? 'macOS' : 'Linux',
    RUNNER_TEMP: folders.temp,
    RUNNER_TOOL_CACHE: folders.tools,
    RUNNER_WORKSPACE: join(folders.workspace, '..'),
  };
  for (const [key, value] of Object.entries(github)) {
    if (key !== 'token' && typeof value === 'string') env[`GITHUB_${key.toUpperCase()}`] = value;
  }
  return env;
}

/** What the machine's own environment gives to steps: all but what belongs to another job or to Node's own start. */
export function inheritedVariables(env: NodeJS.ProcessEnv): { [name: string]: string } {
  const foreign =
    /^(GITHUB_|RUNNER_(?!TRACKING_ID$)|ACTIONS_|INPUT_|STATE_|GIT_|VITEST|NODE_OPTIONS$|NODE_CHANNEL|npm_)/;
  return Object.fromEntries(
    Object.entries(env).filter(
      (pair): pair is [string, string] => pair[1] !== undefined && !foreign.test(pair[0]),
    ),
  );
}

/** What a step that has ended is for the expressions of later ones. */
export interface StepResult {
  outputs: { [name: string]: string };
  outcome: 'success' | 'failure' | 'cancelled' | 'skipped';
  conclusion: 'success' | 'failure' | 'cancelled' | 'skipped';
}

export function expressionContext(parts: {
  github: GithubContext;
  inputs: { [name: string]: Value };
  vars: { [name: string]: string };
  env: { [name: string]: string };
  steps: { [id: string]: StepResult };
  status: NonNullable<Context['status']>;
  folders: JobFolders;
}): Context {
  const { github, inputs, vars, env, steps, status, folders } = parts;
  return {
    values: {
      github,
      inputs,
      env,
      steps: steps as unknown as Value,
      job: { status },
      secrets: { GITHUB_TOKEN: github.token },
      vars,
      runner: { environment: 'self-hosted', temp: folders.temp, tool_cache: folders.tools },
    },
    status,
  };
}
