import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { appended, type Event } from '../../core/formats/events.ts';
import { hasBrowser } from '../testing/browser.ts';
import { PublicGitHub } from '../testing/github.ts';
import { historyOf, TRACK } from '../testing/history.ts';
import { Visits } from '../testing/visits.ts';
import { HOSTILE } from './hostile.ts';

vi.setConfig({ testTimeout: 240_000 }); // a browser on a busy machine

/** A page that is left open, in a real browser with a clock of its own. */

const visits = new Visits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

let github: PublicGitHub;
beforeEach(async () => {
  github = new PublicGitHub();
  await github.open();
});
afterEach(() => github.close());

const MINUTE = 60_000;
const history = historyOf(400);
const files = appended(null, history.events).map(({ content }) => content);
/** The newest file of events of the built site. */
const LAST = files.length - 1;

/** A page of a site that was built before anything more happened. */
async function left() {
  for (const [number, text] of files.entries()) github.files.set(number, text);
  const { api, raw } = github;
  const url = await visits.serve(history, { repository: 'ada/descent', api, raw });
  const { page, wrong } = await visits.visit(url, {}, { allowed: [api, raw], clock: true });
  await page.waitForSelector('#live button');
  return { page, wrong, url };
}

const result = (pull: number, title = `try ${pull}`): Event => ({
  ...(history.events.find(({ kind }) => kind === 'result') as Extract<Event, { kind: 'result' }>),
  pull,
  title,
});
const results = (from: number, n: number) => Array.from({ length: n }, (_, i) => result(from + i));
const fresh = async (page: Page) =>
  (await page.locator('#fresh li a').allTextContents()).map((text) => Number(text.slice(1)));

/** Lets time pass in the page, minute by minute, with time for answers between. */
async function pass(page: Page, minutes: number) {
  for (let i = 0; i < minutes; i += 1) {
    await page.clock.runFor(MINUTE);
    await page.waitForTimeout(25);
  }
}

/** Lets time pass until it is so: a busy machine answers late. */
async function until(page: Page, isSo: () => Promise<boolean>) {
  for (let i = 0; i < 120 && !(await isSo()); i += 1) await pass(page, 1);
}

const untilShown = (page: Page, pulls: number[]) =>
  until(page, async () => JSON.stringify(await fresh(page)) === JSON.stringify(pulls));
const untilSaid = (page: Page, words: string) =>
  until(page, async () => (await page.textContent('#live'))!.includes(words));

describe.skipIf(!hasBrowser)('a page that is left open', () => {
  it('shows what lands, the newest first, once; a record changes the number', async () => {
    const { page, wrong } = await left();
    await expect.poll(() => page.textContent('#live')).toContain("Live by GitHub's newest commit");
    github.write(LAST, [...results(1001, 2)]);
    await untilShown(page, [1002, 1001]);
    expect(await fresh(page)).toEqual([1002, 1001]);
    const record = { at: '2027-01-02T00:00:00Z', pull: 1003, blob: 'a'.repeat(12), track: TRACK };
    github.write(LAST, [
      result(1003),
      { kind: 'record', ...record, valBpb: 0.5, author: 'bo', title: 'half' },
    ]);
    await untilShown(page, [1003, 1003, 1002, 1001]);
    expect(await fresh(page)).toEqual([1003, 1003, 1002, 1001]);
    expect(await page.textContent('#record')).toBe('0.5000');
    expect(await page.textContent('#said')).toBe('1 experiment decided, 1 record');
    await pass(page, 5);
    expect(await fresh(page)).toHaveLength(4);
    expect(wrong).toEqual([]);
  });

  it('misses none of six hundred that come at once, over several files', async () => {
    const { page } = await left();
    await pass(page, 1);
    const lines = github.files.get(LAST)!.split('\n').length - 1;
    const many = results(2000, 600);
    github.write(LAST, many.slice(0, 250 - lines));
    github.write(LAST + 1, many.slice(250 - lines, 500 - lines));
    github.write(LAST + 2, many.slice(500 - lines));
    const latest = Array.from({ length: 100 }, (_, i) => 2599 - i);
    await untilShown(page, latest);
    expect(await fresh(page)).toEqual(latest);
    expect(await page.textContent('#said')).toBe('600 experiments decided, no record');
  });

  it('asks politely: in an idle hour at most 32 times for a commit, and for no file', async () => {
    const { page } = await left();
    await pass(page, 2);
    github.requests = { api: 0, raw: 0 };
    await pass(page, 60);
    expect(github.requests.api).toBeGreaterThan(15);
    expect(github.requests.api).toBeLessThanOrEqual(32);
    expect(github.requests.raw).toBe(0);
  });

  it('goes by the branch when GitHub refuses, by the snapshot when that refuses too, and back', async () => {
    const { page, wrong } = await left();
    await pass(page, 1);
    const reset = Date.parse('2027-01-02T01:00:00Z') / 1000;
    github.trouble.api = (response) =>
      response.writeHead(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) }).end();
    github.write(LAST, results(3001, 1));
    await untilShown(page, [3001]);
    expect(await fresh(page)).toEqual([3001]);
    expect(await page.textContent('#live')).toContain("GitHub's branch");
    const asked = github.requests.api;
    await pass(page, 20);
    expect(github.requests.api).toBe(asked); // not before the hour is over
    github.trouble.raw = (response) => response.writeHead(429, { 'retry-after': '600' }).end();
    await untilSaid(page, 'snapshot alone');
    expect(await page.textContent('#live')).toContain('snapshot alone');
    expect(await fresh(page)).toEqual([3001]);
    github.trouble = {};
    github.write(LAST, results(3002, 1));
    await untilSaid(page, "GitHub's newest commit");
    expect(await page.textContent('#live')).toContain("GitHub's newest commit");
    expect(await fresh(page)).toEqual([3002, 3001]);
    expect(wrong).toEqual([]);
  });

  it('keeps what it knows when answers are cut, foreign or broken', async () => {
    const { page, wrong } = await left();
    await pass(page, 1);
    const before = github.files.get(LAST)!;
    for (const bad of [
      '<!doctype html><p>Sorry</p>',
      '{"a": 1}\n',
      '',
      '["result"]\n',
      'null\n',
      '["__proto__", 1]\n',
    ]) {
      github.files.set(LAST, bad);
      github.write(LAST, []);
      await pass(page, 3);
    }
    github.trouble.api = (response) => response.writeHead(200).end('<html>');
    await pass(page, 3);
    github.trouble = {};
    expect(await fresh(page)).toEqual([]);
    // A line that has not arrived whole is read when it has.
    github.files.set(LAST, `${before}${JSON.stringify(['result'])}`);
    github.write(LAST, []);
    await pass(page, 10);
    github.files.set(LAST, before);
    github.write(LAST, results(4001, 1));
    await untilShown(page, [4001]);
    expect(await fresh(page)).toEqual([4001]);
    expect(wrong).toEqual([]);
  });

  it('asks nothing while it is paused or hidden, and at once when it is seen again', async () => {
    const { page } = await left();
    await pass(page, 1);
    await page.getByRole('button', { name: 'Pause' }).click();
    github.requests = { api: 0, raw: 0 };
    github.write(LAST, results(5001, 1));
    await pass(page, 60);
    expect(github.requests).toEqual({ api: 0, raw: 0 });
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => fresh(page)).toEqual([5001]);
    const hide = (hidden: boolean) =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'hidden', { value: now, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await hide(true);
    github.requests = { api: 0, raw: 0 };
    github.write(LAST, results(5002, 1));
    await pass(page, 60);
    expect(github.requests).toEqual({ api: 0, raw: 0 });
    await hide(false);
    await expect.poll(() => fresh(page)).toEqual([5002, 5001]);
  });

  it('shows what strangers write live as text', async () => {
    const { page, wrong } = await left();
    await pass(page, 1);
    github.write(
      LAST,
      HOSTILE.map((title, i) => result(6000 + i, title)),
    );
    await until(page, async () => (await fresh(page)).length > 0);
    expect(await fresh(page)).toHaveLength(HOSTILE.length);
    expect(await page.locator('img, main script, [onerror], [onload]').count()).toBe(0);
    expect(await page.title()).not.toBe('1');
    expect(wrong).toEqual([]);
  });
});

describe.skipIf(!hasBrowser)('every experiment on a canvas', () => {
  it('goes on in the newer version of the site when the files of the open one are gone, once', async () => {
    const { page, wrong, url } = await left();
    const asks = { repository: 'ada/descent', api: github.api, raw: github.raw };
    await visits.publish(url, historyOf(410), asks);
    await page.getByRole('button', { name: 'Show every experiment' }).click();
    await page.waitForSelector('canvas', { timeout: 60_000 });
    expect(await page.textContent('#explore [role=status]')).toContain('All 410 experiments');
    expect(new URL(page.url()).search).toBe('?range=all&failed=1');
    // Pages serves the old page and the new files for a while.
    await visits.publish(url, historyOf(420), asks, ['index.html']);
    const { page: other } = await visits.visit(`${url}?range=30`, {}, { allowed: [github.api, github.raw] });
    await expect
      .poll(() => other.textContent('#explore'), { timeout: 60_000 })
      .toContain('could not be loaded');
    expect(new URL(other.url()).searchParams.get('newer')).not.toBeNull();
    expect(await other.getByRole('button', { name: 'Show every experiment' }).isVisible()).toBe(true);
    expect(wrong).toEqual([]);
  });

  it('is loaded when somebody asks, read by the keyboard, and has an address', async () => {
    const { page, wrong, url } = await left();
    expect(await page.locator('canvas').count()).toBe(0);
    await page.getByRole('button', { name: 'Show every experiment' }).click();
    await page.waitForSelector('canvas');
    const drawn = () => page.evaluate(() => document.querySelector('canvas')!.toDataURL());
    const blank = () =>
      page.evaluate(() => {
        const { width, height } = document.querySelector('canvas')!;
        return Object.assign(document.createElement('canvas'), { width, height }).toDataURL();
      });
    const all = await drawn();
    expect(all).not.toBe(await blank());
    expect(await page.textContent('#explore [role=status]')).toContain('All 400 experiments');
    await page.getByLabel('failures along').click();
    expect(await drawn()).not.toBe(all);
    await page.locator('canvas').first().focus();
    await page.keyboard.press('Home');
    const first = await page.textContent('#explore [role=status]');
    expect(first).toMatch(/From 2026-01-01 00:\d\d: \d+ with a loss/);
    await page.keyboard.press('ArrowRight');
    expect(await page.textContent('#explore [role=status]')).not.toBe(first);
    await page.getByLabel('Range').selectOption('7');
    expect(new URL(page.url()).search).toBe('?range=7&failed=0');
    const { page: again } = await visits.visit(page.url(), {}, { allowed: [github.api, github.raw] });
    await again.waitForSelector('canvas');
    expect(await again.getByLabel('Range').inputValue()).toBe('7');
    expect(await again.getByLabel('failures along').isChecked()).toBe(false);
    await page.getByLabel('Across').selectOption('order');
    await page.getByRole('combobox', { name: /^Up/ }).selectOption('gap');
    await page.locator('canvas').first().press('+');
    expect(await page.getByLabel('Range').inputValue()).toBe('own');
    const part = await page.textContent('#explore [role=status]');
    expect(part).toMatch(/experiments from number \d+ to number \d+; gap to the record/);
    const { page: same } = await visits.visit(page.url(), {}, { allowed: [github.api, github.raw] });
    await same.waitForSelector('canvas');
    expect(await same.textContent('#explore [role=status]')).toBe(part);
    await page.getByRole('slider', { name: 'From' }).fill('100');
    expect(await page.textContent('#explore [role=status]')).toContain('from number 100 to');
    const { page: odd } = await visits.visit(`${url}?range=9`, {}, { allowed: [github.api, github.raw] });
    await odd.waitForSelector('canvas');
    expect(await odd.textContent('#explore [role=status]')).toContain('There is no range "9"');
    expect(wrong).toEqual([]);
  });
});
