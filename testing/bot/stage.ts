import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type App,
  actionsApp,
  createToken,
  type Emulator,
  startEmulator,
} from '@descent-swarm/github-emulator';
import { Control } from '@descent-swarm/github-emulator/control.ts';
import { Octokit } from '@octokit/rest';
import { execa } from 'execa';
import { strToU8, zipSync } from 'fflate';
import { type Running, startServer } from '../../app/serve/server.ts';
import { COMMENT_TAG } from '../../core/formats/comment-tag.ts';
import { type Job, jobSchema } from '../../core/formats/job.ts';
import { leaderboardSchema } from '../../core/formats/leaderboard.ts';
import type { Report } from '../../core/formats/report.ts';
import { CONFIG } from '../examples/config.ts';
import { HARNESS, reportOf } from '../examples/report.ts';

export { AUDITED, CONFIG, SEVERAL } from '../examples/config.ts';

/** A GitHub, the real bot and a machine that is told what to measure: for stories that take no training. */

export const REPO = { owner: 'descent', repo: 'descent' };
const SECRET = 'only for the stories';
const ROOT = join(import.meta.dirname, '../..');

export const GOOD_BODY = '## Hypothesis\nMore steps at the same budget lower the loss.\n';

async function seed(folder: string, files: Record<string, string>): Promise<void> {
  const all: Record<string, string> = {
    '.github/descent.yml': CONFIG,
    '.github/workflows/experiment.yml': await readFile(
      join(ROOT, '.github/workflows/experiment.yml'),
      'utf8',
    ),
    'train/train.py': 'print("the beginning")\n',
    'train/prepare.py': 'print("data")\n',
    'train/harness.py': HARNESS,
    'results/leaderboard.json': '{"schema": 1, "primary": "cpu", "tracks": {}, "owners": {}}\n',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const git = (...args: string[]) =>
    execa('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args]);
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'Begin');
}

/** A job a machine has taken. */
export interface Taken {
  jobId: number;
  runId: number;
  job: Job;
  token: string;
  machine: string;
}

export interface PullView {
  state: string;
  merged: boolean;
  labels: string[];
  /** The bot's comments. */
  comments: string[];
  head: string;
}

export class Stage {
  readonly emulator: Emulator;
  readonly control: Control;
  readonly folder: string;
  /** Reads as anybody may. */
  readonly onlooker: Octokit;
  app: { id: number; slug: string; private_key: string };
  bot: Running | null = null;
  #agents = new Map<string, Octokit>();
  /** Of those who lend machines, and may be authors too. */
  #tokens = new Map<string, string>();
  /** What runs that handed over their weights said. */
  #losses = new Map<number, number>();
  #machines: { name: string; token: string }[] = [];

  constructor(emulator: Emulator, folder: string, onlooker: Octokit, app: Stage['app']) {
    this.emulator = emulator;
    this.control = new Control(emulator.url);
    this.folder = folder;
    this.onlooker = onlooker;
    this.app = app;
  }

  static async open(files: Record<string, string> = {}): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'descent-story-'));
    await seed(join(folder, 'seed'), files);
    const emulator = await startEmulator();
    const control = new Control(emulator.url);
    const owner = await control.user(REPO.owner);
    const { token } = await control.user('onlooker');
    await control.repository({ owner: REPO.owner, name: REPO.repo, from: join(folder, 'seed') });
    const app = await control.app({
      slug: 'descent',
      repository: `${REPO.owner}/${REPO.repo}`,
      webhook_url: 'http://127.0.0.1:9/',
      webhook_secret: SECRET,
    });
    const stage = new Stage(emulator, folder, octokit(emulator.url, token), app);
    stage.#agents.set(REPO.owner, octokit(emulator.url, owner.token));
    await stage.addMachine('ada', 'desk');
    return stage;
  }

  /** For tests that others wrote; ours ask `control`. */
  door<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.control.ask(method, path, body);
  }

  /** @param api where the bot finds GitHub: the emulator, or something in between */
  async startBot(api = this.emulator.url): Promise<void> {
    this.bot = await startServer({
      APP_ID: this.app.id,
      PRIVATE_KEY: this.app.private_key,
      WEBHOOK_SECRET: SECRET,
      GITHUB_API_URL: api,
      HOST: '127.0.0.1',
      PORT: await freePort(),
      LOG_LEVEL: (process.env.STORY_LOG as 'info' | undefined) ?? 'silent',
      SWEEP_MINUTES: 0,
      DESCENT_CACHE: join(this.folder, 'cache'),
    });
    await this.control.moveWebhook(this.app.id, `${this.bot.url}/api/github/webhooks`);
  }

  /** The incumbent is measured at this loss before the story begins. */
  async begin(baseline: number): Promise<void> {
    await this.startBot();
    await this.bot!.descent.sweep(null);
    await this.measure({ valBpb: baseline });
  }

  /** The incumbent is measured four times, around this loss, by the owners `ada` and `bob` in turn. */
  async beginSeveral(baseline: number): Promise<void> {
    await this.addMachine('bob', 'lab');
    await this.startBot();
    await this.bot!.descent.sweep(null);
    for (const off of [0.05, -0.05]) {
      const taken = [(await this.take(0))!, (await this.take(1))!];
      for (const [i, one] of taken.entries()) await this.finish(one, { valBpb: baseline + off + i * 0.01 });
    }
  }

  /** Machine `machine` takes the oldest job it may and brings this report; null when there is none for it. */
  async measureOn(machine: number, change: Partial<Report>): Promise<Taken | null> {
    const taken = await this.take(machine);
    if (taken) await this.finish(taken, change);
    return taken;
  }

  /** @param labels beside `self-hosted` and the owner's: those of the tracks it takes jobs of */
  async addMachine(owner: string, name: string, labels = ['descent-cpu']): Promise<void> {
    if (!this.#tokens.has(owner)) {
      const user = await this.control.user(owner);
      this.#tokens.set(owner, user.token);
    }
    const machine = {
      name: `${owner}.${name}`,
      owner,
      labels: ['self-hosted', ...labels, `owner-${owner}`],
      repository: `${REPO.owner}/${REPO.repo}`,
    };
    const { token } = await this.control.machine(machine);
    this.#machines.push({ name: machine.name, token });
  }

  /** Waits until every webhook is answered and the bot has nothing left to do. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      await this.bot?.descent.idle();
      const deliveries = await this.control.deliveries();
      quiet = deliveries.some((one) => one.outcome === 'pending') ? 0 : quiet + 1;
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  /** The next job a machine takes; null when none waits. */
  async take(machine = 0): Promise<Taken | null> {
    const { name, token } = this.#machines[machine]!;
    const response = await fetch(`${this.emulator.url}/_machine/acquire`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    if (response.status === 204) return null;
    const taken = (await response.json()) as { jobId: number; runId: number; inputs: { job: string } };
    return {
      jobId: taken.jobId,
      runId: taken.runId,
      job: jobSchema.parse(JSON.parse(taken.inputs.job)),
      token,
      machine: name,
    };
  }

  upload({ runId, token }: Taken, archive: Uint8Array, name = 'report'): Promise<unknown> {
    return call(`${this.emulator.url}/_machine/runs/${runId}/artifacts/${name}`, 'PUT', archive, token);
  }

  complete({ jobId, token }: Taken, conclusion = 'success'): Promise<unknown> {
    return call(
      `${this.emulator.url}/_machine/jobs/${jobId}/complete`,
      'POST',
      { conclusion, log: '' },
      token,
    );
  }

  /** Whoever scores once more finds what the first machine said, unless the story says otherwise. */
  #agreeing({ rescore }: Job, change: Partial<Report>): Partial<Report> {
    const valBpb = rescore && this.#losses.get(rescore.runId);
    return valBpb === undefined || change.outcome !== undefined ? change : { ...change, valBpb };
  }

  /** The report, and beside it what the job hands over. */
  async handIn(taken: Taken, change: Partial<Report>): Promise<void> {
    const report = reportOf(taken.job, this.#agreeing(taken.job, change));
    await this.upload(taken, zipOf(report));
    if (!taken.job.handOver || report.outcome !== 'scored') return;
    this.#losses.set(taken.runId, report.valBpb!);
    await this.upload(taken, zipSync({ 'weights.bin': strToU8('w') }), 'scored');
  }

  async finish(taken: Taken, change: Partial<Report> = {}): Promise<void> {
    await this.handIn(taken, change);
    await this.complete(taken);
    await this.settle();
  }

  /** A machine takes the waiting job and brings this report. */
  async measure(change: Partial<Report> = {}): Promise<Taken> {
    const taken = await this.take();
    if (!taken) throw new Error('no job waits for a machine');
    await this.finish(taken, change);
    return taken;
  }

  /** The token a workflow with sweep.yml's permissions gets. */
  workflowToken(): string {
    const { world } = this.emulator;
    const write = {
      actions: 'write',
      checks: 'write',
      contents: 'write',
      issues: 'write',
      pull_requests: 'write',
    } as const;
    return this.#token(actionsApp(world), write);
  }

  #token(app: App, permissions: { [name: string]: 'write' }): string {
    const { world } = this.emulator;
    const repository = world.repository(REPO.owner, REPO.repo);
    const actor = {
      kind: 'integration' as const,
      app,
      repository,
      permissions,
      installation: null,
      job: null,
    };
    return createToken(world, 'ghs', actor, 60);
  }

  /** Another App installed on the repository, with the right to write check runs. */
  async otherApp(slug: string): Promise<Octokit> {
    const repository = `${REPO.owner}/${REPO.repo}`;
    const { id } = await this.control.app({ slug, repository });
    return octokit(this.emulator.url, this.#token(this.emulator.world.apps.get(id)!, { checks: 'write' }));
  }

  /** Somebody who has an account already. */
  agentOf(login: string): Octokit {
    return this.#agents.get(login)!;
  }

  async agent(login: string): Promise<Octokit> {
    const known = this.#agents.get(login);
    if (known) return known;
    const token = this.#tokens.get(login) ?? (await this.control.user(login)).token;
    const agent = octokit(this.emulator.url, token);
    this.#agents.set(login, agent);
    await agent.repos.createFork(REPO);
    return agent;
  }

  /** Writes files on a branch of the author's fork; the branch begins at main, or at `from`. */
  async push(login: string, branch: string, files: Record<string, string>, from?: string): Promise<string> {
    const agent = await this.agent(login);
    const fork = { owner: login, repo: REPO.repo };
    const exists = await agent.git.getRef({ ...fork, ref: `heads/${branch}` }).then(
      () => true,
      () => false,
    );
    if (!exists)
      await agent.git.createRef({ ...fork, ref: `refs/heads/${branch}`, sha: from ?? (await this.main()) });
    let sha = '';
    for (const [path, content] of Object.entries(files)) {
      const before = await agent.repos.getContent({ ...fork, path, ref: branch }).then(
        ({ data }) => ('sha' in data ? data.sha : undefined),
        () => undefined,
      );
      const { data } = await agent.repos.createOrUpdateFileContents({
        ...fork,
        path,
        branch,
        message: `Edit ${path}`,
        content: Buffer.from(content).toString('base64'),
        ...(before && { sha: before }),
      });
      sha = data.commit.sha!;
    }
    return sha;
  }

  /** The repository's owner edits files on main. */
  async commit(files: Record<string, string>): Promise<void> {
    const owner = this.agentOf(REPO.owner);
    for (const [path, content] of Object.entries(files)) {
      const { data } = await owner.repos.getContent({ ...REPO, path });
      await owner.repos.createOrUpdateFileContents({
        ...REPO,
        path,
        message: `Edit ${path}`,
        content: Buffer.from(content).toString('base64'),
        ...('sha' in data && { sha: data.sha }),
      });
    }
    await this.settle();
  }

  /** Opens a pull request with a new train.py and waits for the bot. */
  async open(
    login: string,
    content: string,
    more: {
      title?: string;
      body?: string;
      draft?: boolean;
      files?: Record<string, string>;
      from?: string;
    } = {},
  ): Promise<number> {
    const branch = `try-${Math.abs(hash(content + (more.title ?? '')))}`;
    await this.push(login, branch, { 'train/train.py': content, ...more.files }, more.from);
    const { data } = await (await this.agent(login)).pulls.create({
      ...REPO,
      head: `${login}:${branch}`,
      base: 'main',
      title: more.title ?? 'Try something',
      body: more.body ?? GOOD_BODY,
      draft: more.draft ?? false,
    });
    await this.settle();
    return data.number;
  }

  async main(): Promise<string> {
    const { data } = await this.onlooker.git.getRef({ ...REPO, ref: 'heads/main' });
    return data.object.sha;
  }

  async file(path: string, ref = 'main'): Promise<string> {
    const { data } = await this.onlooker.repos.getContent({ ...REPO, path, ref });
    if (!('content' in data)) throw new Error(`${path} is not a file`);
    return Buffer.from(data.content, 'base64').toString('utf8');
  }

  async leaderboard() {
    return leaderboardSchema.parse(JSON.parse(await this.file('results/leaderboard.json')));
  }

  async view(number: number): Promise<PullView> {
    const { data } = await this.onlooker.pulls.get({ ...REPO, pull_number: number });
    const { data: comments } = await this.onlooker.issues.listComments({ ...REPO, issue_number: number });
    return {
      state: data.state,
      merged: data.merged,
      labels: data.labels.map((label) => label.name),
      comments: comments
        .filter((one) => one.user?.login.endsWith('[bot]') && one.body?.startsWith(COMMENT_TAG))
        .map((one) => one.body!),
      head: data.head.sha,
    };
  }

  async check(sha: string, name = 'descent') {
    const { data } = await this.onlooker.checks.listForRef({ ...REPO, ref: sha, check_name: name });
    return data.check_runs[0] ?? null;
  }

  async close(): Promise<void> {
    await this.bot?.close();
    await this.emulator.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export function zipOf(report: Report | string): Uint8Array {
  return zipSync({ 'report.json': strToU8(typeof report === 'string' ? report : JSON.stringify(report)) });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function hash(text: string): number {
  return [...text].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) | 0, 7);
}

function octokit(baseUrl: string, auth: string): Octokit {
  const silent = () => {};
  return new Octokit({ baseUrl, auth, log: { debug: silent, info: silent, warn: silent, error: silent } });
}

async function call<T>(url: string, method: string, body: unknown, token?: string): Promise<T> {
  const raw = body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: {
      'content-type': raw ? 'application/zip' : 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: raw ? Buffer.from(body) : JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return (text ? JSON.parse(text) : null) as T;
}
