import { isHeard } from '../world/actions/lost.ts';
import type { Artifact, Job, Machine, Repository, WorkflowRun } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { userShape } from './account.ts';
import { nodeId } from './node-id.ts';
import { apiUrl, htmlUrl, minimalRepository } from './repository.ts';

/** REST's shapes of workflows, runs, jobs, artifacts and runners. */

export async function runShape(world: World, run: WorkflowRun) {
  const { repository } = run;
  const url = apiUrl(world, repository, `/actions/runs/${run.id}`);
  const commit = await repository.git.store.commit(run.sha);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('R', 'run', run.id),
    head_branch: run.branch,
    head_sha: run.sha,
    path: run.path,
    display_title: run.title,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    check_suite_id: run.id,
    check_suite_node_id: nodeId('CS', 'run', run.id),
    url,
    html_url: htmlUrl(world, repository, `/actions/runs/${run.id}`),
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.startedAt,
    actor: userShape(world, run.actor),
    triggering_actor: userShape(world, run.triggeredBy),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: apiUrl(world, repository, `/check-suites/${run.id}`),
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: apiUrl(world, repository, `/actions/workflows/${run.workflowId}`),
    head_commit: commit && {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: commit.committer.date,
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    },
    repository: minimalRepository(world, repository),
    head_repository: minimalRepository(world, repository),
  };
}

export function jobShape(world: World, job: Job) {
  const { run, machine } = job;
  const { repository } = run;
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.name,
    head_branch: run.branch,
    run_url: apiUrl(world, repository, `/actions/runs/${run.id}`),
    run_attempt: job.attempt,
    node_id: nodeId('CR', 'job', job.id),
    head_sha: run.sha,
    url: apiUrl(world, repository, `/actions/jobs/${job.id}`),
    html_url: htmlUrl(world, repository, `/actions/runs/${run.id}/job/${job.id}`),
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.createdAt,
    started_at: job.startedAt ?? job.createdAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: job.steps.map((step) => ({
      name: step.name,
      status: step.status,
      conclusion: step.conclusion,
      number: step.number,
      started_at: step.startedAt,
      completed_at: step.completedAt,
    })),
    check_run_url: apiUrl(world, repository, `/check-runs/${job.id}`),
    labels: job.labels,
    runner_id: machine?.id ?? null,
    runner_name: machine?.name ?? null,
    runner_group_id: machine ? 1 : null,
    runner_group_name: machine ? 'Default' : null,
  };
}

export function artifactShape(world: World, artifact: Artifact) {
  const { run, id } = artifact;
  const { repository } = run;
  return {
    id,
    node_id: nodeId('A', 'artifact', id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    url: apiUrl(world, repository, `/actions/artifacts/${id}`),
    archive_download_url: apiUrl(world, repository, `/actions/artifacts/${id}/zip`),
    expired: Date.parse(artifact.expiresAt) <= world.now().getTime(),
    digest: artifact.digest,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: artifact.expiresAt,
    workflow_run: {
      id: run.id,
      repository_id: repository.id,
      head_repository_id: repository.id,
      head_branch: run.branch,
      head_sha: run.sha,
    },
  };
}

export function workflowShape(
  world: World,
  repository: Repository,
  workflow: { id: number; path: string; name: string },
) {
  return {
    id: workflow.id,
    node_id: nodeId('A', 'workflow', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: 'active',
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    url: apiUrl(world, repository, `/actions/workflows/${workflow.id}`),
    html_url: htmlUrl(world, repository, `/blob/${repository.defaultBranch}/${workflow.path}`),
    badge_url: htmlUrl(world, repository, `/workflows/${encodeURIComponent(workflow.name)}/badge.svg`),
  };
}

/** A runner counts as online while it was heard of in the last minute. */
export function machineShape(world: World, machine: Machine) {
  return {
    id: machine.id,
    name: machine.name,
    os: 'linux',
    status: isHeard(world, machine) ? 'online' : 'offline',
    busy: machine.job !== null,
    runner_group_id: 1,
    ephemeral: machine.once !== null,
    labels: machine.labels.map((name, index) => ({
      id: index + 1,
      name,
      type: name === 'self-hosted' ? 'read-only' : 'custom',
    })),
  };
}
