import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '@descent-swarm/github-emulator';
import { Control } from '@descent-swarm/github-emulator/control.ts';
import type { Octokit } from '@octokit/rest';
import { type Running, startServer } from '../../app/serve/server.ts';
import type { Job } from '../../core/formats/job.ts';
import type { Report } from '../../core/formats/report.ts';
import { reportOf } from '../examples/report.ts';
import { freePort } from '../town/free-port.ts';
import { complete, handedOver, PlayedMachine, type Taken, upload, zipOf } from '../town/played-machine.ts';
import { quiet, REPO, Town } from '../town/town.ts';
import { Authors, type Proposal } from './authors.ts';
import { Reader } from './reader.ts';
import { seed } from './seed.ts';
import { checksToken, workflowToken } from './tokens.ts';

export { AUDITED, CONFIG, FRONTIER, SEVERAL } from '../examples/config.ts';
export { type Taken, zipOf } from '../town/played-machine.ts';
export { REPO } from '../town/town.ts';
export { GOOD_BODY } from './authors.ts';

/** A town whose bot runs here and whose machines report what the test says: for stories without training. */
export class Stage extends Reader {
  readonly emulator: Emulator;
  readonly folder: string;
  readonly control: Control;
  readonly app: Town['app'];
  bot: Running | null = null;
  readonly #town: Town;
  readonly #authors: Authors;
  /** What runs that handed over their weights said. */
  #losses = new Map<number, number>();
  #machines: PlayedMachine[] = [];

  private constructor(emulator: Emulator, folder: string, town: Town) {
    super(town.onlooker);
    this.emulator = emulator;
    this.folder = folder;
    this.control = town.control;
    this.app = town.app;
    this.#town = town;
    this.#authors = new Authors(town);
  }

  /** @param files of main, beside those every story has or in their place */
  static async open(files: Record<string, string> = {}): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'descent-story-'));
    const from = join(folder, 'seed');
    await seed(from, files);
    const emulator = await startEmulator();
    const control = new Control(emulator.url);
    const owner = await control.user(REPO.owner);
    await control.repository({ owner: REPO.owner, name: REPO.repo, from });
    const noListener = 'http://127.0.0.1:9/'; // until the bot listens
    const stage = new Stage(emulator, folder, await Town.found(emulator.url, [owner], noListener));
    await stage.addMachine('ada', 'desk');
    return stage;
  }

  /** The bot's credentials, for a bot in a process of its own. */
  get credentials(): Town['credentials'] {
    return this.#town.credentials;
  }

  /** For tests that others wrote; ours ask `control`. */
  door<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.control.ask(method, path, body);
  }

  /**
   * @param api where the bot finds GitHub: the emulator, or something in between
   * @param pagesMinutes 0: its pages are made by sweeps alone
   * @param swarms those that it serves; all when left out
   */
  async startBot(api = this.emulator.url, pagesMinutes = 0, swarms?: string[]): Promise<void> {
    this.bot = await startServer({
      ...this.#town.credentials,
      APP_ID: this.app.id,
      GITHUB_API_URL: api,
      HOST: '127.0.0.1',
      PORT: await freePort(),
      LOG_LEVEL: (process.env.STORY_LOG as 'info' | undefined) ?? 'silent',
      SWEEP_MINUTES: 0,
      PAGES_MINUTES: pagesMinutes,
      SWARMS: swarms,
      DESCENT_CACHE: join(this.folder, 'cache'),
    });
    await this.control.moveWebhook(this.app.id, `${this.bot.url}/api/github/webhooks`);
  }

  /** The incumbent is measured at this loss before the story begins. */
  async begin(loss: number, pagesMinutes = 0): Promise<void> {
    await this.startBot(undefined, pagesMinutes);
    await this.bot!.descent.sweep(null);
    await this.measure({ valBpb: loss });
  }

  /** The incumbent is measured four times, around this loss, by the owners `ada` and `bob` in turn. */
  async beginSeveral(loss: number): Promise<void> {
    await this.addMachine('bob', 'lab');
    await this.startBot();
    await this.bot!.descent.sweep(null);
    for (const off of [0.05, -0.05]) {
      const taken = [(await this.take(0))!, (await this.take(1))!];
      for (const [i, one] of taken.entries()) await this.finish(one, { valBpb: loss + off + i * 0.01 });
    }
  }

  /** @param labels beside `self-hosted` and the owner's: those of the tracks it takes jobs of */
  async addMachine(owner: string, name: string, labels = ['descent-cpu']): Promise<void> {
    const machine = await this.#town.addMachine(owner, name, labels);
    this.#machines.push(new PlayedMachine(this.emulator.url, machine));
  }

  /** Waits until every webhook is answered and the bot has nothing left to do. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      await this.bot?.descent.idle();
      const pending = await this.control.deliveries('pending');
      quiet = pending.length > 0 ? 0 : quiet + 1;
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  /** The next job a machine takes; null when none waits. */
  take(machine = 0): Promise<Taken | null> {
    return this.#machines[machine]!.take();
  }

  upload(taken: Taken, archive: Uint8Array, name = 'report'): Promise<void> {
    return upload(this.emulator.url, taken, archive, name);
  }

  complete(taken: Taken, conclusion: 'success' | 'failure' | 'cancelled' = 'success'): Promise<void> {
    return complete(this.emulator.url, taken, conclusion);
  }

  /** The report, and beside it what the job hands over. */
  async handIn(taken: Taken, change: Partial<Report>): Promise<void> {
    const report = reportOf(taken.job, this.#agreeing(taken.job, change));
    await this.upload(taken, zipOf(report));
    if (!taken.job.handOver || report.outcome !== 'scored') return;
    this.#losses.set(taken.runId, report.valBpb!);
    await this.upload(taken, handedOver(), 'scored');
  }

  /** A machine that scores again finds what the first machine reported, unless the story says otherwise. */
  #agreeing({ rescore }: Job, change: Partial<Report>): Partial<Report> {
    const valBpb = rescore && this.#losses.get(rescore.runId);
    return valBpb === undefined || change.outcome !== undefined ? change : { ...change, valBpb };
  }

  async finish(taken: Taken, change: Partial<Report> = {}): Promise<void> {
    await this.handIn(taken, change);
    await this.complete(taken);
    await this.settle();
  }

  /** A machine takes the waiting job and brings this report. */
  async measure(change: Partial<Report> = {}): Promise<Taken> {
    const taken = await this.measureOn(0, change);
    if (!taken) throw new Error('no job waits for a machine');
    return taken;
  }

  /** Machine `machine` takes the oldest job it may and brings this report; null when there is none for it. */
  async measureOn(machine: number, change: Partial<Report>): Promise<Taken | null> {
    const taken = await this.take(machine);
    if (taken) await this.finish(taken, change);
    return taken;
  }

  /** The token a workflow with sweep.yml's permissions gets. */
  workflowToken(): string {
    return workflowToken(this.emulator);
  }

  /** Another App installed on the repository, with the right to write check runs. */
  async otherApp(slug: string): Promise<Octokit> {
    const { id } = await this.control.app({ slug, repository: `${REPO.owner}/${REPO.repo}` });
    return quiet(this.emulator.url, checksToken(this.emulator, id));
  }

  /** The token of an account, which is made where there is none. */
  account(login: string): Promise<string> {
    return this.#town.tokenOf(login);
  }

  /** A user who already has an account. */
  agentOf(login: string): Octokit {
    return this.#town.as(login);
  }

  agent(login: string): Promise<Octokit> {
    return this.#authors.agent(login);
  }

  push(login: string, branch: string, files: Record<string, string>, from?: string): Promise<string> {
    return this.#authors.push(login, branch, files, from);
  }

  /** The repository's owner edits files on main, and the bot is waited for. */
  async commit(files: Record<string, string>): Promise<void> {
    await this.#authors.commit(files);
    await this.settle();
  }

  /** Opens a pull request with a new train.py and waits for the bot. */
  async open(login: string, content: string, more: Proposal = {}): Promise<number> {
    const number = await this.#authors.open(login, content, more);
    await this.settle();
    return number;
  }

  async close(): Promise<void> {
    await this.bot?.close();
    await this.emulator.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
