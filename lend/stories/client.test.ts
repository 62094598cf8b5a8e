import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { parseAvailability } from '../../core/formats/lending/availability.ts';
import { type ClientEvent, clientEventSchema } from '../../core/formats/lending/client-event.ts';
import { jobsFolder } from '../runner/place.ts';
import { lentMachine } from '../runner/testing/emulated.ts';
import { ENDLESS, LEFT, UNIFORM } from '../runner/testing/programs.ts';
import { processesWith } from '../runner/testing/scene.ts';
import { settingsPath, writeSettings } from '../settings.ts';

/** `descent lend` as its owner runs it, a real process with all parts real, over the emulator. */

const ROOT = join(import.meta.dirname, '../..');
const MINUTE = 60_000;
const AT = { owner: 'ann', repo: 'descent-machine' };

let machine: Awaited<ReturnType<typeof lentMachine>>;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  const config = readFileSync(join(ROOT, '.github/descent.yml'), 'utf8');
  const programs = { 'endless.py': ENDLESS, 'uniform.py': UNIFORM };
  machine = await lentMachine(programs, {
    '.github/descent.yml': `${config}\nlending: { app: descent-swarm }\n`,
  });
  const { url, token, folder } = machine;
  env = {
    ...machine.env,
    DESCENT_SHARED_PROCESSORS: '1', // other tests run beside this one
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    GH_TOKEN: token,
    GITHUB_API_URL: url,
    GITHUB_SERVER_URL: url,
  };
  const owner = new Octokit({ baseUrl: url, auth: token });
  const { data } = await owner.rest.repos.get(AT);
  await writeSettings(settingsPath(env), {
    ...{ schema: 1, price: 0.3, watts: 100, asked: true, programs: [] },
    machines: [
      {
        ...{
          id: data.id,
          repository: 'ann/descent-machine',
          swarm: 'ada/descent',
          app: 'descent-swarm',
          machine: 'desk',
          tracks: ['cpu'],
        },
        accepted: await machine.git('rev-parse', 'HEAD'),
      },
    ],
  });
  const { data: main } = await owner.rest.git.getRef({ ...AT, ref: 'heads/main' });
  await machine.bot.rest.checks.create({
    ...{
      ...AT,
      name: 'descent machine',
      head_sha: main.object.sha,
      status: 'completed',
      conclusion: 'success',
    },
    output: { title: 'lends to cpu', summary: '' },
  });
}, 2 * MINUTE);
afterAll(() => machine?.close());

const clients: Client[] = [];
afterEach(() => {
  for (const { child } of clients.splice(0)) child.kill('SIGKILL');
});

class Client {
  readonly child: ChildProcess;
  events: ClientEvent[] = [];
  said = '';
  readonly #ended: Promise<unknown[]>;

  constructor(...args: string[]) {
    const all = [join(ROOT, 'cli/main.ts'), 'lend', '--json', '--free-for', '0', '--hottest', '120', ...args];
    this.child = spawn(process.execPath, all, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#ended = once(this.child, 'close');
    let rest = '';
    this.child.stdout!.on('data', (chunk) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop()!;
      this.events.push(...lines.map((line) => clientEventSchema.parse(JSON.parse(line))));
    });
    this.child.stderr!.on('data', (chunk) => {
      this.said += chunk;
    });
    clients.push(this);
  }

  async end(): Promise<number | null> {
    await this.#ended;
    return this.child.exitCode;
  }

  /** Waits until it tells so; fails when it ends before. */
  async until(isSo: (event: ClientEvent) => boolean): Promise<void> {
    while (!this.events.some(isSo)) {
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(
          `it ended (${this.child.exitCode ?? this.child.signalCode}): ${this.said}${JSON.stringify(this.events)}`,
        );
      await sleep(50);
    }
  }

  /** Waits until it trains the program that never ends. */
  async trains(): Promise<void> {
    await this.until((event) => event.event === 'job' && event.phase === 'train');
    while (processesWith(LEFT).length === 0) await sleep(50);
  }
}

/** What the swarm heard last. */
async function heard() {
  const { data } = await machine.bot.rest.git.getRef({ ...AT, ref: 'heads/state' });
  const commit = await machine.bot.rest.git.getCommit({ ...AT, commit_sha: data.object.sha });
  return parseAvailability(commit.data.message);
}

async function nothingLeft(): Promise<void> {
  expect(processesWith(LEFT)).toEqual([]);
  expect(processesWith(machine.env.DESCENT_CACHE)).toEqual([]);
  expect(readdirSync(jobsFolder(env))).toEqual([]);
  expect(await machine.github.forgetAll()).toEqual([]);
  expect(await heard()).toMatchObject({ status: 'away', nonce: null });
}
const isFree = (event: ClientEvent) => event.event === 'state' && event.state === 'free';

test('--once: it says what it costs, is free, measures a job, and ends', {
  timeout: 5 * MINUTE,
}, async () => {
  const client = new Client('--once');
  await client.until(isFree);
  await machine.dispatch('uniform.py', { validationTokens: 64 * 256, probes: 32 });
  expect(await client.end()).toBe(0);
  const [first] = client.events;
  expect(first).toMatchObject({ event: 'begins', machine: 'ann.desk', costs: { watts: 100, price: 0.3 } });
  expect(client.events).toContainEqual(expect.objectContaining({ event: 'lacks' }));
  expect(client.events.flatMap((one) => (one.event === 'ended' ? [one] : []))).toMatchObject([
    { end: 'measured', totals: { measured: 1, seconds: expect.any(Number) } },
  ]);
  await nothingLeft();
});

test('its owner comes back in the middle of training, and leaves again: given up at once, away, and free again', {
  timeout: 5 * MINUTE,
}, async () => {
  const here = join(machine.folder, 'owner-is-here');
  const client = new Client('--when', `test ! -e '${here}'`);
  await client.until(isFree);
  await machine.dispatch('endless.py');
  await client.trains();
  await writeFile(here, '');
  await client.until((event) => event.event === 'ended' && event.end === 'preempted');
  expect(processesWith(LEFT)).toEqual([]);
  const words = client.events.flatMap((event) => (event.event === 'job' ? [event.what] : [])).join('; ');
  expect(words).toMatch(/its sandbox is ended/);
  await client.until(
    (event) => event.event === 'state' && event.state === 'away' && /--when/.test(event.why.join()),
  );
  while ((await heard())?.status !== 'away') await sleep(50);
  expect((await heard())?.why).toBe('its owner uses it, or lends it at other hours');
  const before = client.events.length;
  await rm(here);
  await client.until((event) => client.events.indexOf(event) >= before && isFree(event));
  client.child.kill('SIGINT');
  expect(await client.end()).toBe(0);
  await nothingLeft();
});

test('SIGTERM in the middle of training: given up, away, nothing left; a second client is refused, and --finish finds the first', {
  timeout: 5 * MINUTE,
}, async () => {
  const client = new Client();
  await client.until(isFree);
  const second = new Client();
  expect(await second.end()).toBe(2);
  expect(second.events).toMatchObject([
    { event: 'left', why: expect.stringContaining('lends the machine of ann/descent-machine with') },
  ]);
  await machine.dispatch('endless.py');
  await client.trains();
  expect(await heard()).toMatchObject({ status: 'busy' });
  expect(await new Client('--finish').end()).toBe(0);
  await client.until((event) => event.event === 'state' && event.state === 'finishing');
  expect(processesWith(LEFT)).not.toEqual([]);
  client.child.kill('SIGTERM');
  expect(await client.end()).toBe(0);
  expect(client.events).toContainEqual(expect.objectContaining({ event: 'ended', end: 'preempted' }));
  await nothingLeft();
});

test('nobody reads its lines any more: the job is given up, and nothing is left', {
  timeout: 5 * MINUTE,
}, async () => {
  const client = new Client();
  await client.until(isFree);
  await machine.dispatch('endless.py');
  await client.trains();
  client.child.stdout!.destroy();
  client.child.kill('SIGUSR2'); // it has something to say
  await client.end();
  await nothingLeft();
});

test('kill -9 in the middle of training: the next start removes what was left, and lends', {
  timeout: 5 * MINUTE,
}, async () => {
  const killed = new Client();
  await killed.until(isFree);
  await machine.dispatch('endless.py');
  await killed.trains();
  killed.child.kill('SIGKILL');
  await killed.end();
  const next = new Client();
  await next.until(isFree);
  expect(processesWith(LEFT)).toEqual([]);
  next.child.kill('SIGINT');
  expect(await next.end()).toBe(0);
  await nothingLeft();
});
