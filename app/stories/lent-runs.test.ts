import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../core/formats/job.ts';
import { runnerLabel } from '../../core/formats/lending/runner-name.ts';
import type { Report } from '../../core/formats/report.ts';
import { LentOwner } from '../../testing/bot/lent-owner.ts';
import { REPO, Stage, type Taken, zipOf } from '../../testing/bot/stage.ts';
import { CONFIG, LENDING } from '../../testing/examples/config.ts';
import { jobOf } from '../../testing/examples/job.ts';
import { HARNESS, reportOf } from '../../testing/examples/report.ts';
import { runState } from '../../testing/snapshot/head.ts';
import { collect, type Pending } from '../intake/report/collect.ts';
import type { Finding } from '../model/snapshot.ts';

/** A run in an owner's repository: what is believed of it, comparison by comparison, and what becomes of it when its machine falls silent. */

let stage: Stage;
let ada: LentOwner;
let main = '';
beforeEach(async () => {
  stage = await Stage.open({ '.github/descent.yml': CONFIG + LENDING });
  await stage.startBot();
  ada = await LentOwner.lend(stage, 'ada');
  await ada.say({ status: 'free' });
  main = (await stage.onlooker.git.getRef({ ...REPO, ref: 'heads/main' })).data.object.sha;
});
afterEach(() => stage.close());

async function bot() {
  const { installation } = stage.bot!.descent.lent.registry.find('descent/descent')!;
  return stage.bot!.descent.at({ owner: REPO.owner, name: REPO.repo, installation });
}

/** An order as the bot sends it to ada's machine. */
async function ordered(change: Partial<Job> = {}): Promise<Pending> {
  const nonce = randomBytes(16).toString('hex');
  const job = jobOf({ nonce, harness: main, ...change });
  const { key, memory } = runState({ kind: 'pending' }, { nonce });
  const lent = {
    ...{ name: 'ada.desk', owner: 'ada', repository: ada.fullName },
    ownerId: ada.known()!.owner.id,
  };
  const actions = await (await bot()).port.actionsAt(ada.fullName);
  const runId = await actions.dispatch('main', {
    job: JSON.stringify(job),
    labels: JSON.stringify(['self-hosted', runnerLabel(nonce)]),
    title: `descent #41 explore 1 ${job.head} ${nonce}`,
  });
  return {
    key: { ...key, runId: runId! },
    memory: { ...memory, job, harness: main, dispatchedAt: new Date().toISOString(), lent },
  };
}

/** What the bot finds of it, now or so many seconds later. */
async function found(pending: Pending, later = 0): Promise<Finding> {
  const { port } = await bot();
  return collect(port, pending, {
    ...{ now: new Date(Date.now() + later * 1000).toISOString(), lostAfterMinutes: 30 },
    ...{ repository: 'descent/descent', branch: 'main', bot: 'descent[bot]', main, harness: HARNESS },
    lent: stage.bot!.descent.lent.of({ owner: REPO.owner, name: REPO.repo }).lent,
    custody: false,
  });
}

async function finished(pending: Pending, report: Partial<Report> = {}, runner?: string): Promise<Taken> {
  const taken = await ada.take(pending.key.nonce, runner);
  await stage.upload(taken, zipOf(reportOf(taken.job, report)));
  await stage.complete(taken);
  return taken;
}
const world = () => stage.emulator.world;

describe('a run on a lent machine', () => {
  it('is believed where every comparison holds, and is named by owner and machine', async () => {
    const pending = await ordered();
    await finished(pending);
    const finding = await found(pending);
    expect(finding).toMatchObject({ kind: 'report' });
    if (finding.kind === 'report')
      expect(finding.facts.run).toMatchObject({
        owner: 'ada',
        ownerId: ada.known()!.owner.id,
        machine: 'ada.desk',
        valBpb: 1.5,
      });
  });

  it('costs six requests in the owner’s repository, from the order to the report', async () => {
    const before = (await stage.control.requests()).at(-1)!.n;
    const pending = await ordered();
    await finished(pending);
    expect(await found(pending)).toMatchObject({ kind: 'report' });
    const asked = (await stage.control.requests(before)).filter(
      ({ actor, path }) => actor === 'descent[bot]' && path.includes(ada.fullName),
    );
    const lines = asked.map(({ method, path }) => `${method} ${path}`);
    expect(lines.length, lines.join('\n')).toBeLessThanOrEqual(6);
  });

  it('hands over its weights from where it ran', async () => {
    const pending = await ordered({ handOver: true });
    const taken = await ada.take(pending.key.nonce);
    await stage.handIn(taken, {});
    await stage.complete(taken);
    expect(await found(pending)).toMatchObject({ facts: { scored: { repository: 'ada/descent-machine' } } });
  });

  it.each(['preempted', 'disturbed'] as const)('that was %s has no loss', async (outcome) => {
    const pending = await ordered();
    await finished(pending, { outcome });
    expect(await found(pending)).toEqual({ kind: 'void', outcome, machine: 'ada.desk' });
  });
});

describe('while a run is out', () => {
  it.each([
    ['cannot be read', 'primary: [\n'],
    ['say nothing of lending any more', CONFIG],
  ])('settings that %s lose it for nobody', async (_, settings) => {
    const pending = await ordered();
    await ada.take(pending.key.nonce);
    await ada.say({ status: 'busy', nonce: pending.key.nonce });
    await stage.commit({ '.github/descent.yml': settings });
    main = (await stage.onlooker.git.getRef({ ...REPO, ref: 'heads/main' })).data.object.sha;
    expect(await found(pending)).toEqual({ kind: 'pending' });
    expect(await ada.answer()).toMatchObject({ conclusion: settings === CONFIG ? 'failure' : 'success' });
  });

  it('its repository may be renamed', async () => {
    const pending = await ordered();
    await finished(pending);
    await ada.github.repos.update({ ...ada.at, name: 'my-gpu' });
    await stage.settle();
    expect(await found(pending)).toMatchObject({ kind: 'report' });
  });
});

describe('an owner who lies', () => {
  const refused = async (pending: Pending, check: string) =>
    expect(await found(pending)).toMatchObject({ kind: 'refused', check, machine: 'ada.desk' });
  const tampered = async (change: (run: Record<string, unknown>, taken: Taken) => void, check: string) => {
    const pending = await ordered();
    const taken = await finished(pending);
    change(world().runs.get(pending.key.runId) as unknown as Record<string, unknown>, taken);
    await refused(pending, check);
  };

  it('moves the run into another repository, or deletes it', async () => {
    const bob = await LentOwner.lend(stage, 'bob');
    const there = world().repository('bob', bob.repository);
    const pending = await ordered();
    await finished(pending);
    Object.assign(world().runs.get(pending.key.runId)!, { repository: there });
    expect(await found(pending)).toMatchObject({ kind: 'failed', machine: 'ada.desk' });
  });

  it('gave the repository’s name to another account', async () => {
    const pending = await ordered();
    await finished(pending);
    pending.memory.lent!.ownerId += 1;
    expect(await found(pending)).toMatchObject({ kind: 'vanished', machine: 'ada.desk' });
  });

  it('runs another workflow', () =>
    tampered((run) => Object.assign(run, { path: '.github/workflows/mine.yml' }), 'path'));
  it('runs it at another event', () => tampered((run) => Object.assign(run, { event: 'push' }), 'event'));
  it('runs it on another branch', () => tampered((run) => Object.assign(run, { branch: 'mine' }), 'branch'));
  it('runs it a second time', () => tampered((run) => Object.assign(run, { attempt: 2 }), 'attempt'));
  it('starts it in the bot’s place', () =>
    tampered((run) => Object.assign(run, { actor: world().user('ada') }), 'actor'));
  it('adds a job', () =>
    tampered((run) => {
      const jobs = run.jobs as object[];
      jobs.push({ ...jobs[0] });
    }, 'jobs'));
  it('changes the bytes of the archive', () =>
    tampered(() => {
      for (const artifact of world().artifacts.values()) artifact.digest = `sha256:${'0'.repeat(64)}`;
    }, 'digest'));

  it('hands in the report of another run', async () => {
    const [first, second] = [await ordered(), await ordered()];
    const taken = await ada.take(second.key.nonce);
    await stage.upload(taken, zipOf(reportOf(first.memory.job, { valBpb: 0.1 })));
    await stage.complete(taken);
    await refused(second, 'nonce');
  });

  it('adds an artifact', async () => {
    const pending = await ordered();
    const taken = await ada.take(pending.key.nonce);
    for (const name of ['report', 'more']) await stage.upload(taken, zipOf(reportOf(taken.job)), name);
    await stage.complete(taken);
    await refused(pending, 'artifacts');
  });

  it('has it run on a runner of another name', async () => {
    const pending = await ordered();
    await finished(pending, {}, `bob.lab.${pending.key.nonce.slice(0, 8)}`);
    await refused(pending, 'runner');
  });

  it('has it run on the runner of another job', async () => {
    const pending = await ordered();
    await finished(pending, {}, 'ada.desk.00000000');
    await refused(pending, 'runner');
  });

  it('measures with another harness, or with one that main has had since', async () => {
    const pending = await ordered();
    const { digests } = reportOf(pending.memory.job);
    await finished(pending, { digests: { ...digests, harness: 'b'.repeat(64) } });
    await refused(pending, 'harness');
    const other = await ordered({ harness: (await stage.view(await stage.open('nova', 'print(2)\n'))).head });
    await stage.commit({ 'train/harness.py': '# another harness\n' });
    main = (await stage.onlooker.git.getRef({ ...REPO, ref: 'heads/main' })).data.object.sha;
    await finished(other, { digests: { ...digests, harness: 'b'.repeat(64) } });
    await refused(other, 'harness');
  });

  it('repeats another job than was ordered in its job', async () => {
    const pending = await ordered();
    const taken = await ada.take(pending.key.nonce);
    await stage.upload(taken, zipOf(reportOf({ ...taken.job, seed: taken.job.seed + 1 })));
    await stage.complete(taken);
    await refused(pending, 'seed');
  });
});

describe('a machine that falls silent', () => {
  it('with the job is gone after two minutes, and not before', async () => {
    const pending = await ordered();
    await ada.take(pending.key.nonce);
    await ada.say({ status: 'busy', nonce: pending.key.nonce });
    expect(await found(pending, 100)).toEqual({ kind: 'pending' });
    expect(await found(pending, 115)).toEqual({
      ...{ kind: 'vanished', machine: 'ada.desk' },
      runId: pending.key.runId,
    });
  });

  it('is not one whose clock is slow', async () => {
    const pending = await ordered();
    await ada.take(pending.key.nonce);
    await ada.github.git.deleteRef({ ...ada.at, ref: 'heads/state' });
    const slow = { at: new Date(Date.now() - 55_000).toISOString() };
    await ada.say({ status: 'busy', nonce: pending.key.nonce, ...slow });
    expect(ada.known()!.availability).toMatchObject({ status: 'busy' });
    const silent = () => Date.now() - Date.parse(ada.known()!.availability!.at);
    expect(silent()).toBeLessThan(50_000);
    expect(await found(pending, 90)).toEqual({ kind: 'pending' });
    await stage.bot!.close();
    await stage.startBot();
    await stage.settle();
    expect(silent()).toBeLessThan(50_000);
    expect(await found(pending, 90)).toEqual({ kind: 'pending' });
    expect(await found(pending, 125)).toMatchObject({ kind: 'vanished' });
  });

  it('is read once more before it is called gone: its words may have been lost on their way', async () => {
    const pending = await ordered();
    await ada.take(pending.key.nonce);
    await ada.say({ status: 'busy', nonce: pending.key.nonce });
    await stage.control.faults({ dropWebhooks: true });
    const heard = Date.parse(ada.known()!.availability!.at);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await ada.say({ status: 'busy', nonce: pending.key.nonce });
    expect(Date.parse(ada.known()!.availability!.at)).toBe(heard);
    const silent = (heard - Date.now()) / 1000 + 110.5;
    expect(await found(pending, silent)).toEqual({ kind: 'pending' });
    expect(await found(pending, silent + 20)).toMatchObject({ kind: 'vanished' });
  });

  it('without having taken the job loses it after two minutes', async () => {
    const pending = await ordered();
    expect(await found(pending, 115)).toEqual({ kind: 'pending' });
    expect(await found(pending, 125)).toEqual({ kind: 'untaken', runId: pending.key.runId });
  });

  it('and comes back without the job has lost it', async () => {
    const pending = await ordered();
    await ada.take(pending.key.nonce);
    await ada.say({ status: 'away' });
    expect(await found(pending, 30)).toEqual({ kind: 'pending' });
    expect(await found(pending, 125)).toMatchObject({ kind: 'vanished' });
  });

  it('and has another job by now has lost it', async () => {
    const pending = await ordered();
    await ada.take(pending.key.nonce);
    await ada.say({ status: 'busy', nonce: 'f'.repeat(32), at: new Date(Date.now()).toISOString() });
    expect(await found(pending, 125)).toMatchObject({ kind: 'vanished' });
  });

  it.each(['uninstall', 'suspend', 'unnamed'] as const)(
    'since its owner ends it all (%s) is gone',
    async (how) => {
      const pending = await ordered();
      await ada.take(pending.key.nonce);
      if (how === 'uninstall') await stage.control.uninstall(ada.installation);
      else if (how === 'suspend')
        await stage.control.changeInstallation(ada.installation, { suspended: true });
      else await ada.put('machine.yml', 'swarm: ada/other\nmachine: desk\ntracks: [cpu]\n');
      await stage.settle();
      expect(await found(pending)).toMatchObject({ kind: 'vanished', machine: 'ada.desk' });
    },
  );

  it('or lost events are no reason: a bot that has just started finds the machine by itself', async () => {
    const pending = await ordered();
    await finished(pending);
    const { registry } = stage.bot!.descent.lent;
    registry.dropInstallation(ada.installation);
    expect(ada.known()).toBeUndefined();
    expect(await found(pending)).toMatchObject({ kind: 'report' });
  });

  it('has its run ended, by force where nothing obeys any more', async () => {
    const pending = await ordered();
    await ada.take(pending.key.nonce);
    const actions = await (await bot()).port.actionsAt(ada.fullName);
    await actions.cancel(pending.key.runId, true);
    expect(await actions.workflowRun(pending.key.runId)).toMatchObject({ status: 'completed' });
  });
});
