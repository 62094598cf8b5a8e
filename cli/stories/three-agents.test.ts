import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Job } from '../../core/formats/job.ts';
import { JOINING_LABEL } from '../../core/formats/labels.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { JOINING_SENTENCE } from '../../core/rules/taking-part.ts';
import { REPO, Stage } from '../../testing/bot/stage.ts';
import { type User, user } from '../../testing/clone/clone.ts';
import { jobOf } from '../../testing/examples/job.ts';
import { reportOf } from '../../testing/examples/report.ts';

/** Three agents who use nothing but the command line, on a GitHub of their own with the real bot. */

const BETTER = 'print("a smaller batch")\n';
let stage: Stage;
let nova: User;
let vega: User;
let orion: User;

beforeEach(async () => {
  stage = await Stage.open();
  await stage.begin(2);
  [nova, vega, orion] = (await Promise.all(['nova', 'vega', 'orion'].map(arrive))) as [User, User, User];
});
afterEach(() => stage?.close());

/** An account, and a clone as AGENTS.md has it. */
async function arrive(login: string): Promise<User> {
  const { token } = await stage.control.user(login);
  return cloneOf(login, token);
}

async function cloneOf(name: string, token: string): Promise<User> {
  const clone = join(stage.folder, name);
  await execa('git', ['clone', '--quiet', `${stage.emulator.url}/descent/descent.git`, clone]);
  const env = { GITHUB_TOKEN: token, GITHUB_API_URL: stage.emulator.url };
  return user(clone, join(stage.folder, `cache-${name}`), env);
}

async function joined(...agents: User[]): Promise<void> {
  for (const agent of agents) expect(await agent.descent('join', '--yes')).toMatchObject({ status: 0 });
}

/** Somebody else's better file is merged. */
async function merged(): Promise<number> {
  const number = await stage.open('lyra', BETTER);
  await stage.measure({ valBpb: 1.5 });
  return number;
}

/** Where people confirm that they take part. */
async function confirmationIssue(): Promise<number> {
  const { data } = await stage.onlooker.issues.listForRepo({ ...REPO, labels: JOINING_LABEL });
  return data[0]!.number;
}

async function edit(agent: User, source: string): Promise<void> {
  await writeFile(join(agent.cwd, 'train/train.py'), source);
}

const SAID = [
  '--hypothesis',
  'A smaller batch takes more steps in the same time.',
  '--change',
  'batch 64 -> 32',
];

test('one joins from nothing, claims, and is merged', async () => {
  expect(await nova.descent('join')).toMatchObject({
    status: 1,
    out: expect.stringContaining('This becomes public'),
  });
  const issue = await confirmationIssue();
  const person = new Octokit({ baseUrl: stage.emulator.url, auth: nova.env.GITHUB_TOKEN });
  await person.issues.createComment({ ...REPO, issue_number: issue, body: ` ${JOINING_SENTENCE}\n` });
  expect((await nova.json('join')).value).toMatchObject({
    joined: true,
    confirmation: { url: expect.stringMatching(`/issues/${issue}$`) },
    fork: 'nova/descent',
    remotes: [
      expect.objectContaining({ name: 'origin', owner: 'nova' }),
      expect.objectContaining({ name: 'upstream', owner: 'descent' }),
    ],
  });
  expect((await nova.json('status', '--fresh')).value.tracks).toMatchObject([{ track: 'cpu', valBpb: 2 }]);
  const claimed = (await nova.json('claim', 'a smaller batch takes more steps')).value;
  expect(claimed).toMatchObject({ claimed: true, lostTo: null });
  await stage.settle();
  expect(await stage.take()).toBeNull();

  await edit(nova, BETTER);
  const { value } = await nova.json('submit', ...SAID, '--agent', 'nova-1');
  expect(value).toMatchObject({ submitted: true, number: claimed.number });
  await stage.settle();
  await stage.measure({ valBpb: 1.5 });
  const watched = await nova.descent('watch', String(value.number));
  expect(watched.out).toContain('improved, merged');
  expect(watched.status).toBe(0);
  expect((await nova.json('best', '--fresh')).value).toMatchObject({ pull: value.number, source: BETTER });
});

test('who has confirmed is not asked again on another clone; --yes confirms in the name of the account', async () => {
  await joined(nova);
  const elsewhere = await cloneOf('nova-elsewhere', nova.env.GITHUB_TOKEN!);
  expect(await elsewhere.descent('join')).toMatchObject({ status: 0 });
  expect(await vega.descent('join')).toMatchObject({ status: 1 });
  await joined(vega, vega);
  const about = { ...REPO, issue_number: await confirmationIssue() };
  const { data } = await stage.onlooker.issues.listComments(about);
  expect(data.map((one) => `${one.user?.login}: ${one.body?.trim()}`)).toEqual([
    `nova: ${JOINING_SENTENCE}`,
    `vega: ${JOINING_SENTENCE}`,
  ]);
});

test('check stops one of them: the same content costs no GPU time', async () => {
  await joined(vega);
  await merged();
  await edit(vega, BETTER);
  const { status, value } = await vega.json('check', ...SAID, '--fresh');
  expect(status).toBe(1);
  expect(value.duplicates).toMatchObject([{ verdict: 'improved', blob: gitBlob(BETTER) }]);
  expect((await vega.json('submit', ...SAID)).value).toMatchObject({ submitted: false, number: null });
});

test('one claims an idea of the first and publishes a failure, which the first finds', async () => {
  await joined(nova, orion);
  const idea = (await nova.json('idea', 'Wider heads see more at once')).value.number;
  expect((await orion.json('ideas', '--open')).value.ideas).toMatchObject([{ number: idea, author: 'nova' }]);
  const { value } = await orion.json('claim', 'wider heads', '--idea', String(idea), '--fresh');
  expect(value.claimed).toBe(true);
  expect((await nova.json('ideas')).value.ideas).toMatchObject([
    { claimedBy: { number: value.number, author: 'orion' } },
  ]);
  expect((await nova.json('ideas', '--open')).value.ideas).toEqual([]);
  await stage.settle();

  const source = 'print("wider heads")\n';
  await edit(orion, source);
  const report = reportOf(localJob(source), {
    outcome: 'crashed',
    valBpb: null,
    reason: { code: 'training-exception', status: 1 },
  });
  await writeFile(join(orion.cwd, 'report.json'), JSON.stringify(report));
  const published = await orion.json(
    'publish',
    'report.json',
    '--hypothesis',
    'Wider heads see more.',
    '--change',
    'HEAD_DIM 48',
  );
  expect(published.value).toMatchObject({ outcome: 'crashed' });
  await stage.settle();

  expect((await nova.json('search', 'heads')).value.selfReported).toEqual([]);
  const found = await nova.json('search', 'heads', '--fresh');
  expect(found.value.selfReported).toMatchObject([
    {
      author: 'orion',
      outcome: 'crashed',
      authorText: { untrusted: true, reason: expect.stringContaining('ended with status 1') },
    },
  ]);
  expect((await nova.descent('search', 'wider heads')).out).toContain(
    'Self-reported, not measured by the swarm',
  );
  expect((await stage.leaderboard()).tracks.cpu?.counts.crashed ?? 0).toBe(0);
});

test('the second to claim learns who was first', async () => {
  await joined(nova, vega, orion);
  const first = await nova.json('claim', 'orthogonal initialisation of every matrix', '--minutes', '90');
  expect(first.value).toMatchObject({ claimed: true, minutes: 90 });
  const lost = (await vega.json('claim', 'orthogonal initialisation of each matrix')).value.lostTo;
  expect((Date.parse(lost.expiresAt) - Date.now()) / 60_000).toBeGreaterThan(80);
  const second = await vega.descent('claim', 'orthogonal initialisation of each matrix');
  expect(second.status).toBe(1);
  expect(second.out).toContain(`nova was first: #${first.value.number}`);
  const both = await Promise.all([
    vega.json('claim', 'cosine schedule with restarts'),
    orion.json('claim', 'cosine schedule with restarts'),
  ]);
  const [winner, loser] = [
    both.find(({ value }) => value.claimed)!,
    both.find(({ value }) => !value.claimed)!,
  ];
  expect(loser).toMatchObject({ status: 1, value: { lostTo: { number: winner.value.number } } });
  const open = (await stage.onlooker.pulls.list(REPO)).data.filter((one) => one.title.includes('cosine'));
  expect(open.map((one) => one.number)).toEqual([winner.value.number]);
});

test('without a token you may read but not write; a wrong token is reported', async () => {
  const stranger = user(vega.cwd, join(stage.folder, 'cache-x'), {
    GITHUB_API_URL: stage.emulator.url,
    PATH: '',
  });
  expect((await stranger.json('ideas')).status).toBe(0);
  expect((await stranger.descent('idea', 'something')).err).toContain('there is no token to write with');
  const expired = user(vega.cwd, join(stage.folder, 'cache-x'), {
    GITHUB_API_URL: stage.emulator.url,
    GITHUB_TOKEN: 'old',
  });
  expect((await expired.descent('idea', 'something')).err).toContain('the token is expired or wrong');
});

test('what is open is compared too, when asked to be fresh: with a token its file, without one its words', async () => {
  await joined(orion, vega);
  await edit(orion, 'print("a cosine schedule")\n');
  const said = ['--hypothesis', 'A cosine schedule ends with smaller updates.'];
  const body = (words: string) => ({ body: `## Hypothesis\n${words}\n` });
  const file = await stage.open('lyra', 'print("a cosine schedule", 2)\n', body('Nobody knows why.'));
  const words = await stage.open(
    'lyra',
    'print("other words")\n',
    body('A cosine schedule ends with smaller updates.'),
  );
  const { value } = await orion.json('check', ...said, '--fresh');
  expect(new Set(value.open.map((one: { number: number }) => one.number))).toEqual(new Set([file, words]));
  expect((await orion.json('check', ...said)).value.open).toEqual([]);

  const env = { GITHUB_API_URL: stage.emulator.url, PATH: '' };
  const stranger = user(orion.cwd, join(stage.folder, 'cache-x'), env);
  const { out, err } = await stranger.descent('check', ...said, '--fresh');
  expect(out).toContain(`#${words} open, not decided yet`);
  expect(out).not.toContain(`#${file} open`);
  expect(err).toContain('only the words of open pull requests are compared');

  const third = await vega.json('claim', 'a cosine schedule ends with smaller updates than today');
  expect(third.value).toMatchObject({ claimed: true, open: [{ number: words }] });
});

/** An insight is a comment that the bot may take into the record. */
test('what was learned is written where the experiment is', async () => {
  await joined(nova);
  const pull = await merged();
  expect((await nova.descent('insight', String(pull), 'Steps were what was missing.')).status).toBe(0);
  const { data } = await stage.onlooker.issues.listComments({
    owner: 'descent',
    repo: 'descent',
    issue_number: pull,
  });
  expect(data.map((one) => one.body)).toContain('/insight Steps were what was missing.');
});

test('an insight before the verdict waits and says so; what is taken back is closed by the bot', async () => {
  await joined(orion);
  await edit(orion, 'print("taken back")\n');
  const said = ['--hypothesis', 'Momentum that is taken back ends lower.', '--title', 'Taken back'];
  const { value } = await orion.json('submit', ...said);
  expect(value.submitted).toBe(true);
  await stage.settle();
  const early = await orion.descent('insight', String(value.number), 'It was noise.');
  expect(early.out).toContain(`It waits for the verdict of #${value.number}`);
  expect((await orion.descent('insight', String(value.number), 'x'.repeat(2001))).err).toContain(
    'takes 2000',
  );
  expect((await orion.descent('cancel', String(value.number))).status).toBe(0);
  await stage.settle();
  expect((await stage.view(value.number)).state).toBe('closed');
  expect(await orion.descent('cancel', String(value.number))).toMatchObject({
    status: 1,
    err: expect.stringContaining('is closed already'),
  });
});

test('what is missing is named as it is typed', async () => {
  const { err } = await orion.descent('publish', 'report.json');
  expect(err).toContain('--hypothesis is missing');
  expect(await orion.descent('similar')).toMatchObject({ status: 0 });
});

/** What `descent run` would have measured. */
function localJob(source: string): Job {
  return jobOf({ repository: 'local/local', pull: null, blob: gitBlob(source), incumbent: null, probes: 0 });
}
