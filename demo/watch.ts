import type { Octokit } from '@octokit/rest';
import { findOverall } from '../core/formats/check-name.ts';
import { ALARM_LABEL } from '../core/formats/labels.ts';

/** The state of one pull request, as anyone can read it from GitHub. */
export type PullView = {
  number: number;
  title: string;
  author: string;
  open: boolean;
  merged: boolean;
  labels: string[];
  /** Conclusion of the bot's overall check `descent`; null until it is decided. */
  conclusion: string | null;
};

/** A measurement in progress. `pull` is null for the incumbent's own. */
export type RunView = {
  pull: number | null;
  stage: string;
  machine: string | null;
  startedAt: number | null;
};

/** `finishedSeconds`: the latest run first. `alarms`: titles of issues by which the bot calls a maintainer. */
export type View = { pulls: PullView[]; runs: RunView[]; finishedSeconds: number[]; alarms: string[] };

const LATEST = 8;

type Place = { owner: string; repo: string };

/**
 * Reads the present state: pull requests, their check, the workflow runs and the machines that take them.
 * @param machines the repositories of machines that are lent; runs are there and in the swarm's own
 */
export async function look(octokit: Octokit, place: Place, machines: Place[] = []): Promise<View> {
  const [{ data: pulls }, all, { data: issues }] = await Promise.all([
    octokit.pulls.list({ ...place, state: 'all', sort: 'created', direction: 'asc', per_page: 100 }),
    Promise.all([place, ...machines].map((at) => runsOf(octokit, at))),
    octokit.issues.listForRepo({ ...place, state: 'open', labels: ALARM_LABEL, per_page: 100 }),
  ]);
  const views = await Promise.all(
    pulls.map(async (pull): Promise<PullView> => {
      const on = { ...place, ref: pull.head.sha };
      const check =
        pull.state === 'closed'
          ? null // decided: its check is not read again
          : await findOverall(
              pull.number,
              async (name) => (await octokit.checks.listForRef({ ...on, check_name: name })).data.check_runs,
            );
      return {
        number: pull.number,
        title: pull.title,
        author: pull.user?.login ?? 'ghost',
        open: pull.state === 'open',
        merged: pull.merged_at !== null,
        labels: pull.labels.map((label) => label.name),
        conclusion: check?.conclusion ?? null,
      };
    }),
  );
  const list = all.flat().sort((a, b) => b.run.created_at.localeCompare(a.run.created_at));
  const active = list.filter(({ run }) => run.status !== 'completed');
  const runs = await Promise.all(
    active.map(async ({ at, run }): Promise<RunView> => {
      const { data } = await octokit.actions.listJobsForWorkflowRun({ ...at, run_id: run.id });
      const job = data.jobs[0];
      const [, pull, stage = ''] = /^descent #?(\w+) (\w+)/.exec(run.display_title) ?? [];
      const started = job?.status === 'in_progress' && job.started_at;
      return {
        pull: Number(pull) || null,
        stage,
        machine: job?.runner_name ?? null,
        startedAt: started ? Date.parse(started) : null,
      };
    }),
  );
  const finishedSeconds = list
    .filter(({ run }) => run.status === 'completed' && run.run_started_at)
    .map(({ run }) => (Date.parse(run.updated_at) - Date.parse(run.run_started_at!)) / 1000);
  const alarms = issues.filter((issue) => !issue.pull_request).map((issue) => issue.title);
  return { pulls: views, runs, finishedSeconds, alarms };
}

async function runsOf(octokit: Octokit, at: Place) {
  const { data } = await octokit.actions.listWorkflowRunsForRepo({ ...at, per_page: 100 });
  return data.workflow_runs.map((run) => ({ at, run }));
}

/** A pull request is settled when it is closed, or refused with a failed check and waiting for its author. */
export function settled(pull: PullView): boolean {
  return !pull.open || (!adopted(pull) && pull.conclusion !== null && pull.conclusion !== 'success');
}

/** It is on the frontier, and waits until its chain is certified or refuted. */
export function adopted(pull: PullView): boolean {
  return pull.open && pull.labels.includes('adopted');
}

/** How long a measurement takes now: the median of the latest, since a machine is not always as busy. */
export function typicalSeconds({ finishedSeconds }: View): number {
  return median(finishedSeconds.slice(0, LATEST)) ?? 30;
}

/** One line per pull request, in words: who waits, which machine measures what, and how long it will take. */
export function describe(view: View, now: number): string[] {
  const typical = typicalSeconds(view);
  const lines = view.runs
    .filter((run) => run.pull === null)
    .map((run) => `incumbent: ${measuring(run, typical, now)}`);
  for (const pull of view.pulls) {
    const run = view.runs.find((run) => run.pull === pull.number);
    const state = run
      ? measuring(run, typical, now)
      : settled(pull) || adopted(pull)
        ? outcome(pull)
        : 'waits for a machine';
    lines.push(`#${pull.number} ${pull.title} (${pull.author}): ${state}`);
  }
  return lines;
}

function measuring(run: RunView, typical: number, now: number): string {
  if (run.startedAt === null) return 'sent to a machine';
  const left = Math.max(1, Math.round(typical - (now - run.startedAt) / 1000));
  return `${run.machine} measures it (${run.stage}), about ${left} s left`;
}

function outcome(pull: PullView): string {
  if (adopted(pull)) return 'adopted: the best guess to build on, not certified yet';
  if (pull.merged) return `merged (${pull.labels.join(', ')})`;
  return pull.open ? `refused, still open (${pull.labels.join(', ')})` : `closed (${pull.labels.join(', ')})`;
}

function median(values: number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
