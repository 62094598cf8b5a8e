import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventLine } from '../../core/formats/events.ts';
import { nowSchema } from '../../core/formats/now.ts';
import { events } from '../../testing/bot/events.ts';
import { Page } from '../../testing/bot/page.ts';
import { REPO, Stage } from '../../testing/bot/stage.ts';

/** Pages that listen to the bot. */

const require = createRequire(import.meta.url);

let stage: Stage;
let pages: Page[];
beforeEach(async () => {
  pages = [];
  stage = await Stage.open();
});
afterEach(async () => {
  for (const page of pages) page.close();
  await stage.close();
});

const address = (query = '', place = `${REPO.owner}/${REPO.repo}`) =>
  `${stage.bot!.url}/live/${place}${query}`;
async function listen(query = '', headers: Record<string, string> = {}): Promise<Page> {
  const page = await Page.open(address(query), headers);
  pages.push(page);
  return page;
}
const heard = (page: Page, lines: string[]) =>
  expect.poll(() => page.lines, { timeout: 20_000 }).toEqual(lines);
const inGit = async () => (await events(stage)).map(eventLine);

it('hear a verdict as soon as it is on main, once, and after a broken connection what they missed', async () => {
  await stage.begin(2);
  const page = await listen('?from=0:0');
  expect(page.response.headers.get('access-control-allow-origin')).toBe('*');
  await heard(page, await inGit());
  const number = await stage.open('nova', 'print("better")\n', {
    title: '</script><img src=x onerror=1>\u2028',
  });
  const taken = (await stage.take())!;
  await expect
    .poll(() => page.now, { timeout: 20_000 })
    .toMatchObject({
      tracks: {
        cpu: {
          pulls: [{ pull: number, author: 'nova', state: 'measuring', done: 0, needed: 1 }],
          recent: { runs: 1 },
        },
      },
    });
  expect(nowSchema.safeParse(page.now).error).toBeUndefined();
  page.close();
  await stage.finish(taken, { valBpb: 1.5 });
  const bad = await stage.open('vega', 'print("worse")\n');
  const again = await listen('?from=0:0', { 'last-event-id': page.heard.findLast(({ id }) => id)!.id! });
  await heard(again, (await inGit()).slice(page.lines.length));
  expect(again.lines.length).toBeGreaterThan(0);
  const second = (await stage.take())!;
  await stage.finish(second, { valBpb: 2.5 });
  await heard(again, (await inGit()).slice(page.lines.length));
  expect(again.lines.at(-1)).toContain(`["result",`);
  expect(JSON.parse(again.lines.at(-1)!)[2]).toBe(bad);
  for (const { job } of [taken, second])
    for (const secret of [job.nonce, String(job.seed)]) {
      expect(page.text).not.toContain(secret);
      expect(again.text).not.toContain(secret);
    }
  // Nobody listens any more: the next change is not read for them.
  again.close();
}, 60_000);

it('hear nothing of a repository that its owner keeps from the public, not even that it is there', async () => {
  await stage.begin(2);
  const page = await listen();
  expect(page.response.status).toBe(200);
  await stage.open('nova', 'print("secret")\n', { title: 'A secret' });
  await stage.agentOf(REPO.owner).repos.update({ ...REPO, private: true });
  await stage.measure({ valBpb: 1.5 });
  await expect.poll(() => page.isOpen, { timeout: 20_000 }).toBe(false);
  const answers = await Promise.all([fetch(address()), fetch(address('', `${REPO.owner}/other`))]);
  const [hidden, unknown] = await Promise.all(answers.map(async (one) => [one.status, await one.text()]));
  expect(hidden).toEqual(unknown);
  expect(hidden![0]).toBe(404);
  expect(page.text).not.toContain('ecret');
  await stage.agentOf(REPO.owner).repos.update({ ...REPO, private: false });
  await stage.bot!.descent.sweep(null);
  const again = await listen('?from=0:0');
  await heard(again, await inGit());
}, 60_000);

it('a workflow that may read writes who is measured, as the bot tells it', async () => {
  await stage.begin(2);
  const number = await stage.open('nova', 'print("better")\n');
  const page = await listen();
  await expect.poll(() => page.now, { timeout: 20_000 }).toMatchObject({ tracks: { cpu: { places: 2 } } });
  const env = {
    ...{ GITHUB_API_URL: stage.emulator.url, GITHUB_REPOSITORY: `${REPO.owner}/${REPO.repo}` },
    ...{ GITHUB_TOKEN: stage.workflowToken(), PATH: process.env.PATH },
  };
  const script = require.resolve('../sweep/now.ts');
  const ask = (...args: string[]) =>
    execa(process.execPath, [script, ...args], { env, extendEnv: false, reject: false });
  const { stdout, stderr } = await ask('--app', 'descent');
  expect(stderr).toBe('');
  const now = nowSchema.parse(JSON.parse(stdout));
  expect(now.tracks).toEqual((page.now as typeof now).tracks);
  expect(now.tracks.cpu!.pulls.map(({ pull }) => pull)).toEqual([number]);
  // Check runs of others than the swarm's bot say nothing.
  expect(nowSchema.parse(JSON.parse((await ask()).stdout)).tracks.cpu!.pulls).toEqual([]);
  const { GITHUB_TOKEN: _, ...rest } = env;
  const without = await execa(process.execPath, [script], { env: rest, extendEnv: false, reject: false });
  expect(without).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('GITHUB_TOKEN') });
}, 60_000);

describe('strangers who ask', () => {
  const requests = async () => (await stage.control.requests()).length;

  it.each([
    ['an unknown repository', 'GET', `${REPO.owner}/other`, '', 404],
    ['a name of JavaScript', 'GET', '__proto__/constructor', '', 404],
    ['a path that climbs', 'GET', '%2e%2e%2fetc/passwd', '', 404],
    ['a position that is none', 'GET', `${REPO.owner}/${REPO.repo}`, '?from=-1:0', 400],
    ['a position of letters', 'GET', `${REPO.owner}/${REPO.repo}`, '?from=%0aevent:', 400],
    ['a position of far ahead', 'GET', `${REPO.owner}/${REPO.repo}`, '?from=0:9999', 409],
    ['a file that is not there yet', 'GET', `${REPO.owner}/${REPO.repo}`, '?from=7:0', 409],
    ['another verb', 'POST', `${REPO.owner}/${REPO.repo}`, '', 405],
    ['HEAD', 'HEAD', `${REPO.owner}/${REPO.repo}`, '', 405],
  ])('for %s are refused, at no cost', async (_what, method, place, query, status) => {
    await stage.begin(2);
    await listen();
    const before = await requests();
    for (let i = 0; i < 5; i += 1) {
      const answer = await fetch(address(query, place), { method });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      await answer.text();
    }
    expect(await requests()).toBe(before);
  });

  it('in hundreds get what places there are, come and go at no cost, and the bot goes on', async () => {
    await stage.begin(2);
    const before = await requests();
    const all = await Promise.all(Array.from({ length: 300 }, () => listen()));
    const refused = all.filter(({ response }) => response.status === 503);
    expect(refused.length).toBeGreaterThan(20);
    expect(all.length - refused.length).toBeGreaterThanOrEqual(200);
    expect(refused[0]!.response.headers.get('retry-after')).toBe('300');
    expect((await requests()) - before).toBeLessThanOrEqual(1);
    expect(await (await fetch(`${stage.bot!.url}/ping`)).text()).toBe('PONG');
    // One that reads nothing, and one that leaves in the middle of asking.
    const { hostname, port } = new URL(stage.bot!.url);
    const deaf = connect(Number(port), hostname);
    deaf.write(`GET /live/${REPO.owner}/${REPO.repo} HTTP/1.1\r\nhost: x\r\n\r\n`);
    deaf.pause();
    const gone = connect(Number(port), hostname, () => {
      gone.write(`GET /live/${REPO.owner}/${REPO.repo} HTTP/1.1\r\nhost: x\r\n\r\n`, () => gone.destroy());
    });
    await stage.open('nova', 'print("better")\n');
    await stage.measure({ valBpb: 1.5 });
    const open = all.find(({ response }) => response.status === 200)!;
    await expect.poll(() => open.lines.length, { timeout: 20_000 }).toBe(2);
    deaf.destroy();
  }, 60_000);
});
