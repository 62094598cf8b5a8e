import { afterEach, describe, expect, it } from 'vitest';
import { recordOf } from '../../testing/bot/owners.ts';
import { GOOD_BODY, REPO, type Stage } from '../../testing/bot/stage.ts';
import {
  addSmall,
  asking,
  BEGINNING,
  CPU,
  openTwoTracks,
  records,
  SMALL,
  TWO_TRACKS,
} from '../../testing/bot/two-tracks.ts';

let stage: Stage;
afterEach(() => stage.close());

const both = asking('[cpu, small]');

async function diffOn(track: string): Promise<string> {
  const { data } = await stage.onlooker.repos.getContent({ ...REPO, path: 'results/experiments/0' });
  const file = (data as { path: string }[]).find((one) => one.path.endsWith(`-${track}.json`))!;
  const record = JSON.parse(await stage.file(file.path)) as { diff: string };
  return record.diff;
}

async function headlines(): Promise<string[]> {
  const { data } = await stage.onlooker.repos.listCommits(REPO);
  return data.map((one) => one.commit.message.split('\n')[0]!);
}

/** How the bot ends what this comment asks for. */
async function comment(login: string, number: number, text: string) {
  await (await stage.agent(login)).issues.createComment({ ...REPO, issue_number: number, body: text });
  await stage.settle();
  return (await stage.reply(number)).endings.at(-1);
}

/** A pull request whose one commit changes nothing. */
async function openEmpty(login: string, more: { title: string; body: string }): Promise<number> {
  const agent = await stage.agent(login);
  const fork = { owner: login, repo: REPO.repo };
  const parent = await stage.main();
  const { data: commit } = await stage.onlooker.git.getCommit({ ...REPO, commit_sha: parent });
  const made = { message: more.title, tree: commit.tree.sha, parents: [parent] };
  const { data: empty } = await agent.git.createCommit({ ...fork, ...made });
  const branch = more.title.replace(/\W+/g, '-');
  await agent.git.createRef({ ...fork, ref: `refs/heads/${branch}`, sha: empty.sha });
  const { data } = await agent.pulls.create({ ...REPO, ...more, head: `${login}:${branch}`, base: 'main' });
  await stage.settle();
  return data.number;
}

async function restart(): Promise<void> {
  await stage.bot!.close();
  await stage.startBot();
  await stage.bot!.descent.sweep(null);
  await stage.settle();
}

describe('a pull request on two tracks', () => {
  it('that improves both moves both, the first before the second is measured, and is merged once', async () => {
    stage = await openTwoTracks();
    const before = await stage.main();
    const number = await stage.open('nova', 'print("better")\n', both);
    expect(await stage.take(SMALL)).toBeNull();
    await stage.measureOn(CPU, { valBpb: 1.5 });

    expect(await stage.view(number)).toMatchObject({ state: 'open', merged: false, labels: [] });
    expect(await stage.codes(number)).toMatchObject({ state: 'measuring', track: 'small' });
    expect(await stage.links(number)).toEqual([`result of #${number}`]);
    expect(await stage.file('train/train.py')).toBe('print("better")\n');
    expect((await stage.leaderboard()).tracks.cpu!.incumbent).toMatchObject({ pull: number, valBpb: 1.5 });
    const { data: first } = await stage.onlooker.git.getCommit({ ...REPO, commit_sha: await stage.main() });
    expect(first.parents.map((parent) => parent.sha)).toEqual([before]);

    const { job } = (await stage.measureOn(SMALL, { valBpb: 2.5 }))!;
    expect(job).toMatchObject({ track: 'small', ordinal: 1, stage: 'explore' });
    const view = await stage.view(number);
    expect(view).toMatchObject({ state: 'closed', merged: true, labels: ['improved'] });
    expect(view.comments).toHaveLength(1);
    expect(await stage.file('train/best/small.py')).toBe('print("better")\n');
    const { data: last } = await stage.onlooker.git.getCommit({ ...REPO, commit_sha: await stage.main() });
    expect(last.parents.map((parent) => parent.sha)).toEqual([first.sha, view.head]);
    expect(await records(stage)).toEqual([`${number} cpu.json`, `${number} small.json`]);
    // Each was compared with its own track's file, also where main's had moved on.
    for (const track of ['cpu', 'small']) expect(await diffOn(track)).toContain(`-${BEGINNING}`);
    expect(await stage.check(view.head)).toMatchObject({ status: 'completed', conclusion: 'success' });
  });

  it('that improves the first alone is merged, and says both', async () => {
    stage = await openTwoTracks();
    const number = await stage.open('nova', 'print("wide")\n', asking('[small, cpu]'));
    await stage.measureOn(SMALL, { valBpb: 2.5 });
    await stage.measureOn(CPU, { valBpb: 2.5 });
    const view = await stage.view(number);
    expect(view).toMatchObject({ state: 'closed', merged: true, labels: ['improved'] });
    expect(await stage.codes(number)).toMatchObject({
      ...{ state: 'verdict', track: 'cpu', conclusion: 'success' },
      rules: { verdict: 'regressed' },
    });
    expect(await stage.file('train/best/small.py')).toBe('print("wide")\n');
    expect(await stage.file('train/train.py')).toBe(BEGINNING);
    const { data } = await stage.onlooker.git.getCommit({ ...REPO, commit_sha: await stage.main() });
    expect(data.parents).toHaveLength(2);
    const { tracks } = await stage.leaderboard();
    expect([tracks.cpu!.counts, tracks.small!.counts]).toEqual([{ regressed: 1 }, { improved: 1 }]);
  });

  it('that improves neither is closed with the label of its last verdict', async () => {
    stage = await openTwoTracks();
    const number = await stage.open('nova', 'print("worse")\n', both);
    await stage.measureOn(CPU, { valBpb: 2.5 });
    await stage.measureOn(SMALL, { valBpb: 2.95 });
    expect(await stage.view(number)).toMatchObject({
      state: 'closed',
      merged: false,
      labels: ['inconclusive'],
    });
    expect(await stage.file('train/train.py')).toBe(BEGINNING);
  });

  it('whose second track has no machine waits there, while the first gain is on main and the record to beat', async () => {
    stage = await openTwoTracks({ machines: false });
    const number = await stage.open('nova', 'print("better")\n', both);
    await stage.measureOn(CPU, { valBpb: 1.5 });
    expect(await stage.file('train/train.py')).toBe('print("better")\n');
    const next = await stage.open('vega', 'print("other")\n', { title: 'Another idea' });
    await stage.measureOn(CPU, { valBpb: 1.7 });
    expect(await stage.view(next)).toMatchObject({ labels: ['regressed'] });
    expect(await stage.view(number)).toMatchObject({ state: 'open' });
    await addSmall(stage);
    await stage.measureOn(SMALL, { valBpb: 3.5 });
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  });

  it('is measured once on each, though the bot dies between the two verdicts and main moves', async () => {
    stage = await openTwoTracks();
    const number = await stage.open('nova', 'print("better")\n', both);
    await stage.measureOn(CPU, { valBpb: 1.5 });
    const taken = (await stage.take(SMALL))!;
    await restart();
    expect(await stage.take(CPU)).toBeNull();
    const other = await stage.open('vega', 'print("best")\n', { title: 'Better still' });
    await stage.measureOn(CPU, { valBpb: 1.2 });
    expect(await stage.view(other)).toMatchObject({ merged: true });
    await stage.finish(taken, { valBpb: 2.5 });
    await restart();
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
    expect(await stage.file('train/train.py')).toBe('print("best")\n');
    const { tracks } = await stage.leaderboard();
    expect([tracks.cpu!.counts, tracks.small!.counts]).toEqual([{ improved: 2 }, { improved: 1 }]);
    expect((await headlines()).filter((line) => line.includes(`(#${number})`))).toHaveLength(2);
  });
});

describe('a second track without a record', () => {
  const begin = async (valBpb: number) => {
    stage = await openTwoTracks({ bare: ['small'] });
    const number = await stage.open('nova', 'print("other")\n', both);
    await stage.measureOn(CPU, { valBpb });
    expect(await stage.codes(number)).toMatchObject({
      ...{ state: 'queued', track: 'small' },
      rules: { 'first-incumbent': 'not-measured' },
    });
    return number;
  };

  it("first measures main's own file there, then the pull request's", async () => {
    const number = await begin(2.5);
    const baseline = (await stage.measureOn(SMALL, { valBpb: 3 }))!;
    expect(baseline.job).toMatchObject({ pull: null, stage: 'baseline', track: 'small' });
    await stage.measureOn(SMALL, { valBpb: 2.5 });
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
  });

  it("has nothing left to measure when the pull request's file became main's own meanwhile", async () => {
    const number = await begin(1.5);
    await stage.measureOn(SMALL, { valBpb: 2.5 });
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: true, labels: ['improved'] });
    expect(await stage.take(SMALL)).toBeNull();
  });
});

describe('where several runs decide', () => {
  it('each track explores and confirms for itself, on machines of its own owners', async () => {
    const several = `${TWO_TRACKS.replaceAll('margin: 0.1', 'sigma: 0.1')}audits: { probation-jobs: 0, share: 0 }\n`;
    stage = await openTwoTracks({ config: several, runs: 4 });
    await stage.addMachine('cleo', 'rack', ['descent-cpu', 'descent-small']);
    const number = await stage.open('nova', 'print("better")\n', { body: asking('[cpu, small]').body });
    const done: string[] = [];
    for (let idle = 0, i = 0; idle < 3 && done.length < 20; i++) {
      const taken = await stage.take(i % 3);
      idle = taken ? 0 : idle + 1;
      if (!taken) continue;
      const { track, stage: kind, ordinal } = taken.job;
      await stage.finish(taken, { valBpb: (track === 'cpu' ? 1.2 : 3.9) + done.length * 0.01 });
      done.push(`${track} ${kind} ${ordinal}`);
    }
    expect(done.slice(0, 5).sort()).toEqual([
      ...['cpu confirm 1', 'cpu confirm 2', 'cpu confirm 3', 'cpu confirm 4', 'cpu explore 1'],
    ]);
    expect(done.slice(5)).toEqual(['cpu rescore 1', 'small explore 1']);
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: true, labels: ['improved'] });
    expect((await stage.codes(number)).rules).toMatchObject({ verdict: 'regressed' });
    expect(Object.keys((await stage.leaderboard()).tracks.small!.machines)).not.toContain('ada.desk');
  });
});

describe('audits of a track', () => {
  it('go on while the pull request waits for the next one', async () => {
    const audited = TWO_TRACKS.replace('margin: 0.1', 'sigma: 0.1');
    stage = await openTwoTracks({ config: audited, runs: 4, machines: false });
    await stage.addMachine('cleo', 'rack');
    const CLEO = 1;
    const number = await stage.open('nova', 'print("mixed")\n', both);
    await stage.measureOn(CPU, { valBpb: 2.9 });
    expect(await stage.links(number)).toEqual([`result of #${number}`]);
    const repeat = (await stage.measureOn(CLEO, { valBpb: 2.85 }))!;
    expect(repeat.job).toMatchObject({ stage: 'audit', track: 'cpu' });
    expect((await stage.leaderboard()).tracks.cpu!.audits).toEqual([]);
    expect(await stage.check((await stage.view(number)).head)).toMatchObject({ status: 'in_progress' });

    await stage.addMachine('bob', 'lab', ['descent-small']);
    await stage.measureOn(2, { valBpb: 2.5 });
    await stage.addMachine('cleo', 'node', ['descent-small']);
    await stage.measureOn(3, { valBpb: 2.5 });
    const view = await stage.view(number);
    expect(view).toMatchObject({ merged: true, labels: ['improved'] });
    expect((await recordOf(stage, number)).audits).toMatchObject([{ outcome: 'agreed' }]);
  });
});

describe('/track', () => {
  it('of the author adds a track to an open pull request, of a stranger it adds none', async () => {
    stage = await openTwoTracks();
    const number = await stage.open('nova', 'print("better")\n', { body: GOOD_BODY });
    await stage.agent('eve');
    expect(await comment('eve', number, '/track small')).toBe('refused');
    expect(await comment('nova', number, '/track h100')).toBe('refused');
    expect(await comment('nova', number, '/track small')).toBe('taken');
    expect(await comment('nova', number, '/track small')).toBe('taken');
    await stage.measureOn(CPU, { valBpb: 2.5 });
    expect(await stage.view(number)).toMatchObject({ state: 'open' });
    await stage.measureOn(SMALL, { valBpb: 2.5 });
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
    expect(await stage.file('train/train.py')).toBe(BEGINNING);
    expect(await comment('nova', number, '/track cpu')).toBe('refused');
  });
});

describe('the same file on another track', () => {
  it('is measured for anyone who asks; where it was measured before, the answer comes from its result', async () => {
    stage = await openTwoTracks();
    const first = await stage.open('nova', 'print("some")\n');
    await stage.measureOn(CPU, { valBpb: 2.5 });
    const again = await stage.open('vega', 'print("some")  # on both\n', { title: 'Both', ...both });
    expect(await stage.take(CPU)).toBeNull();
    expect((await stage.codes(again)).rules).toMatchObject({
      duplicate: 'same-program',
      evidence: 'new',
    });
    expect(await stage.links(again)).toContain(`result of #${first}`);
    await stage.measureOn(SMALL, { valBpb: 2.5 });
    const view = await stage.view(again);
    expect(view).toMatchObject({ merged: true, labels: ['improved'] });
    expect(await stage.links(again)).toEqual([`result of #${again}`, `result of #${first}`]);
    expect(await records(stage)).toEqual([`${first} cpu.json`, `${again} small.json`]);
  });

  it('is no second try there, though others wait: it is not sent to the end of the queue', async () => {
    stage = await openTwoTracks();
    await stage.open('nova', 'print("wider model, shorter run")\n');
    await stage.measureOn(CPU, { valBpb: 2.5 });
    await stage.open('lyra', 'print("longer model, wider run")\n');
    const same = 'print("wider model, shorter run")\n';
    const there = await stage.open('vega', same, { title: 'On small', ...asking('small') });
    expect((await stage.view(there)).comments).toEqual([]);
    const other = 'print("wider model, shorter run!")\n';
    const here = await stage.open('orion', other, { title: 'Again', ...asking('[small, cpu]') });
    expect((await stage.codes(here)).rules).toMatchObject({ similar: 'waits-behind' });
  });

  it("may be main's own, with an empty commit", async () => {
    stage = await openTwoTracks();
    const better = await stage.open('nova', 'print("better")\n');
    await stage.measureOn(CPU, { valBpb: 1.5 });
    expect(await stage.view(better)).toMatchObject({ merged: true });
    const number = await openEmpty('vega', { title: "Main's file on small", ...asking('small') });
    await stage.measureOn(SMALL, { valBpb: 2.5 });
    expect(await stage.view(number)).toMatchObject({ merged: true, labels: ['improved'] });
    expect(await stage.file('train/best/small.py')).toBe('print("better")\n');
    const none = await openEmpty('vega', { title: 'Nothing', body: GOOD_BODY });
    expect(await stage.view(none)).toMatchObject({ labels: ['needs-work'] });
  });

  it("of a track's best with other comments is its duplicate, though main's own file is another", async () => {
    stage = await openTwoTracks();
    await stage.open('nova', 'print("better")\n');
    await stage.measureOn(CPU, { valBpb: 1.5 });
    const number = await stage.open('vega', 'print( "the beginning" )\n', asking('small'));
    expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: ['duplicate'] });
  });
});
