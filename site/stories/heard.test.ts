import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { QueueReading } from '../../app/github/port.ts';
import { encodeOverall } from '../../app/model/state.ts';
import { appended, type Event } from '../../core/formats/events.ts';
import { NOW_ON } from '../../testing/examples/now.ts';
import type { Options } from '../build.ts';
import { axe } from '../testing/axe.ts';
import { HeardBot } from '../testing/bot.ts';
import { hasBrowser } from '../testing/browser.ts';
import { PublicGitHub } from '../testing/github.ts';
import { historyOf, TRACK } from '../testing/history.ts';
import { Visits } from '../testing/visits.ts';
import { HOSTILE } from './hostile.ts';

vi.setConfig({ testTimeout: 240_000 }); // a browser on a busy machine

/** A page that hears the bot, in a real browser. */

const visits = new Visits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

let github: PublicGitHub;
let bot: HeardBot;
beforeEach(async () => {
  github = new PublicGitHub();
  await github.open();
  bot = new HeardBot(github);
});
afterEach(async () => {
  await bot.close();
  await github.close();
});

const history = historyOf(400);
const files = appended(null, history.events).map(({ content }) => content);
const LAST = files.length - 1;
const result = (pull: number, title = `try ${pull}`): Event => ({
  ...(history.events.find(({ kind }) => kind === 'result') as Extract<Event, { kind: 'result' }>),
  pull,
  title,
});

/** A page of a site that was built before anything more happened. */
async function left(more: Partial<Options> = {}, window: BrowserContextOptions = {}, clock = false) {
  for (const [number, text] of files.entries()) github.files.set(number, text);
  await bot.open();
  const { api, raw } = github;
  const url = await visits.serve(history, { repository: 'ada/descent', api, raw, live: bot.url, ...more });
  return { url, ...(await visits.visit(url, window, { allowed: [api, raw, bot.url], clock })) };
}

const fresh = async (page: Page) =>
  (await page.locator('#fresh li a').allTextContents()).map((text) => Number(text.slice(1)));
const shows = (page: Page, pulls: number[]) =>
  expect.poll(() => fresh(page), { timeout: 60_000 }).toEqual(pulls);
const says = (page: Page, words: string) =>
  expect.poll(() => page.textContent('#live'), { timeout: 60_000 }).toContain(words);
/** A pull request in line, as the bot remembers it in its check run. */
function waiting(author: string, pull: number): QueueReading {
  const externalId = encodeOverall(pull, { blob: 'b'.repeat(40), track: TRACK, state: 'queued' });
  const check = { id: `C${pull}`, name: 'descent', status: 'queued' as const, conclusion: null, externalId };
  const checks = [{ ...check, url: '', title: '', summary: '', text: '' }];
  const createdAt = '2026-01-02T00:00:00Z';
  const commit = { oid: String(pull).repeat(40), file: null, checks };
  return { pull, author, createdAt, editedAt: null, draft: false, commit };
}

async function happens(...events: Event[]) {
  github.write(LAST, events);
  bot.changed();
}
async function hide(page: Page, hidden: boolean) {
  await page.evaluate((now) => {
    Object.defineProperty(document, 'hidden', { value: now, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

describe.skipIf(!hasBrowser)('a page that hears the bot', () => {
  it('shows what lands at once, as text, and asks GitHub nothing', async () => {
    const { page, wrong } = await left();
    await says(page, 'Live by the bot');
    await happens(result(1001), result(1002));
    await shows(page, [1002, 1001]);
    await happens(...HOSTILE.map((title, i) => result(2000 + i, title)));
    await expect.poll(async () => (await fresh(page)).length, { timeout: 60_000 }).toBe(HOSTILE.length + 2);
    expect(await page.locator('img, main script, [onerror], [onload]').count()).toBe(0);
    expect(github.requests).toEqual({ api: 0, raw: 0 });
    expect(bot.asked).toHaveLength(1);
    expect(wrong).toEqual([]);
  });

  it('is silent while it is paused or hidden, and gets what it missed afterwards, once', async () => {
    const { page, wrong } = await left();
    await says(page, 'Live by the bot');
    const asked = () => bot.asked.length;
    await page.getByRole('button', { name: 'Pause' }).click();
    await happens(result(1001));
    await page.waitForTimeout(1500);
    expect(await fresh(page)).toEqual([]);
    await page.getByRole('button', { name: 'Go on' }).click();
    await shows(page, [1001]);
    expect(asked()).toBe(2);
    await hide(page, true);
    await happens(result(1002));
    await page.waitForTimeout(1500);
    expect(await fresh(page)).toEqual([1001]);
    expect(asked()).toBe(2);
    await hide(page, false);
    await shows(page, [1002, 1001]);
    expect(github.requests).toEqual({ api: 0, raw: 0 });
    expect(wrong).toEqual([]);
  });

  it('goes by GitHub when the bot is gone, and hears the bot again when it is back, with no gap and nothing twice', async () => {
    const { page, wrong } = await left({}, {}, true);
    const pass = async (done: () => Promise<boolean>) => {
      for (let i = 0; i < 60 && !(await done()); i += 1) {
        await page.clock.runFor(60_000);
        await page.waitForTimeout(25);
      }
    };
    await says(page, 'Live by the bot');
    await bot.close();
    github.write(LAST, [result(1001)]);
    await pass(async () => (await fresh(page)).length === 1);
    expect(await page.textContent('#live')).toContain("Live by GitHub's newest commit");
    expect(await fresh(page)).toEqual([1001]);
    await bot.open();
    github.write(LAST, [result(1002)]);
    await pass(async () => (await page.textContent('#live'))!.includes('Live by the bot'));
    await happens(result(1003));
    await pass(async () => (await fresh(page)).length === 3);
    expect(await fresh(page)).toEqual([1003, 1002, 1001]);
    expect(wrong).toEqual([]);
  });

  it('shows who is measured and who waits, on the page of its own and in a sentence on the first', async () => {
    const { url, page, wrong } = await left({ now: NOW_ON(TRACK) }, { bypassCSP: true });
    bot.queue = [waiting('nova', 7)];
    bot.changed();
    await page.goto(`${url}tracks/${TRACK}/now.html`);
    expect(await page.textContent('#queue .finding')).toContain('1 pull request is measured, 2 in line');
    await expect.poll(() => page.textContent('#now'), { timeout: 60_000 }).toContain('1 in line');
    expect(await page.locator('#now td').first().textContent()).toBe('#7');
    expect(await axe(page)).toEqual([]);
    bot.queue = [waiting('nova', 7), waiting(HOSTILE[0]!, 8)];
    bot.changed();
    await expect.poll(() => page.locator('#now tbody tr').count(), { timeout: 60_000 }).toBe(2);
    expect(await page.textContent('#now')).toContain(HOSTILE[0]!);
    expect(await page.locator('main img').count()).toBe(0);
    await page.goto(url);
    await expect
      .poll(() => page.textContent('#now-said'), { timeout: 60_000 })
      .toContain('0 pull requests are measured, 2 in line');
    expect(wrong).toEqual([]);
  });
});
