import type { Client } from './client.ts';
import { tolerate } from './errors.ts';
import { type Actions, PortError, type WorkflowRun } from './port.ts';

const WORKFLOW = 'experiment.yml';
/** `return_run_details` is described for this version. */
const VERSION = { 'x-github-api-version': '2022-11-28' };
const DISPATCHES = 3;

/** GitHub Actions: ordering a run and fetching what it left. */
export function actionsOf({ rest }: Pick<Client, 'rest'>): Actions {
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
        const said = await rest<{ workflow_run_id?: number } | undefined>(
          `dispatch ${WORKFLOW}`,
          `POST /actions/workflows/${WORKFLOW}/dispatches`,
          { ref: branch, inputs, return_run_details: true, headers: VERSION },
        );
        return said?.workflow_run_id ?? null;
      } catch (error) {
        if (!(error instanceof PortError) || error.kind !== 'transient' || attempt >= DISPATCHES) throw error;
        const taken = (await recentRuns()).find((run) => run.title === inputs.title);
        if (taken) return taken.id;
      }
    }
  }

  return {
    dispatch,
    recentRuns,
    async cancel(id, force) {
      for (const how of force ? ['cancel', 'force-cancel'] : ['cancel']) {
        const cancel = () => rest(`${how} run ${id}`, `POST /actions/runs/{run_id}/${how}`, { run_id: id });
        await tolerate(404, () => tolerate(409, cancel));
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
          expiresAt: artifact.expires_at,
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
  repository: { full_name: string; owner: { id: number } };
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
  expires_at: string | null;
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
    ownerId: run.repository.owner.id,
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
