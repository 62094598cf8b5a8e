import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator } from '@descent-swarm/github-emulator';
import { Control } from '@descent-swarm/github-emulator/control.ts';
import { Octokit } from '@octokit/rest';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseMachineFile } from '../../core/formats/lending/machine-file.ts';
import { installedToken } from '../../testing/bot/tokens.ts';
import type { Around } from '../around.ts';
import { lend } from '../main.ts';
import { parseLendOptions } from '../options.ts';
import { readSettings, settingsPath } from '../settings.ts';
import { templateWorkflow } from '../template/files.ts';

/** An owner sets a machine up, over the emulator. What the bot does here, the App does by hand. */

const ROOT = join(import.meta.dirname, '../..');

const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

let folder: string;
let emulator: Awaited<ReturnType<typeof startEmulator>>;
let control: Control;
let app: Awaited<ReturnType<Control['app']>>;
let head: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-set-up-'));
  emulator = await startEmulator();
  control = new Control(emulator.url);
  await control.user('descent');
  const swarm = join(folder, 'swarm');
  await mkdir(join(swarm, '.github'), { recursive: true });
  const config = await readFile(join(ROOT, '.github/descent.yml'), 'utf8');
  await writeFile(join(swarm, '.github/descent.yml'), `${config}\nlending: { app: descent-swarm }\n`);
  const git = async (...args: string[]) =>
    (await execa('git', ['-C', swarm, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args])).stdout;
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--message', 'Begin');
  head = await git('rev-parse', 'HEAD');
  await control.repository({ owner: 'descent', name: 'descent', from: swarm });
  await control.repository({ owner: 'descent', name: 'closed', from: ROOT });
  app = await control.app({ slug: 'descent-swarm', repository: 'descent/descent' });
});
afterAll(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});

/** An owner at their computer. */
class Owner {
  readonly login: string;
  readonly octokit: Octokit;
  readonly home: string;
  said = '';
  told = '';
  readonly #token: string;
  #isInstalled = false;

  constructor(login: string, token: string) {
    this.login = login;
    this.#token = token;
    this.home = join(folder, login);
    this.octokit = new Octokit({ baseUrl: emulator.url, auth: token, log: QUIET });
  }

  get around(): Around {
    return {
      context: {
        cwd: folder,
        env: {
          XDG_CONFIG_HOME: this.home,
          HOME: this.home,
          PATH: '/usr/bin:/bin',
          DESCENT_CACHE: join(this.home, 'cache'),
        },
        now: () => new Date(),
        sleep: (milliseconds) => sleep(Math.min(milliseconds, 20)),
        out: (text) => {
          this.said += text;
        },
        err: (text) => {
          this.told += text;
        },
      },
      api: emulator.url,
      server: emulator.url,
      swarm: async () => 'descent/descent',
      token: async () => this.#token,
      ask: null,
      typed: null,
      terminal: null,
      listen: () => () => {},
    };
  }

  lend(raw: Record<string, unknown>, change: Partial<Around> = {}): Promise<number> {
    return lend(parseLendOptions(raw), { ...this.around, ...change });
  }

  settings() {
    return readSettings(settingsPath(this.around.context.env));
  }

  async text(path: string, name = 'descent-machine'): Promise<string> {
    const { data } = await this.octokit.rest.repos.getContent({
      ...{ owner: this.login, repo: name, path },
      mediaType: { format: 'raw' },
    });
    return String(data);
  }

  /** The click, once the repository has its files and a commit after `since`, and the swarm's answer to it. */
  async install(conclusion: 'success' | 'failure', summary: string, since = ''): Promise<void> {
    const at = { owner: this.login, repo: 'descent-machine' };
    const files = await this.#until(async () => {
      const { data } = await this.octokit.rest.repos.getBranch({ ...at, branch: 'main' });
      return data.commit.commit.message.startsWith('Lend this machine') && data.commit.sha !== since
        ? data.commit.sha
        : null;
    });
    await control.faults(); // the faults were for the owner
    if (!this.#isInstalled) await control.install(app.id, [`${this.login}/descent-machine`]);
    this.#isInstalled = true;
    const bot = new Octokit({ baseUrl: emulator.url, auth: installedToken(emulator, app.id, at) });
    await bot.rest.checks.create({
      ...{ ...at, name: 'descent machine', head_sha: files, status: 'completed', conclusion },
      output: { title: conclusion === 'success' ? 'lends to cpu' : 'machine.yml', summary },
    });
  }

  async #until<T>(look: () => Promise<T | null>): Promise<T> {
    for (;;) {
      const found = await look().catch(() => null);
      if (found !== null) return found;
      await sleep(20);
    }
  }
}

let count = 0;
let owner: Owner;
beforeEach(async () => {
  count += 1;
  const login = `ann-${count}`;
  owner = new Owner(login, (await control.user(login)).token);
});
afterEach(() => control.faults());

const SETUP = { setup: true, machine: 'desk', tracks: ['cpu'] };

test('from nothing to the swarm’s answer, and a second time without a change', async () => {
  const [status] = await Promise.all([
    owner.lend({ ...SETUP, price: 0.31 }),
    owner.install('success', 'It takes jobs.'),
  ]);
  expect(status).toBe(0);
  expect(owner.said).toContain('lends to cpu: It takes jobs.');
  const { data: repository } = await owner.octokit.rest.repos.get({
    owner: owner.login,
    repo: 'descent-machine',
  });
  expect(owner.told).toContain(
    `/apps/descent-swarm/installations/new/permissions?target_id=${repository.owner.id}&repository_ids%5B%5D=${repository.id}`,
  );
  expect(owner.told).toContain(head);
  expect(await owner.text('.github/workflows/experiment.yml')).toBe(await templateWorkflow());
  expect(parseMachineFile(await owner.text('machine.yml'))).toMatchObject({
    ok: true,
    value: { swarm: 'descent/descent', machine: 'desk', tracks: ['cpu'] },
  });
  expect(await owner.text('README.md')).toContain('desk');
  const policy = await owner.octokit.request(
    'GET /repos/{owner}/{repo}/actions/permissions/fork-pr-contributor-approval',
    { owner: owner.login, repo: 'descent-machine' },
  );
  expect(policy.data).toEqual({ approval_policy: 'all_external_contributors' });
  expect(await owner.settings()).toEqual({
    schema: 1,
    price: 0.31,
    watts: null,
    asked: false,
    programs: [],
    machines: [
      {
        ...{ id: repository.id, repository: `${owner.login}/descent-machine`, swarm: 'descent/descent' },
        ...{
          app: 'descent-swarm',
          machine: 'desk',
          tracks: ['cpu'],
          accepts: ['commons', 'bids'],
          accepted: head,
        },
      },
    ],
  });
  const before = await main();
  owner.told = '';
  expect(await owner.lend({ setup: true, json: true })).toBe(0);
  expect(await main()).toBe(before);
  expect(owner.told).not.toContain('Wrote');
  expect(JSON.parse(owner.said.trim().split('\n').at(-1)!)).toMatchObject({
    event: 'set-up',
    machine: 'desk',
  });
});

test('what was edited is fixed; what the owner wrote into machine.yml stays', async () => {
  await Promise.all([owner.lend(SETUP), owner.install('success', '')]);
  await put('.github/workflows/experiment.yml', 'on: push\n');
  await put('machine.yml', `swarm: descent/descent\nmachine: lab\ntracks: [cpu]\naccepts: [commons]\n`);
  await Promise.all([owner.lend({ setup: true }), owner.install('success', '', await main())]);
  expect(owner.told).toContain('Wrote .github/workflows/experiment.yml, machine.yml, README.md.');
  expect(await owner.text('.github/workflows/experiment.yml')).toBe(await templateWorkflow());
  expect(parseMachineFile(await owner.text('machine.yml'))).toMatchObject({
    value: { machine: 'lab', accepts: ['commons'] },
  });
  const borrowed = owner.lend({ setup: true, accepts: ['commons', 'borrowed'] });
  await Promise.all([borrowed, owner.install('success', '', await main())]);
  expect(parseMachineFile(await owner.text('machine.yml'))).toMatchObject({
    value: { machine: 'lab', accepts: ['commons', 'borrowed'] },
  });
});

test('a machine.yml that cannot be read is written anew, and that is said', async () => {
  await Promise.all([owner.lend(SETUP), owner.install('success', '')]);
  await put('machine.yml', 'swarm: nothing\n');
  await Promise.all([owner.lend(SETUP), owner.install('success', '', await main())]);
  expect(owner.told).toContain('machine.yml was not right');
  expect(parseMachineFile(await owner.text('machine.yml'))).toMatchObject({ ok: true });
});

test('setup that was cut off after the repository was made goes on', async () => {
  await owner.octokit.rest.repos.createForAuthenticatedUser({
    ...{ name: 'descent-machine', description: 'A machine lent to a Descent swarm', auto_init: true },
  });
  const [status] = await Promise.all([owner.lend(SETUP), owner.install('success', '')]);
  expect(status).toBe(0);
});

test('an answer of GitHub that got lost makes no second repository', async () => {
  await control.faults({ lostAnswerEvery: 4 });
  const [status] = await Promise.all([owner.lend(SETUP), owner.install('success', '')]);
  expect(status).toBe(0);
  const { data } = await owner.octokit.rest.repos.listForUser({ username: owner.login });
  expect(data.map(({ name }) => name)).toEqual(['descent-machine']);
});

describe('says what is wrong and what to do', () => {
  const refused = async (raw: Record<string, unknown>, change: Partial<Around> = {}) => {
    const error = await owner.lend(raw, change).then(
      () => null,
      (thrown) => thrown,
    );
    return `${error?.message} | ${error?.remedy}`;
  };

  test('the name is taken', async () => {
    await owner.octokit.rest.repos.createForAuthenticatedUser({ name: 'descent-machine', auto_init: true });
    expect(await refused(SETUP)).toMatch(/is not a machine's repository \| .*--repository NAME/);
  });

  test('the repository lends to another swarm', async () => {
    await owner.octokit.rest.repos.createForAuthenticatedUser({ name: 'descent-machine', auto_init: true });
    await put('machine.yml', 'swarm: other/swarm\nmachine: desk\ntracks: [cpu]\n');
    expect(await refused(SETUP)).toMatch(/lends to other\/swarm, not to descent\/descent/);
  });

  test('the repository is archived', async () => {
    await owner.octokit.rest.repos.createForAuthenticatedUser({ name: 'descent-machine', auto_init: true });
    await owner.octokit.rest.repos.update({ owner: owner.login, repo: 'descent-machine', archived: true });
    expect(await refused(SETUP)).toMatch(/is archived: no job can run there \| .*unarchive/);
  });

  test('machine.yml does not please the swarm', async () => {
    const [said] = await Promise.all([refused(SETUP), owner.install('failure', '`tracks` names `x`')]);
    expect(said).toMatch(/does not take this machine: machine.yml: `tracks` names `x` \| Fix machine.yml/);
  });

  test('the App is never installed', async () => {
    let minutes = 0;
    const now = () => {
      minutes += 1;
      return new Date(minutes * 60_000);
    };
    const context = { ...owner.around.context, now };
    expect(await refused(SETUP, { context })).toMatch(
      /no answer of the App descent-swarm within 30 min.* \| Install it here.*installations\/new/,
    );
  });

  test('the swarm takes no machines, or is none', async () => {
    expect(await refused(SETUP, { swarm: async () => 'descent/closed' })).toMatch(/takes no lent machines/);
    expect(await refused(SETUP, { swarm: async () => 'descent/none' })).toMatch(
      /shows no repository descent\/none/,
    );
  });

  test.each([
    [['repo'], 'lacks the right `workflow` (to write its workflow); it has repo'],
    [['workflow'], 'lacks the right `repo` (to create the repository'],
    [['gist'], 'and the right `workflow`'],
  ])('the token has the rights %j alone', async (scopes, said) => {
    const { token } = await control.token(owner.login, scopes);
    const refusal = await refused(SETUP, { token: async () => token });
    expect(refusal).toContain(said);
    expect(refusal).toContain('| Grant it: gh auth refresh -h github.com -s repo,workflow');
  });

  test('the repository was renamed: its new name is said', async () => {
    await owner.octokit.rest.repos.createForAuthenticatedUser({ name: 'descent-machine', auto_init: true });
    await owner.octokit.rest.repos.update({ owner: owner.login, repo: 'descent-machine', name: 'desk' });
    expect(await refused(SETUP)).toMatch(
      /descent-machine was renamed to ann-\d+\/desk \| Use it: --repository desk/,
    );
  });

  test('the repository was made private', async () => {
    await owner.octokit.rest.repos.createForAuthenticatedUser({ name: 'descent-machine', auto_init: true });
    await owner.octokit.rest.repos.update({ owner: owner.login, repo: 'descent-machine', private: true });
    expect(await refused(SETUP)).toMatch(/is private: .* \| Make it public: gh repo edit/);
  });

  test('the name is too long for a runner', async () => {
    const login = `${'a'.repeat(30)}-${owner.login}`;
    owner = new Owner(login, (await control.user(login)).token);
    expect(await refused({ ...SETUP, machine: 'm'.repeat(40) })).toMatch(
      /too long for GitHub.* \| Choose one of at most \d+ /,
    );
  });

  test('the token is wrong', async () => {
    expect(await refused(SETUP, { token: async () => 'gho_wrong' })).toMatch(
      /expired or wrong \| .*gh auth login/,
    );
  });

  test('a track that the swarm does not have, or that does not fit', async () => {
    expect(await refused({ ...SETUP, tracks: ['none'] })).toMatch(/names none \| The swarm has cpu, h100/);
    expect(await refused({ ...SETUP, tracks: ['h100'] })).toMatch(/h100: .*nvidia-smi/);
  });

  test('GitHub is not there', async () => {
    expect(await refused(SETUP, { api: 'http://127.0.0.1:9' })).toMatch(
      /cannot be reached .* \| Check the network/,
    );
  });

  test('there is nothing to lend yet', async () => {
    expect(await refused({})).toMatch(/not set up \| Run first: .*lend --setup/);
  });
});

/** The head of the machine's repository. */
async function main(): Promise<string> {
  const at = { owner: owner.login, repo: 'descent-machine', branch: 'main' };
  return (await owner.octokit.rest.repos.getBranch(at)).data.commit.sha;
}

async function put(path: string, text: string): Promise<void> {
  const at = { owner: owner.login, repo: 'descent-machine', path };
  const there = await owner.octokit.rest.repos.getContent(at).catch(() => null);
  const sha = (there?.data as { sha?: string } | undefined)?.sha;
  await owner.octokit.rest.repos.createOrUpdateFileContents({
    ...at,
    message: 'By hand',
    content: Buffer.from(text).toString('base64'),
    ...(sha && { sha }),
  });
}
