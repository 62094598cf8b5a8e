import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { hasBrowser, openBrowser } from '../site/testing/browser.ts';
import { REPO, Stage } from '../testing/bot/stage.ts';
import { Dashboard } from './dashboard.ts';

let stage: Stage;
let dashboard: Dashboard | undefined;
let browser: Browser | undefined;
afterEach(async () => {
  await browser?.close();
  await dashboard?.close();
  await stage.close();
});

/** The dashboard of a story: the real bot tells the page what it does. */
async function watched(): Promise<Dashboard> {
  const { url } = stage.emulator;
  const repository = `${REPO.owner}/${REPO.repo}`;
  const place = {
    cloneUrl: `${url}/${repository}.git`,
    repository,
    server: url,
    live: `${stage.bot!.url}/live`,
  };
  dashboard = await Dashboard.open(place, join(stage.folder, 'dashboard'));
  return dashboard;
}

it.skipIf(!hasBrowser)(
  'the day is watched from before its first record on, without touching the page',
  async () => {
    stage = await Stage.open();
    await stage.startBot();
    await stage.bot!.descent.sweep(null);
    const { url } = await watched();
    browser = await openBrowser();
    const page = await browser.newPage();
    await page.goto(url);
    const says = (where: string, words: string) =>
      expect.poll(() => page.textContent(where), { timeout: 60_000 }).toContain(words);
    expect(await page.textContent('h1')).toBe('Nothing has been measured yet');
    await says('#live', 'Live by the bot');
    await stage.measure({ valBpb: 2 });
    await says('#fresh', 'record');
    // Soon the pages are made again, and the open one goes on to them with the next news.
    await dashboard!.refresh();
    await page.waitForTimeout(10_500);
    const number = await stage.open('nova', 'print("better")\n');
    await stage.measure({ valBpb: 1.5 });
    await says('#record', '1.5000');
    const next = await stage.open('vega', 'print("worse")\n');
    await says('#now-said', '1 pull request is measured');
    await stage.measure({ valBpb: 2.5 });
    await says('#fresh', `regressed #${next}`);
    expect(await page.textContent('#timeline')).toContain(`#${number}`);
  },
  240_000,
);

it('a main that cannot be read does not end the day: the pages stay, and follow when it is right again', async () => {
  stage = await Stage.open();
  await stage.begin(2);
  const { url } = await watched();
  const served = async () => (await fetch(url)).text();
  const before = await served();
  expect(before).toContain('2.0000');
  const board = await stage.file('results/leaderboard.json');
  await stage.commit({ 'results/leaderboard.json': '{' });
  await expect(dashboard!.refresh()).rejects.toThrow('leaderboard');
  expect(await served()).toBe(before);
  await stage.commit({ 'results/leaderboard.json': board });
  await dashboard!.refresh();
  expect(await served()).not.toBe(before);
}, 60_000);
