import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Harness } from '../harness/harness.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Acceptance } from './acceptance.ts';

/** The swarm's main: what was accepted, a change of what runs here, and another one after it. */
let home: string;
let harness: Harness;
const commits: string[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'descent-acceptance-'));
  const swarm = join(home, 'swarm');
  await mkdir(join(swarm, 'runner'), { recursive: true });
  const git = async (...args: string[]) =>
    (await execa('git', ['-C', swarm, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args])).stdout;
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'uploadpack.allowFilter', 'true');
  for (const text of ['one', 'two \u001b[2J', 'three']) {
    await writeFile(join(swarm, 'runner', 'run.ts'), text);
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'A change');
    commits.push(await git('rev-parse', 'HEAD'));
  }
  harness = new Harness(join(home, 'cache'), swarm, 'ada/descent');
  await harness.fetch();
});
afterAll(() => rm(home, { recursive: true }));

function acceptance(ask: ((question: string) => Promise<boolean>) | null) {
  const clock = new FakeClock();
  const [accepted = ''] = commits;
  const kept = { accepted, told: [] as string[], shown: '' };
  const owner = {
    ask:
      ask &&
      (async (text: string, question: string) => {
        kept.shown += text;
        return await ask(question);
      }),
    tell: (text: string) => void kept.told.push(text),
    accepted: async () => kept.accepted,
    remember: async (commit: string) => {
      kept.accepted = commit;
    },
  };
  return { clock, kept, made: new Acceptance({ follow: false, accepted }, harness, owner, clock) };
}

test('a yes at the terminal accepts it, below what changed, which steers nothing', async () => {
  const { kept, made } = acceptance(async () => true);
  const harness = commits[1]!;
  expect(await made.accepts({ harness }, new AbortController().signal)).toBe(true);
  expect([made.trust, kept.accepted]).toEqual([{ follow: false, accepted: harness }, harness]);
  expect(kept.shown).toContain('+two \\u001b[2J');
  expect(kept.shown).not.toContain('\u001b');
});

test.each([
  ['a no', async () => false],
  ['a question that was closed', () => Promise.reject(new Error('closed'))],
  ['nobody there', null],
])('%s: it waits until another process accepts this commit', async (_, ask) => {
  const { clock, kept, made } = acceptance(ask);
  const [before, harness = '', later = ''] = commits;
  const word = made.accepts({ harness }, new AbortController().signal);
  let isAccepted: boolean | null = null;
  void word.then((is) => {
    isAccepted = is;
  });
  const passUntil = async (isSo: () => boolean) => {
    while (!isSo()) {
      await clock.pass(11);
      await new Promise((resolve) => setTimeout(resolve, 20)); // git is a process of its own
    }
  };
  await passUntil(() => kept.told.length > 0);
  expect(kept.told).toEqual([expect.stringContaining(`lend --accept ${harness}`)]);
  // One that came after it says nothing about it: what was accepted must be its ancestor.
  kept.accepted = later;
  await clock.pass(11);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect([isAccepted, made.trust]).toEqual([null, { follow: false, accepted: before }]);
  kept.accepted = harness;
  await passUntil(() => isAccepted !== null);
  expect([isAccepted, made.trust]).toEqual([true, { follow: false, accepted: harness }]);
});

test('the client ends while it waits for the word', async () => {
  const { clock, kept, made } = acceptance(null);
  const stop = new AbortController();
  const word = made.accepts({ harness: commits[1]! }, stop.signal);
  while (kept.told.length === 0) await clock.pass(1);
  stop.abort();
  expect(await word).toBe(false);
});
