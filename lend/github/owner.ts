import { setTimeout as sleep } from 'node:timers/promises';
import type { Availability } from '../../core/formats/lending/availability.ts';
import { availabilityMessage, STATE_BRANCH } from '../../core/formats/lending/availability.ts';
import { machineName, runnerLabel, runnerName } from '../../core/formats/lending/runner-name.ts';
import { WORKFLOW_PATH } from '../template/files.ts';
import type { Octokit } from './connect.ts';
import { again, answeredWith, isLost } from './explain.ts';
import type { OwnersGitHub, QueuedRun } from './owners-github.ts';
import { orNull, type Place } from './place.ts';

/** Whose machine, where, and who may order. */
export interface Lent {
  place: Place;
  /** The machine's own name, without its owner's login. */
  machine: string;
  /** The swarm's App. */
  app: string;
  /** Git's id of the template's workflow. */
  workflow: string;
}

const STEP_MS = 500;
/** So many steps GitHub may take to end a run, before it is forced, and then to let go of its runner. */
const GRACE = 4;
const TRIES = 8;

/** GitHub as the owner of a lent machine sees it. */
export class Owner implements OwnersGitHub {
  readonly #octokit: Octokit;
  readonly #lent: Lent;
  readonly #at: { owner: string; repo: string };
  /** Told once for each run that waits here and is not the swarm's. */
  readonly #foreign: (run: number, why: string) => void;
  readonly #known = new Map<number, QueuedRun | null>();
  #tree: string | null = null;

  constructor(octokit: Octokit, lent: Lent, foreign: (run: number, why: string) => void) {
    this.#octokit = octokit;
    this.#lent = lent;
    this.#at = { owner: lent.place.owner, repo: lent.place.name };
    this.#foreign = foreign;
  }

  async say(availability: Availability): Promise<void> {
    const { git } = this.#octokit.rest;
    const message = availabilityMessage(availability);
    this.#tree ??= await this.#headTree();
    const { data: commit } = await git.createCommit({
      ...this.#at,
      message,
      tree: this.#tree,
      parents: [],
    });
    const ref = { ...this.#at, ref: `heads/${STATE_BRANCH}`, sha: commit.sha, force: true };
    await again(() => git.updateRef(ref)).catch(async (error) => {
      if (!answeredWith(error, 422) && !answeredWith(error, 404)) throw error;
      await git.createRef({ ...this.#at, ref: `refs/heads/${STATE_BRANCH}`, sha: commit.sha });
    });
  }

  async queued(): Promise<QueuedRun[]> {
    const { data } = await this.#octokit.rest.actions.listWorkflowRunsForRepo({
      ...this.#at,
      status: 'queued',
      per_page: 100,
    });
    const waiting = data.workflow_runs;
    for (const id of this.#known.keys()) if (!waiting.some((run) => run.id === id)) this.#known.delete(id);
    for (const run of waiting) {
      if (this.#known.has(run.id)) continue;
      const judged = await this.#judged(run);
      if (judged !== 'unfinished') this.#known.set(run.id, judged);
    }
    return waiting.map((run) => this.#known.get(run.id) ?? null).filter((run) => run !== null);
  }

  async mint(nonce: string): Promise<{ jit: string; runner: string }> {
    const { place, machine } = this.#lent;
    const name = runnerName(place.owner, machine, nonce);
    try {
      return await this.#mintAs(name, nonce);
    } catch (error) {
      // Either it is registered and nobody has its configuration, or an earlier client left it. Nobody uses it.
      if (!isLost(error) && !answeredWith(error, 409)) throw error;
      await this.forget(nonce);
      return await this.#mintAs(runnerName(place.owner, machine, nonce, 2), nonce);
    }
  }

  async #mintAs(name: string, nonce: string): Promise<{ jit: string; runner: string }> {
    const { data } = await this.#octokit.rest.actions.generateRunnerJitconfigForRepo({
      ...this.#at,
      name,
      runner_group_id: 1,
      labels: ['self-hosted', runnerLabel(nonce)],
      work_folder: '_work',
    });
    return { jit: data.encoded_jit_config, runner: data.runner.name };
  }

  async forget(nonce: string): Promise<void> {
    const { place, machine } = this.#lent;
    await this.#remove((name) => name.startsWith(runnerName(place.owner, machine, nonce)));
  }

  async forgetAll(): Promise<string[]> {
    const prefix = `${machineName(this.#lent.place.owner, this.#lent.machine)}.`;
    return await this.#remove((name) => name.startsWith(prefix));
  }

  /** @returns the names of those that were there */
  async #remove(isOne: (name: string) => boolean): Promise<string[]> {
    const { actions } = this.#octokit.rest;
    const runners = await this.#octokit.paginate(actions.listSelfHostedRunnersForRepo, {
      ...this.#at,
      per_page: 100,
    });
    const removed: string[] = [];
    for (const { id, name } of runners.filter((one) => isOne(one.name)))
      if (await this.#removeOne(id)) removed.push(name);
    return removed;
  }

  /** Of a machine that was killed, GitHub believes for minutes that it has its job, and forgets the runner with that. */
  async #removeOne(id: number): Promise<boolean> {
    const runner = { ...this.#at, runner_id: id };
    for (let tries = 0; tries < TRIES; tries++) {
      try {
        await orNull(this.#octokit.rest.actions.deleteSelfHostedRunnerFromRepo(runner));
        return true;
      } catch (error) {
        if (!answeredWith(error, 422)) throw error;
        await sleep(STEP_MS);
      }
    }
    return false;
  }

  /** A runner that was killed cannot answer: GitHub then waits minutes for it, unless it is told not to. */
  async cancel(runId: number): Promise<void> {
    const { actions } = this.#octokit.rest;
    const at = { ...this.#at, run_id: runId };
    const ended = (error: unknown) => {
      if (!answeredWith(error, 409) && !answeredWith(error, 404)) throw error;
    };
    await actions.cancelWorkflowRun(at).catch(ended);
    for (let tries = 0; tries < GRACE; tries++) {
      const run = await orNull(actions.getWorkflowRun(at));
      if (run === null || run.status === 'completed') return;
      await sleep(STEP_MS);
    }
    await actions.forceCancelWorkflowRun(at).catch(ended);
  }

  async run(id: number): Promise<{ status: string; conclusion: string | null }> {
    const { data } = await this.#octokit.rest.actions.getWorkflowRun({ ...this.#at, run_id: id });
    return { status: data.status ?? 'unknown', conclusion: data.conclusion };
  }

  async #headTree(): Promise<string> {
    const { git } = this.#octokit.rest;
    const { data } = await git.getRef({ ...this.#at, ref: `heads/${this.#lent.place.branch}` });
    const { data: commit } = await git.getCommit({ ...this.#at, commit_sha: data.object.sha });
    return commit.tree.sha;
  }

  /** Null for a run that is not this machine's, `unfinished` while its job is not there. The label is asked of its job, since only a job with it gets the runner. */
  async #judged(run: Waiting): Promise<QueuedRun | 'unfinished' | null> {
    const refuse = (why: string) => {
      this.#foreign(run.id, why);
      return null;
    };
    const { place, app } = this.#lent;
    const actor = run.triggering_actor?.login ?? run.actor?.login ?? 'nobody';
    if (actor !== `${app}[bot]`) return refuse(`it was started by ${actor}, not by ${app}[bot]`);
    if (run.event !== 'workflow_dispatch') return refuse(`its event is ${run.event}`);
    if (run.path.split('@')[0] !== WORKFLOW_PATH) return refuse(`its workflow is ${run.path}`);
    if (run.head_branch !== place.branch) return refuse(`its branch is ${run.head_branch}`);
    if ((run.run_attempt ?? 1) !== 1) return refuse('it is a repetition of an earlier run');
    const title = run.display_title;
    const nonce = /(?:^|\s)([0-9a-f]{32})$/.exec(title)?.[1];
    if (nonce === undefined) return refuse('its title names no job');
    const { data } = await this.#octokit.rest.actions.listJobsForWorkflowRun({ ...this.#at, run_id: run.id });
    if (data.jobs.length === 0) return 'unfinished'; // GitHub lists a run before it has made its job
    const labels = data.jobs[0]?.labels ?? [];
    if (data.jobs.length !== 1 || !labels.includes(runnerLabel(nonce)))
      return refuse(`its job asks for ${labels.join(', ') || 'no label'}, not for ${runnerLabel(nonce)}`);
    if ((await this.#workflowAt(run.head_sha)) !== this.#lent.workflow)
      return refuse(`its workflow at ${run.head_sha} is not the one that this client wrote`);
    return { id: run.id, nonce, title, commit: run.head_sha, at: run.created_at };
  }

  /** Git's id of the workflow in a commit: what GitHub's runner will be given. */
  async #workflowAt(commit: string): Promise<string | null> {
    const { repos } = this.#octokit.rest;
    const file = await orNull(repos.getContent({ ...this.#at, path: WORKFLOW_PATH, ref: commit }));
    return file === null || Array.isArray(file) || file.type !== 'file' ? null : file.sha;
  }
}

type Waiting = Awaited<
  ReturnType<Octokit['rest']['actions']['listWorkflowRunsForRepo']>
>['data']['workflow_runs'][number];
