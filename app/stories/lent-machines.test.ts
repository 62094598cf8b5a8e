import { afterEach, describe, expect, it } from 'vitest';
import { LentOwner } from '../../testing/bot/lent-owner.ts';
import { Stage } from '../../testing/bot/stage.ts';
import { CONFIG, LENDING } from '../../testing/examples/config.ts';

/** Which repositories the bot takes for machines, what it answers them, and what it believes of their words. */

let stage: Stage;
afterEach(() => stage.close());

async function began(): Promise<void> {
  stage = await Stage.open({ '.github/descent.yml': CONFIG + LENDING });
  await stage.startBot();
}
const machineFile = (change: string, by: string) =>
  'swarm: descent/descent\nmachine: desk\ntracks: [cpu]\n'.replace(change, by);

describe('a machine', () => {
  it('is answered after the click, and known with what its client says', async () => {
    await began();
    const ada = await LentOwner.make(stage, 'ada');
    expect(await ada.answer()).toBeNull();
    await ada.install();
    expect(await ada.answer()).toMatchObject({ conclusion: 'success', title: 'lends to cpu' });
    expect(ada.known()).toMatchObject({ name: 'ada.desk', tracks: ['cpu'], availability: null, out: [] });
    const owner = stage.emulator.world.user('ada');
    expect(ada.known()!.owner).toEqual({ id: owner.id, login: 'ada' });
    await ada.say({ status: 'free' });
    expect(ada.known()!.availability).toMatchObject({ status: 'free', tracks: ['cpu'] });
  });

  it('is heard without a single request of the bot', async () => {
    await began();
    const ada = await LentOwner.lend(stage, 'ada');
    const before = (await stage.control.requests()).at(-1)!.n;
    await ada.say({ status: 'busy', nonce: 'a'.repeat(32) });
    const asked = (await stage.control.requests(before)).filter(({ actor }) => actor?.endsWith('[bot]'));
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
    expect(ada.known()!.availability).toMatchObject({ status: 'busy', nonce: 'a'.repeat(32) });
  });

  it('is known again after a restart, and nothing is answered twice', async () => {
    await began();
    const ada = await LentOwner.lend(stage, 'ada');
    await ada.say({ status: 'free' });
    await stage.bot!.close();
    await stage.startBot();
    await stage.settle();
    expect(ada.known()!.availability).toMatchObject({ status: 'free' });
    await stage.bot!.descent.sweep(null);
    const { data } = await ada.github.checks.listForRef({ ...ada.at, ref: 'main', filter: 'all' });
    expect(data.check_runs).toHaveLength(1);
  });

  it('whose events were lost is found by the sweep', async () => {
    await began();
    await stage.control.faults({ dropWebhooks: true });
    const ada = await LentOwner.lend(stage, 'ada');
    await ada.say({ status: 'free' });
    expect(ada.known()).toBeUndefined();
    await stage.bot!.descent.sweep(null);
    expect(ada.known()).toMatchObject({ availability: { status: 'free' } });
    expect(await ada.answer()).toMatchObject({ conclusion: 'success' });
  });

  it('is answered anew when machine.yml changes, and no longer believed when it cannot be read', async () => {
    await began();
    const ada = await LentOwner.lend(stage, 'ada');
    await ada.put('machine.yml', machineFile('swarm: descent/descent', 'swarm: descent'));
    expect(await ada.answer()).toMatchObject({ conclusion: 'failure' });
    expect((await ada.answer())!.summary).toContain('must be OWNER/REPOSITORY');
    expect(ada.known()).toBeUndefined();
    await ada.put('machine.yml', machineFile('desk', 'lab'));
    expect(ada.known()).toMatchObject({ name: 'ada.lab' });
  });

  it('is gone with its installation, and with the last repository that the owner lets the App have', async () => {
    await began();
    const ada = await LentOwner.lend(stage, 'ada');
    const bob = await LentOwner.lend(stage, 'bob');
    await stage.control.changeInstallation(ada.installation, { suspended: true });
    await stage.control.uninstall(bob.installation);
    await stage.settle();
    expect([ada.known(), bob.known()]).toEqual([undefined, undefined]);
    await stage.control.changeInstallation(ada.installation, { suspended: false });
    await stage.settle();
    expect(ada.known()).toMatchObject({ name: 'ada.desk' });
  });

  it('is not there for a swarm whose settings say nothing of lending', async () => {
    stage = await Stage.open({ '.github/descent.yml': CONFIG });
    await stage.startBot();
    const ada = await LentOwner.lend(stage, 'ada');
    expect(ada.known()).toBeUndefined();
    expect((await ada.answer())!.summary).toContain('takes no lent machines');
    await stage.commit({ '.github/descent.yml': CONFIG + LENDING });
    expect(ada.known()).toMatchObject({ name: 'ada.desk' });
    expect(await ada.answer()).toMatchObject({ conclusion: 'success' });
  });
});

describe('a repository of a machine', () => {
  it('that is renamed stays the machine, one that is hidden is none until it is shown, one that is deleted is gone', async () => {
    await began();
    const ada = await LentOwner.lend(stage, 'ada');
    const names = () => {
      const machines = stage.bot!.descent.lent.registry.machines('descent/descent');
      return machines.map(({ name, repository }) => `${name} in ${repository.owner}/${repository.name}`);
    };
    await ada.github.repos.update({ ...ada.at, name: 'my-gpu' });
    await stage.settle();
    expect(names()).toEqual(['ada.desk in ada/my-gpu']);
    const at = { owner: 'ada', repo: 'my-gpu' };
    await ada.github.repos.update({ ...at, private: true });
    await stage.settle();
    expect(names()).toEqual([]);
    await ada.github.repos.update({ ...at, private: false });
    await stage.settle();
    expect(names()).toEqual(['ada.desk in ada/my-gpu']);
    await ada.github.repos.delete(at);
    await stage.settle();
    expect(names()).toEqual([]);
  });

  it('is never taken for a swarm: what happens there costs no request', async () => {
    await began();
    const ada = await LentOwner.lend(stage, 'ada');
    const before = (await stage.control.requests()).at(-1)!.n;
    const agent = await stage.account('mallory').then(() => stage.agentOf('mallory'));
    await agent.repos.createFork({ owner: 'ada', repo: ada.repository });
    await ada.github.actions.createWorkflowDispatch({
      ...{ ...ada.at, workflow_id: 'experiment.yml', ref: 'main' },
      inputs: {
        ...{ job: '{}', labels: '["self-hosted"]' },
        title: `descent #1 explore 1 ${'a'.repeat(40)} ${'b'.repeat(32)}`,
      },
    });
    const { data } = await ada.github.actions.listWorkflowRunsForRepo(ada.at);
    await ada.github.actions.cancelWorkflowRun({ ...ada.at, run_id: data.workflow_runs[0]!.id });
    await stage.settle();
    const asked = (await stage.control.requests(before)).filter(({ actor }) => actor?.endsWith('[bot]'));
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });
});

describe('a hostile repository', () => {
  it('that plays a swarm gets no work where the operator has named theirs, and no machines', async () => {
    stage = await Stage.open({ '.github/descent.yml': CONFIG + LENDING });
    await stage.startBot(undefined, 0, ['descent/descent']);
    const eve = await LentOwner.lend(stage, 'eve', {
      repository: 'swarm',
      files: { '.github/descent.yml': CONFIG + LENDING, 'train/train.py': 'print(1)\n' },
    });
    const mallory = await LentOwner.lend(stage, 'mallory', { swarm: 'eve/swarm' });
    expect((await mallory.answer())!.summary).toContain('takes no lent machines');
    expect(Object.keys(await stage.bot!.descent.sweep(null))).toEqual(['descent/descent']);
    expect(await stage.bot!.descent.sweep('eve/swarm')).toEqual({
      'eve/swarm': { failed: 'SWARMS does not name it' },
    });
    const { data } = await eve.github.issues.listForRepo({ ...eve.at, state: 'all' });
    expect(data).toEqual([]);
  });

  it('of another swarm, or of no track, is answered and not believed', async () => {
    await began();
    const eve = await LentOwner.lend(stage, 'eve', { swarm: 'eve/swarm' });
    expect((await eve.answer())!.summary).toContain('eve/swarm, which takes no lent machines');
    const mallory = await LentOwner.lend(stage, 'mallory', { tracks: ['huge'] });
    expect((await mallory.answer())!.summary).toContain('none of the tracks of descent/descent');
    expect([eve.known(), mallory.known()]).toEqual([undefined, undefined]);
  });

  it('that is a fork of a machine is answered and not believed', async () => {
    await began();
    await LentOwner.lend(stage, 'ada');
    await stage.account('eve');
    await stage.agentOf('eve').repos.createFork({ owner: 'ada', repo: 'descent-machine' });
    await stage.control.install(stage.app.id, ['eve/descent-machine']);
    await stage.settle();
    const names = stage.bot!.descent.lent.registry.machines('descent/descent').map(({ name }) => name);
    expect(names).toEqual(['ada.desk']);
    const { data } = await stage.onlooker.checks.listForRef({
      ...{ owner: 'eve', repo: 'descent-machine', ref: 'main' },
    });
    expect(data.check_runs[0]!.output.summary).toContain('a fork');
  });

  it('with the name of another machine of its owner is answered, and the first one stays', async () => {
    await began();
    const ada = await LentOwner.make(stage, 'ada');
    const twin = await LentOwner.make(stage, 'ada', { repository: 'second-machine' });
    await stage.control.install(stage.app.id, [twin.fullName, ada.fullName]);
    await stage.settle();
    expect((await twin.answer())!.summary).toContain('machine is desk, as in ada/descent-machine');
    expect(ada.known()).toMatchObject({ name: 'ada.desk' });
    expect(twin.known()).toBeUndefined();
  });

  it('with a machine.yml of a megabyte, or of aliases, is answered and holds up nobody', async () => {
    await began();
    const eve = await LentOwner.lend(stage, 'eve', {
      files: { 'machine.yml': `# ${'x'.repeat(1_000_000)}\n` },
    });
    expect((await eve.answer())!.summary).toContain('too large');
    const bomb = 'a: &a [x, x]\nb: &b [*a, *a]\ntracks: *b\n';
    const mallory = await LentOwner.lend(stage, 'mallory', { files: { 'machine.yml': bomb } });
    expect(await mallory.answer()).toMatchObject({ conclusion: 'failure' });
    const ada = await LentOwner.lend(stage, 'ada');
    expect(ada.known()).toMatchObject({ name: 'ada.desk' });
  });

  it('without the workflow, or whose owner removes it, is answered and gets no jobs', async () => {
    await began();
    const ada = await LentOwner.lend(stage, 'ada');
    const path = '.github/workflows/experiment.yml';
    const { data } = await ada.github.repos.getContent({ ...ada.at, path });
    const sha = 'sha' in data ? data.sha : '';
    await ada.github.repos.deleteFile({ ...ada.at, path, message: 'Remove it', sha });
    await stage.settle();
    expect(ada.known()).toBeUndefined();
    expect((await ada.answer())!.summary).toContain('experiment.yml is missing');
  });

  it('pings nobody by what it writes', async () => {
    await began();
    const eve = await LentOwner.lend(stage, 'eve', {
      files: { 'machine.yml': machineFile('desk', '"@nova **x**"') },
    });
    expect((await eve.answer())!.summary).toMatch(/`[^`\n]*@nova[^`\n]*`/);
  });
});

describe('what a machine says', () => {
  it('of a time to come counts from when it was heard', async () => {
    await began();
    const ada = await LentOwner.lend(stage, 'ada');
    await ada.say({ at: '2099-01-01T00:00:00.000Z' });
    expect(Date.parse(ada.known()!.availability!.at)).toBeLessThanOrEqual(Date.now());
    // A restart reads it from git again: it is as old as its commit.
    await stage.bot!.close();
    await stage.startBot();
    await stage.settle();
    expect(Date.parse(ada.known()!.availability!.at)).toBeLessThanOrEqual(Date.now());
  });

  it('again of an earlier time changes nothing', async () => {
    await began();
    const ada = await LentOwner.lend(stage, 'ada');
    const old = ada.message({ status: 'free', at: '2026-11-27T08:00:00.000Z' });
    await ada.say({ status: 'away', at: '2026-11-27T09:00:00.000Z' });
    await ada.write(old);
    expect(ada.known()!.availability).toMatchObject({ status: 'away' });
    const pushes = (await stage.control.deliveries()).filter(({ event }) => event === 'push');
    for (const { guid } of pushes) await stage.control.redeliver(guid);
    await stage.settle();
    expect(ada.known()!.availability).toMatchObject({ status: 'away' });
  });

  it('of another machine, in a message of another program, or in a megabyte, says nothing', async () => {
    await began();
    const ada = await LentOwner.lend(stage, 'ada');
    await ada.write('Begin');
    await ada.write(ada.message({ machine: 'lab' }));
    expect(ada.known()!.availability).toBeNull();
    await ada.write(`${ada.message()}${' '.repeat(1_000_000)}`);
    expect(ada.known()!.availability).toBeNull();
    await ada.say({ status: 'free' });
    expect(ada.known()!.availability).toMatchObject({ status: 'free' });
  });

  it('a hundred times leads to no more than a few looks at who waits', async () => {
    await began();
    const ada = await LentOwner.lend(stage, 'ada');
    await ada.say({ status: 'away' });
    const before = (await stage.control.requests()).at(-1)!.n;
    const start = Date.parse('2026-11-27T10:00:00.000Z');
    for (let i = 0; i < 15; i += 1) {
      const at = (second: number) => new Date(start + second * 1000).toISOString();
      await ada.say({ status: 'free', at: at(2 * i) });
      await ada.say({ status: 'away', at: at(2 * i + 1) });
    }
    const asked = (await stage.control.requests(before)).filter(({ actor }) => actor?.endsWith('[bot]'));
    expect(asked.length).toBeLessThan(12);
  }, 120_000);
});
