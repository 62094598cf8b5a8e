import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { connect } from '@descent-swarm/github-emulator/machine/listener/registration.ts';
import type { Octokit } from '@octokit/rest';
import type { LentMachine } from '../../app/model/lent.ts';
import {
  type Availability,
  availabilityMessage,
  STATE_BRANCH,
} from '../../core/formats/lending/availability.ts';
import { MACHINE_REPOSITORY, type MachineFile } from '../../core/formats/lending/machine-file.ts';
import type { Report } from '../../core/formats/report.ts';
import { connectOwner } from '../../lend/github/connect.ts';
import { Owner } from '../../lend/github/owner.ts';
import { machineFiles, templateBlob } from '../../lend/template/files.ts';
import { git as gitIn, type Identity } from '../town/git.ts';
import { PlayedMachine, type Taken } from '../town/played-machine.ts';
import { putFile } from './authors.ts';
import type { Stage } from './stage.ts';

/** What an owner may do otherwise than `descent lend` does. */
interface Wish {
  machine?: string;
  repository?: string;
  /** In place of the template's, by path. */
  files?: Record<string, string>;
  swarm?: string;
  tracks?: string[];
  /** Everybody's experiments alone where it is left out. */
  accepts?: MachineFile['accepts'];
}

/** An owner who lends a machine from a repository of theirs: the client's own requests, and a machine that is played. */
export class LentOwner {
  readonly login: string;
  readonly machine: string;
  readonly repository: string;
  /** GitHub's number of the installation. */
  installation = 0;
  readonly #stage: Stage;
  readonly github: Octokit;
  readonly #owner: Owner;

  private constructor(
    stage: Stage,
    login: string,
    token: string,
    names: { machine: string; repository: string; workflow: string },
  ) {
    const { machine, repository, workflow } = names;
    this.#stage = stage;
    this.login = login;
    this.machine = machine;
    this.repository = repository;
    this.github = stage.agentOf(login);
    const place = { id: 0, owner: login, name: repository, branch: 'main' };
    const clock = { now: () => new Date(), sleep: async () => {} };
    const octokit = connectOwner(clock, stage.emulator.url, token);
    this.#owner = new Owner(octokit, { place, machine, app: stage.app.slug, workflow }, () => {});
  }

  /** Makes the account and its repository; the App is not installed there yet. */
  static async make(stage: Stage, login: string, wish: Wish = {}): Promise<LentOwner> {
    const { machine = 'desk', repository = MACHINE_REPOSITORY } = wish;
    const token = await stage.account(login);
    const file = { swarm: wish.swarm ?? 'descent/descent', machine, tracks: wish.tracks ?? ['cpu'] };
    const files = {
      ...(await machineFiles({ ...file, accepts: wish.accepts ?? ['commons'] })),
      ...wish.files,
    };
    const from = await seedOf(join(stage.folder, 'lent'), files);
    await stage.control.repository({ owner: login, name: repository, from });
    return new LentOwner(stage, login, token, { machine, repository, workflow: await templateBlob() });
  }

  /** The same, with the click, and heard by the bot. */
  static async lend(stage: Stage, login: string, wish: Wish = {}): Promise<LentOwner> {
    const owner = await LentOwner.make(stage, login, wish);
    await owner.install();
    return owner;
  }

  get fullName(): string {
    return `${this.login}/${this.repository}`;
  }

  /** As a path of the API names it. */
  get at(): { owner: string; repo: string } {
    return { owner: this.login, repo: this.repository };
  }

  async install(): Promise<void> {
    this.installation = (await this.#stage.control.install(this.#stage.app.id, [this.fullName])).id;
    await this.#stage.settle();
  }

  /** Orders that wait for its machine, by their nonces. */
  async waiting(): Promise<string[]> {
    const { data } = await this.github.actions.listWorkflowRunsForRepo({ ...this.at, status: 'queued' });
    const runs = data.workflow_runs.toReversed(); // the oldest first
    return runs.flatMap(({ display_title: title }) => /[0-9a-f]{32}$/.exec(title)?.[0] ?? []);
  }

  /** What its client would say now. */
  availability(change: Partial<Availability> = {}): Availability {
    return {
      ...{ schema: 1, at: new Date().toISOString(), status: 'free', why: null, until: null, nonce: null },
      ...{ machine: this.machine, tracks: ['cpu'], device: 'A processor', driver: null, powerWatts: null },
      ...change,
    };
  }

  /** Its client says so, and the bot has heard it. */
  async say(change: Partial<Availability> = {}): Promise<void> {
    await this.tell(change);
    await this.#stage.settle();
  }

  /** The same, when the bot hears it is not waited for. */
  tell(change: Partial<Availability> = {}): Promise<void> {
    return this.#owner.say(this.availability(change));
  }

  /** Any message on the branch `state`, as somebody could write it who is not the client. */
  async write(message: string): Promise<void> {
    const { data: ref } = await this.github.git.getRef({ ...this.at, ref: 'heads/main' });
    const { data: head } = await this.github.git.getCommit({ ...this.at, commit_sha: ref.object.sha });
    const { data: commit } = await this.github.git.createCommit({
      ...this.at,
      ...{ message, tree: head.tree.sha, parents: [] },
    });
    const state = { ...this.at, sha: commit.sha };
    await this.github.git
      .updateRef({ ...state, ref: `heads/${STATE_BRANCH}`, force: true })
      .catch(() => this.github.git.createRef({ ...state, ref: `refs/heads/${STATE_BRANCH}` }));
    await this.#stage.settle();
  }

  message(change: Partial<Availability> = {}): string {
    return availabilityMessage(this.availability(change));
  }

  /** Puts a file on its default branch, and the bot has heard it. */
  async put(path: string, text: string): Promise<void> {
    await putFile(this.github, { ...this.at, path }, text);
    await this.#stage.settle();
  }

  /** What the swarm answered on the newest commit; null where it has not. */
  async answer(): Promise<{
    conclusion: string | null;
    title: string | null;
    summary: string | null;
  } | null> {
    const { data } = await this.github.checks.listForRef({ ...this.at, ref: 'main' });
    const check = data.check_runs.find(({ name }) => name === 'descent machine');
    return check
      ? { conclusion: check.conclusion, title: check.output.title, summary: check.output.summary }
      : null;
  }

  /** The machine as the bot knows it; undefined where it is not believed. */
  known(): LentMachine | undefined {
    return this.#stage
      .bot!.descent.lent.registry.machines('descent/descent')
      .find(({ repository }) => `${repository.owner}/${repository.name}` === this.fullName);
  }

  /** Its client sees the oldest run that waits here, says so, and its runner takes it; null where none waits. */
  async next(): Promise<Taken | null> {
    const [run] = (await this.#owner.queued()).toReversed();
    if (!run) return null;
    await this.say({ status: 'busy', nonce: run.nonce });
    return this.take(run.nonce);
  }

  /** The same, with this report, after which the machine is free again. */
  async measure(report: Partial<Report> = {}): Promise<Taken | null> {
    const taken = await this.next();
    if (!taken) return null;
    await this.#stage.finish(taken, report);
    await this.say({ status: 'free' });
    return taken;
  }

  /** The runner that its client registers for this job takes it. */
  async take(nonce: string, runner?: string): Promise<Taken> {
    const jit =
      runner === undefined ? (await this.#owner.mint(nonce)).jit : await this.#mintAs(runner, nonce);
    const token = await connect(jit);
    const taken = await new PlayedMachine(this.#stage.emulator.url, {
      name: this.machine,
      token: token!,
    }).take();
    if (!taken) throw new Error(`no job of ${nonce} waits in ${this.fullName}`);
    return taken;
  }

  async #mintAs(name: string, nonce: string): Promise<string> {
    const labels = ['self-hosted', `descent-job-${nonce}`];
    const { data } = await this.github.actions.generateRunnerJitconfigForRepo({
      ...this.at,
      ...{ name, runner_group_id: 1, labels },
    });
    return data.encoded_jit_config;
  }
}

/** A repository with these files, in a folder of its own; one that is there already for those that are alike. */
async function seedOf(folder: string, files: Record<string, string>): Promise<string> {
  const from = join(folder, createHash('sha256').update(JSON.stringify(files)).digest('hex'));
  if (existsSync(from)) return from;
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(from, path)), { recursive: true });
    await writeFile(join(from, path), text);
  }
  const identity: Identity = { name: 'owner', email: 'owner@example.org' };
  await gitIn(from, identity, ['init', '--quiet', '--initial-branch=main']);
  await gitIn(from, identity, ['add', '.']);
  await gitIn(from, identity, ['commit', '--quiet', '--message', 'Lend this machine']);
  return from;
}
