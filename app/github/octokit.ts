import type { Octokit } from '@octokit/core';
import type { Answer, CommitMessage, FileWrite } from '../model/effect.ts';
import type { RepositoryState } from '../model/snapshot.ts';
import { COMMENT_TAG } from '../model/tag.ts';
import { answerDocument } from './answer.graphql.ts';
import { asPortError, tolerate } from './errors.ts';
import { authorOf, changeOf, commitOf, worldOf } from './from-graphql.ts';
import { colourOf } from './labels.ts';
import { type BaselineReading, type Port, PortError, type PullReading, type WorkflowRun } from './port.ts';
import {
  BASELINE_QUERY,
  type BaselineAnswer,
  COMMENTS_QUERY,
  type CommentPage,
  FILE_QUERY,
  OPEN_PULLS_QUERY,
  type PullAnswer,
  pullQuery,
  TREE_QUERY,
} from './reading.graphql.ts';

/** The only file that sends requests to GitHub. */

const WORKFLOW = 'experiment.yml';
/** `return_run_details` is described for this version. */
const VERSION = { 'x-github-api-version': '2022-11-28' };
const PATH = '/repos/{owner}/{repo}';

export interface Where {
  owner: string;
  name: string;
  /** Number of the App, to ask for its check suites alone; null without one. */
  appId: number | null;
}

type Client = Pick<Octokit, 'request' | 'graphql'>;

export function octokitPort(octokit: Client, where: Where): Port {
  const { owner, name } = where;
  const repo = { owner, repo: name };
  const suites = where.appId === null ? null : { appId: where.appId };

  async function graphql<T>(what: string, query: string, variables: Record<string, unknown>): Promise<T> {
    try {
      return await octokit.graphql<T>(query, variables);
    } catch (error) {
      throw asPortError(what, error);
    }
  }

  /** A GET, POST or PATCH of the repository; the data of the answer. */
  async function rest<T>(what: string, route: string, parameters: Record<string, unknown> = {}): Promise<T> {
    try {
      const [method, path] = route.split(' ') as [string, string];
      const response = await octokit.request(`${method} ${PATH}${path}`, { ...repo, ...parameters });
      return response.data as T;
    } catch (error) {
      throw asPortError(what, error);
    }
  }

  async function ownComment(number: number, page: CommentPage): Promise<PullReading['pull']['comment']> {
    for (let at = page; ; ) {
      const own = (at.nodes ?? []).find((node) => node?.viewerDidAuthor && node.body.startsWith(COMMENT_TAG));
      if (own) return { id: own.id, body: own.body };
      if (!at.pageInfo.hasNextPage) return null;
      const next: { repository: { pull: { comments: CommentPage } } } = await graphql(
        'read comments',
        COMMENTS_QUERY,
        {
          owner,
          name,
          number,
          after: at.pageInfo.endCursor,
        },
      );
      at = next.repository.pull.comments;
    }
  }

  async function readPull(number: number, heads: string[]): Promise<PullReading | null> {
    const folder = `results/experiments/${Math.floor(number / 1000)}`;
    const variables = Object.fromEntries(heads.map((oid, i) => [`head${i}`, oid]));
    const found = await tolerate(404, () =>
      graphql<PullAnswer>(`read #${number}`, pullQuery(heads.length), {
        owner,
        name,
        number,
        folder,
        suites,
        ...variables,
      }),
    );
    const node = found?.repository;
    if (!found || !node?.pull) return null;
    const bot = found.viewer.login;
    const { pull } = node;
    const text = pull.head.nodes[0]?.commit.file?.object;
    const commits = [
      ...pull.commits.nodes.map((item) => commitOf(item.commit, bot)).reverse(),
      ...heads.flatMap((_, i) => (node[`head${i}`]?.oid ? [commitOf(node[`head${i}`]!, bot)] : [])),
    ];
    return {
      ...worldOf(node, bot, `${owner}/${name}`),
      pull: {
        id: pull.id,
        number: pull.number,
        title: pull.title,
        body: pull.body,
        author: authorOf(pull.author),
        state: pull.state.toLowerCase() as 'open' | 'closed' | 'merged',
        draft: pull.isDraft,
        createdAt: pull.createdAt,
        base: pull.baseRefName,
        head: pull.headRefOid,
        headText: text?.isBinary || text?.isTruncated ? null : (text?.text ?? null),
        changedFiles: pull.changedFiles,
        files: (pull.files?.nodes ?? []).map((file) => ({
          path: file.path,
          change: changeOf(file.changeType),
        })),
        labels: (pull.labels?.nodes ?? []).map((label) => label.name),
        commits: [...new Map(commits.map((commit) => [commit.oid, commit])).values()],
        beganFrom: pull.first.nodes[0]?.commit.parents.nodes[0]?.train?.oid ?? null,
        comment: await ownComment(number, pull.comments),
      },
      folders: (node.results?.target?.experiments?.object?.entries ?? []).filter(
        (entry) => entry.type === 'tree',
      ),
      here: (node.results?.target?.here?.object?.entries ?? []).map((entry) => entry.name),
    };
  }

  async function readBaseline(): Promise<BaselineReading> {
    const found = await graphql<BaselineAnswer>('read main', BASELINE_QUERY, { owner, name, suites });
    const carrier = found.repository?.carrier?.target?.history.nodes[0];
    const bot = found.viewer.login;
    return {
      ...worldOf(found.repository, bot, `${owner}/${name}`),
      carrier: carrier ? commitOf(carrier, bot) : null,
    };
  }

  async function recentRuns(): Promise<WorkflowRun[]> {
    const page = await rest<{ workflow_runs: RunPayload[] }>(
      'list runs',
      `GET /actions/workflows/${WORKFLOW}/runs`,
      {
        event: 'workflow_dispatch',
        per_page: 100,
      },
    );
    return page.workflow_runs.map(runOf);
  }

  /** After a server error the order may have been taken: the same title is looked for before it is sent again. */
  async function dispatch(branch: string, inputs: Record<string, string>): Promise<number | null> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await octokit.request(`POST ${PATH}/actions/workflows/${WORKFLOW}/dispatches`, {
          ...repo,
          ref: branch,
          inputs,
          return_run_details: true,
          headers: VERSION,
        });
        return (response.data as { workflow_run_id?: number } | undefined)?.workflow_run_id ?? null;
      } catch (error) {
        const failure = asPortError('dispatch experiment.yml', error);
        if (failure.kind !== 'transient' || attempt >= 3) throw failure;
        const taken = (await recentRuns()).find((run) => run.title === inputs.title);
        if (taken) return taken.id;
      }
    }
  }

  async function commit(
    branch: string,
    base: string,
    message: CommitMessage,
    files: FileWrite[],
  ): Promise<string> {
    const answer = await graphql<{ createCommitOnBranch: { commit: { oid: string } } }>(
      `commit to ${branch}`,
      'mutation Commit($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }',
      {
        input: {
          branch: { repositoryNameWithOwner: `${owner}/${name}`, branchName: branch },
          expectedHeadOid: base,
          message,
          fileChanges: {
            additions: files.map((file) => ({
              path: file.path,
              contents: Buffer.from(file.content).toString('base64'),
            })),
          },
        },
      },
    );
    return answer.createCommitOnBranch.commit.oid;
  }

  const commitMerge: Port['commitMerge'] = async (merge) => {
    const tree = await rest<{ sha: string }>('write the tree', 'POST /git/trees', {
      base_tree: merge.tree, // without it everything else would be deleted
      tree: [
        { path: merge.measured.path, mode: '100644', type: 'blob', sha: merge.measured.blob },
        ...merge.files.map((file) => ({
          path: file.path,
          mode: '100644',
          type: 'blob',
          content: file.content,
        })),
      ],
    });
    const made = await rest<{ sha: string }>('write the merge commit', 'POST /git/commits', {
      message: `${merge.message.headline}\n\n${merge.message.body}`,
      tree: tree.sha,
      parents: [merge.base, merge.head],
    });
    for (let attempt = 1; ; attempt += 1) {
      try {
        await rest(`move ${merge.branch}`, `PATCH /git/refs/heads/${merge.branch}`, {
          sha: made.sha,
          force: false,
        });
        return made.sha;
      } catch (error) {
        // 422 means "not a fast-forward", but is also seen when it is one: what main says now decides.
        if (!(error instanceof PortError) || error.status !== 422) throw error;
        const ref = await rest<{ object: { sha: string } }>(
          `read ${merge.branch}`,
          `GET /git/ref/heads/${merge.branch}`,
        );
        if (ref.object.sha === made.sha) return made.sha;
        if (ref.object.sha !== merge.base)
          throw new PortError('moved', 422, `${merge.branch} moved while merging`);
        if (attempt >= 3) throw error;
      }
    }
  };

  async function ensureLabels(
    repository: RepositoryState,
    names: string[],
  ): Promise<RepositoryState['labels']> {
    const known = new Set(repository.labels.map((label) => label.name));
    const missing = names.filter((label) => !known.has(label));
    if (missing.length === 0) return repository.labels;
    const made: RepositoryState['labels'] = [];
    for (const label of missing) {
      const created = await tolerate(422, () =>
        rest<{ node_id: string }>(`create label ${label}`, 'POST /labels', {
          name: label,
          color: colourOf(label),
        }),
      );
      // 422: somebody made it meanwhile, or there are more labels than the snapshot reads.
      const node =
        created ?? (await rest<{ node_id: string }>(`read label ${label}`, 'GET /labels/{label}', { label }));
      made.push({ id: node.node_id, name: label });
    }
    return [...repository.labels, ...made];
  }

  return {
    readPull,
    readBaseline,
    recentRuns,
    dispatch,
    commit,
    commitMerge,
    ensureLabels,
    async listTree(oid) {
      const found = await graphql<{ repository: { object: { entries?: { name: string }[] } | null } | null }>(
        'list records',
        TREE_QUERY,
        { owner, name, oid },
      );
      return (found.repository?.object?.entries ?? []).map((entry) => entry.name);
    },
    async readFile(path, at) {
      const found = await graphql<{ repository: { object: { text?: string | null } | null } | null }>(
        `read ${path}`,
        FILE_QUERY,
        { owner, name, at: `${at}:${path}` },
      );
      return found.repository?.object?.text ?? null;
    },
    async openPulls() {
      const numbers: number[] = [];
      for (let after: string | null = null; ; ) {
        const found: {
          repository: { pullRequests: { nodes: { number: number }[]; pageInfo: CommentPage['pageInfo'] } };
        } = await graphql('list requests', OPEN_PULLS_QUERY, { owner, name, after });
        numbers.push(...found.repository.pullRequests.nodes.map((node) => node.number));
        if (!found.repository.pullRequests.pageInfo.hasNextPage) return numbers;
        after = found.repository.pullRequests.pageInfo.endCursor;
      }
    },
    async workflowRun(id) {
      const run = await tolerate(404, () =>
        rest<RunPayload>(`read run ${id}`, 'GET /actions/runs/{run_id}', { run_id: id }),
      );
      return run && runOf(run);
    },
    async jobsOf(run) {
      const page = await rest<{ total_count: number; jobs: JobPayload[] }>(
        `list jobs of run ${run}`,
        'GET /actions/runs/{run_id}/jobs',
        { run_id: run, filter: 'all' },
      );
      return {
        total: page.total_count,
        jobs: page.jobs.map((job) => ({
          name: job.name,
          conclusion: job.conclusion,
          runner: job.runner_name,
          completedAt: job.completed_at,
        })),
      };
    },
    async artifactsOf(run) {
      const page = await rest<{ total_count: number; artifacts: ArtifactPayload[] }>(
        `list artifacts of run ${run}`,
        'GET /actions/runs/{run_id}/artifacts',
        { run_id: run },
      );
      return {
        total: page.total_count,
        artifacts: page.artifacts.map((artifact) => ({
          id: artifact.id,
          name: artifact.name,
          digest: artifact.digest ?? null,
          bytes: artifact.size_in_bytes,
          expired: artifact.expired,
        })),
      };
    },
    async download(artifact, limitBytes) {
      const data = await rest<ReadableStream<Uint8Array> | ArrayBuffer>(
        `download artifact ${artifact}`,
        'GET /actions/artifacts/{artifact_id}/zip',
        { artifact_id: artifact, request: { parseSuccessResponseBody: false } },
      );
      return readAtMost(data, limitBytes, `artifact ${artifact}`);
    },
    async isAncestor(commitOid, of) {
      const compared = await tolerate(404, () =>
        rest<{ status: string }>('compare commits', 'GET /compare/{basehead}', {
          basehead: `${commitOid}...${of}`,
          per_page: 1,
        }),
      );
      return compared?.status === 'ahead' || compared?.status === 'identical';
    },
    async answer(repository: RepositoryState, answer: Answer) {
      const labels =
        answer.addLabels.length > 0 ? await ensureLabels(repository, answer.addLabels) : repository.labels;
      const document = answerDocument(
        repository.id,
        answer,
        new Map(labels.map((label) => [label.name, label.id])),
      );
      if (document === null) return [];
      const said = await graphql<Record<string, { checkRun: { id: string } }>>(
        'answer',
        document.query,
        document.variables,
      );
      return document.checks.map((alias) => said[alias]!.checkRun.id);
    },
    async alarm(title, body) {
      const issues = await rest<
        { title: string; pull_request?: unknown; performed_via_github_app?: unknown }[]
      >('list issues', 'GET /issues', { state: 'open', labels: 'descent-stopped', per_page: 100 });
      if (issues.some((issue) => !issue.pull_request && issue.title === title)) return;
      await rest('open an issue', 'POST /issues', { title, body, labels: ['descent-stopped'] });
    },
  };
}

interface RunPayload {
  id: number;
  path: string;
  event: string;
  head_branch: string | null;
  head_sha: string;
  run_attempt?: number;
  actor?: { login: string } | null;
  status: string | null;
  conclusion: string | null;
  display_title: string;
  created_at: string;
  html_url: string;
  repository: { full_name: string };
}

interface JobPayload {
  name: string;
  conclusion: string | null;
  runner_name: string | null;
  completed_at: string | null;
}

interface ArtifactPayload {
  id: number;
  name: string;
  digest?: string | null;
  size_in_bytes: number;
  expired: boolean;
}

function runOf(run: RunPayload): WorkflowRun {
  return {
    id: run.id,
    repository: run.repository.full_name,
    path: run.path,
    event: run.event,
    branch: run.head_branch ?? '',
    headSha: run.head_sha,
    attempt: run.run_attempt ?? 1,
    actor: run.actor?.login ?? '',
    status: run.status ?? '',
    conclusion: run.conclusion,
    title: run.display_title,
    createdAt: run.created_at,
    url: run.html_url,
  };
}

async function readAtMost(
  data: ReadableStream<Uint8Array> | ArrayBuffer,
  limitBytes: number,
  what: string,
): Promise<Uint8Array> {
  if (data instanceof ArrayBuffer) data = new Blob([data]).stream();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of data) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw new PortError('refused', 413, `${what} is larger than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
