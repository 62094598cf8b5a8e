import { perform } from '../../app/effects/perform.ts';
import { octokitPort } from '../../app/github/octokit.ts';
import type { Port } from '../../app/github/port.ts';
import { NOTHING_LENT } from '../../app/intake/report/lent.ts';
import { readSnapshot } from '../../app/intake/snapshot.ts';
import { SILENT } from '../../app/model/effect.ts';
import type { Snapshot } from '../../app/model/snapshot.ts';
import { encodeMemory, encodeRun, type RunKey, runCheckName } from '../../app/model/state.ts';
import { type FrontierState, LINK_TRAILER, NO_FRONTIER } from '../../core/formats/frontier.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { jobOf } from '../examples/job.ts';
import { leaderboardOf } from '../examples/leaderboard.ts';
import { facts, runState } from '../snapshot/head.ts';
import { quiet } from '../town/town.ts';
import { FRONTIER, GOOD_BODY, REPO, Stage } from './stage.ts';

/** A repository with a frontier whose bot does nothing by itself: for tests of what is read of it and written to it. */
export class FrontierScene {
  static readonly begin = 'print("the beginning")\n';
  readonly stage: Stage;
  readonly port: Port;
  /** Main's present commit. */
  main = '';

  private constructor(stage: Stage) {
    this.stage = stage;
    const octokit = quiet(stage.emulator.url, stage.workflowToken());
    this.port = octokitPort(octokit, { owner: REPO.owner, name: REPO.repo, appId: null });
  }

  static async open(): Promise<FrontierScene> {
    const scene = new FrontierScene(await Stage.open({ '.github/descent.yml': FRONTIER }));
    await scene.remember({});
    return scene;
  }

  /** Main's leaderboard says so of the frontier. */
  async remember(frontier: Partial<FrontierState>, incumbent = FrontierScene.begin): Promise<void> {
    const board = leaderboardOf({ blob: gitBlob(incumbent) });
    board.tracks.cpu!.frontier = { ...NO_FRONTIER, ...frontier };
    await this.edit({ 'results/leaderboard.json': JSON.stringify(board) });
  }

  /** The owner changes files of main. */
  async edit(files: Record<string, string>): Promise<void> {
    await this.stage.commit(files);
    const { data } = await this.stage.onlooker.git.getRef({ ...REPO, ref: 'heads/main' });
    this.main = data.object.sha;
  }

  /** Links on a commit, as the bot shows them. */
  async show(links: LinkWish[], from = this.main, branch = 'frontier'): Promise<string> {
    const made = [];
    for (const { text, head = null, trailer } of links) {
      const blob = await this.port.keep(text);
      const body = `Pull-Request: #1\n\n${trailer ?? `${LINK_TRAILER}: ${blob}`}`;
      made.push({ blob, head, message: { headline: 'adopted: a try', body } });
    }
    return this.port.showFrontier({ kind: 'frontier', branch, from, path: 'train/train.py', links: made });
  }

  /** A commit with these parents, by somebody's hand. */
  async commit(login: string, text: string, parents: string[], message = 'Edit'): Promise<string> {
    const agent = await this.stage.agent(login);
    const at = { owner: login, repo: REPO.repo };
    const below = await agent.git.getCommit({ ...at, commit_sha: parents[0]! });
    const tree = await agent.git.createTree({
      ...at,
      base_tree: below.data.tree.sha,
      tree: [{ path: 'train/train.py', mode: '100644', type: 'blob', content: text }],
    });
    return (await agent.git.createCommit({ ...at, message, tree: tree.data.sha, parents })).data.sha;
  }

  /** A pull request whose branch is at this commit. */
  async opened(login: string, sha: string): Promise<number> {
    const agent = await this.stage.agent(login);
    await agent.git.createRef({ owner: login, repo: REPO.repo, ref: 'refs/heads/try', sha });
    const proposal = { head: `${login}:try`, base: 'main', title: 'Try', body: GOOD_BODY };
    return (await agent.pulls.create({ ...REPO, ...proposal })).data.number;
  }

  /** Another commit in its place. */
  async pushed(login: string, sha: string): Promise<void> {
    const at = { owner: login, repo: REPO.repo, ref: 'heads/try' };
    await this.stage.agentOf(login).git.updateRef({ ...at, sha, force: true });
  }

  /** A scored run of a text, with its check on this commit. */
  async measured(
    pull: number,
    head: string,
    text: string,
    change: Partial<RunKey> & { valBpb?: number } = {},
  ): Promise<void> {
    const { valBpb = 1.9, ...named } = change;
    const { key, memory } = runState({ kind: 'pending' }, { pull, blob: gitBlob(text), ...named });
    const { repository } = await this.port.readMain();
    const check = {
      ...{ id: null, head, name: runCheckName(key, false), externalId: encodeRun(key) },
      ...{ status: 'completed' as const, conclusion: 'success' as const, detailsUrl: null },
      ...{ title: 'measured', summary: '', text: encodeMemory({ ...memory, facts: facts(valBpb) }) },
    };
    await this.port.answer(repository, { ...SILENT, checks: [check] });
  }

  /** An order for a text that the repository keeps, with its check on this commit, as the bot sends it. */
  async ordered(pull: number, head: string, text: string): Promise<void> {
    const world = await this.read(pull);
    const job = jobOf({ pull, head, blob: await this.port.keep(text) });
    const key = { ...runState({ kind: 'pending' }).key, pull, blob: job.blob, runId: 0 };
    const memory = {
      ...runState({ kind: 'pending' }).memory,
      job,
      harness: this.main,
      dispatchedAt: world.now,
    };
    const check = {
      ...{ id: null, head, name: runCheckName(key, false), externalId: encodeRun(key) },
      ...{ status: 'in_progress' as const, conclusion: null, detailsUrl: null },
      ...{ title: 'measuring', summary: '', text: encodeMemory(memory) },
    };
    const labels = ['self-hosted', 'descent-cpu'];
    const title = `descent #${pull} explore 1 ${head} ${job.nonce}`;
    const order = { key, memory, check, job, labels, title, branch: 'main' };
    await perform(this.port, world, [{ kind: 'dispatch', checks: [], orders: [order] }]);
  }

  async read(number: number): Promise<Snapshot> {
    const sources = {
      now: () => new Date('2026-11-27T12:00:00Z'),
      draw: () => ({ seed: 1, nonce: 'f'.repeat(32) }),
      results: new Map(),
      similar: async () => [],
      lent: NOTHING_LENT,
    };
    const subject = { kind: 'pull' as const, number };
    return (await readSnapshot(this.port, { subject, heads: [], retry: false }, sources))!;
  }

  close(): Promise<void> {
    return this.stage.close();
  }
}

export interface LinkWish {
  text: string;
  head?: string | null;
  /** In place of the one that names the file. */
  trailer?: string;
}

export const blobs = (...texts: string[]) => texts.map((text) => gitBlob(text));

/** A state that knows these files. */
export function knowing(...texts: string[]): Pick<FrontierState, 'known'> {
  const estimate = { loss: 2, variance: 1 };
  return { known: texts.map((text) => ({ blob: gitBlob(text), pull: 1, estimate })) };
}
