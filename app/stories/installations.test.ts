import { afterEach, describe, expect, it } from 'vitest';
import { type Between, proxyTo, startBehindProxy } from '../../testing/bot/proxy.ts';
import { GOOD_BODY, REPO, Stage } from '../../testing/bot/stage.ts';

/** One failure stays one failure: of the App's own name, of an installation, of a repository that is no swarm. */

let stage: Stage;
let proxy: Between;
afterEach(async () => {
  await stage.close();
  proxy.close();
});

async function began(): Promise<void> {
  stage = await Stage.open();
  proxy = await startBehindProxy(stage);
}
const isBeingMeasured = async (number: number) =>
  (await stage.check((await stage.view(number)).head))?.status === 'in_progress';

describe('GitHub does not say who the App is', () => {
  it('while the bot starts and when events come: it starts, and each event is handled', async () => {
    stage = await Stage.open();
    await stage.begin(2);
    await stage.bot!.close();
    proxy = await proxyTo(stage.emulator.url);
    proxy.instead = ({ path }) =>
      path === '/app' ? new Response('<html>Unicorn!</html>', { status: 502 }) : null;
    await stage.startBot(proxy.url);
    expect(await isBeingMeasured(await stage.open('nova', 'print("one")\n'))).toBe(true);
  }, 120_000);
});

describe('one of several installations', () => {
  it('is suspended, another gives no token: the sweep goes on with the rest', async () => {
    await began();
    await stage.control.faults({ dropWebhooks: true });
    const number = await stage.open('nova', 'print("one")\n');
    const account = { login: 'elsewhere', id: 1 };
    proxy.change = ({ path }, json) => {
      if (!path.startsWith('/app/installations?')) return;
      const list = json as unknown as object[];
      list.unshift(
        { id: 900, account, suspended_at: '2026-11-01T00:00:00Z' },
        { id: 901, account, suspended_at: null },
      );
    };
    const swept = await stage.bot!.descent.sweep(null);
    expect(Object.keys(swept)).toEqual([`${REPO.owner}/${REPO.repo}`]);
    expect(await isBeingMeasured(number)).toBe(true);
  }, 60_000);

  it('has a repository that cannot be read: it is named, and the others are swept', async () => {
    await began();
    await stage.control.faults({ dropWebhooks: true });
    const number = await stage.open('nova', 'print("one")\n');
    proxy.change = ({ path }, json) => {
      if (!path.startsWith('/installation/repositories')) return;
      const [own] = json.repositories as { name: string; full_name: string }[];
      json.repositories = [{ ...own, name: 'broken', full_name: `${REPO.owner}/broken` }, own];
    };
    proxy.instead = ({ body }) =>
      body.includes('"name":"broken"') ? new Response('{"message": "Server Error"}', { status: 500 }) : null;
    const swept = await stage.bot!.descent.sweep(null);
    expect(swept[`${REPO.owner}/broken`]).toHaveProperty('failed');
    expect(await isBeingMeasured(number)).toBe(true);
  }, 60_000);

  it('was removed and made again: an event with the new number is handled by a new client', async () => {
    await began();
    const stale = await stage.bot!.descent.at({ owner: REPO.owner, name: REPO.repo, installation: 4711 });
    await expect(stale.port.readMain()).rejects.toThrow('Is the App still installed?');
    expect(await isBeingMeasured(await stage.open('nova', 'print("one")\n'))).toBe(true);
  }, 60_000);
});

describe('a repository without the files of Descent', () => {
  it('is left alone in silence: no label, no issue, no comment', async () => {
    await withoutFiles();
    await stage.push('nova', 'fix', { 'src/app.js': 'x\n' });
    const agent = await stage.agent('nova');
    const { data } = await agent.pulls.create({
      ...REPO,
      head: 'nova:fix',
      base: 'main',
      title: 'A typo',
      body: GOOD_BODY,
    });
    await agent.issues.createComment({ ...REPO, issue_number: data.number, body: '/help' });
    await stage.settle();
    expect(await stage.bot!.descent.sweep(null)).toEqual({});
    expect((await stage.view(data.number)).comments).toEqual([]);
    const { data: issues } = await stage.onlooker.issues.listForRepo({ ...REPO, state: 'all' });
    expect(issues.filter((one) => !one.pull_request)).toEqual([]);
    expect((await stage.onlooker.issues.listLabelsForRepo(REPO)).data).toEqual([]);
  }, 60_000);

  async function withoutFiles(): Promise<void> {
    stage = await Stage.open();
    proxy = await proxyTo(stage.emulator.url);
    const owner = stage.agentOf(REPO.owner);
    for (const path of ['.github/descent.yml', 'results/leaderboard.json']) {
      const { data } = await owner.repos.getContent({ ...REPO, path });
      await owner.repos.deleteFile({ ...REPO, path, message: 'x', sha: 'sha' in data ? data.sha : '' });
    }
    await stage.startBot(proxy.url);
  }
});
