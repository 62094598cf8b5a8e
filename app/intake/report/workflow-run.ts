import { SCORED_ARTIFACT } from '../../../core/formats/handed-over.ts';
import type { Artifact, WorkflowJob, WorkflowRun } from '../../github/port.ts';
import type { RunKey } from '../../model/state.ts';
import { type Judged, refuse } from './report.ts';

/** Is this workflow run the one we started, and did it leave exactly what experiment.yml leaves? */

const WORKFLOW_PATH = '.github/workflows/experiment.yml';
const JOB_NAME = 'measure';
const ARTIFACT_NAME = 'report';
/** A report has at most 256 KiB; an archive of one file adds little. */
export const ARCHIVE_LIMIT_BYTES = 512 * 1024;

export interface Expected {
  repository: string;
  branch: string;
  /** GitHub's number of the repository's owner, who may have another name by now; null where the name says enough. */
  ownerId: number | null;
  bot: string;
  key: RunKey;
}

/** Everything but the harness's commit, which may need one more look at main. */
export function judgeRun(run: WorkflowRun, expected: Expected): Judged<WorkflowRun> {
  const compare: [check: string, is: unknown, should: unknown][] = [
    ['repository', run.repository.toLowerCase(), expected.repository.toLowerCase()],
    ['owner', expected.ownerId === null ? null : run.ownerId, expected.ownerId],
    ['path', run.path.replace(/@.*$/, ''), WORKFLOW_PATH],
    ['event', run.event, 'workflow_dispatch'],
    ['branch', run.branch, expected.branch],
    ['attempt', run.attempt, 1],
    ['actor', run.actor.toLowerCase(), expected.bot.toLowerCase()],
    ['run', run.id, expected.key.runId],
  ];
  for (const [check, is, should] of compare)
    if (is !== should) return refuse(check, `the workflow run's ${check} is ${is}, it must be ${should}`);
  if (!run.title.split(' ').includes(expected.key.nonce))
    return refuse('title', "the workflow run's title does not carry the nonce of this dispatch");
  return { ok: true, value: run };
}

export function judgeJobs(page: {
  total: number;
  jobs: WorkflowJob[];
}): Judged<WorkflowJob & { runner: string }> {
  const [job] = page.jobs;
  if (page.total !== 1 || page.jobs.length !== 1 || !job)
    return refuse('jobs', `the workflow run has ${page.total} jobs, it must have one`);
  if (job.name !== JOB_NAME) return refuse('jobs', `the job is called ${job.name}, it must be ${JOB_NAME}`);
  if (job.conclusion !== 'success') return refuse('jobs', `the job ended as ${job.conclusion}`);
  if (!job.runner) return refuse('runner', 'GitHub does not say which runner took the job');
  return { ok: true, value: { ...job, runner: job.runner } };
}

/** The report, and beside it what was scored when the order asks for it. */
export function judgeArtifacts(
  page: { total: number; artifacts: Artifact[] },
  handsOver: boolean,
): Judged<{ report: Stored; scored: Stored | null }> {
  const names = handsOver ? [ARTIFACT_NAME, SCORED_ARTIFACT] : [ARTIFACT_NAME];
  if (page.total > names.length || page.artifacts.length !== page.total || page.total === 0)
    return refuse('artifacts', `the workflow run has ${page.total} artifacts, it must have ${names.length}`);
  const stranger = page.artifacts.find((one) => !names.includes(one.name));
  if (stranger)
    return refuse('artifacts', `an artifact is called ${stranger.name}, it must be ${names.join(' or ')}`);
  const [report, ...more] = page.artifacts.filter((one) => one.name === ARTIFACT_NAME);
  if (!report || more.length > 0)
    return refuse(
      'artifacts',
      `of the artifacts ${page.artifacts.length} one must be called ${ARTIFACT_NAME}`,
    );
  const scored = page.artifacts.find((one) => one.name === SCORED_ARTIFACT) ?? null;
  if (report.bytes > ARCHIVE_LIMIT_BYTES)
    return refuse('size', `the artifact has ${report.bytes} bytes, at most ${ARCHIVE_LIMIT_BYTES}`);
  if (report.expired) return refuse('artifacts', 'the artifact has expired');
  const stored = [report, scored].map((one) => (one?.digest ? { ...one, digest: one.digest } : null));
  if (!stored[0] || (scored && !stored[1])) return refuse('digest', 'GitHub names no digest of the artifact');
  return { ok: true, value: { report: stored[0], scored: stored[1] ?? null } };
}

type Stored = Artifact & { digest: string };
