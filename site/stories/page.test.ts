import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSite } from '../build.ts';
import { readSource } from '../read.ts';
import { serveSite } from '../serve.ts';
import { hasBrowser, openBrowser } from '../testing/browser.ts';
import { type History, historyOf } from '../testing/history.ts';
import { makeRepository } from '../testing/repository.ts';
import { VIEWS } from '../views/views.ts';
import { HOSTILE } from './hostile.ts';

/** The site in a real browser, as people with different machines and needs meet it. */

let folder: string;
let browser: Browser;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-pages-'));
  if (hasBrowser) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  for (const close of closing) await close();
  await rm(folder, { recursive: true });
});

async function served(name: string, history: History): Promise<string> {
  const repository = join(folder, name);
  await makeRepository(repository, history);
  const site = buildSite(await readSource(repository, 'main'), {
    repository: 'ada/descent',
    server: 'https://github.com',
  });
  const { url, close } = await serveSite(site, 0);
  closing.push(close);
  return url;
}

/** A page, and all that went wrong on it: errors, broken rules of its policy, requests that leave the site. */
async function visit(url: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith('data:'))
      wrong.push(request.url());
  });
  await page.goto(url);
  closing.unshift(() => context.close());
  return { page, wrong };
}

async function axe(page: Page) {
  await page.evaluate(AxeBuilder.source);
  const { violations } = await page.evaluate(() =>
    (
      window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run(),
  );
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html }) => html)
        .slice(0, 3)
        .join(' ')}`,
  );
}

/** How many elements an XML file has; 0 where it is not XML. Runs in the browser. */
function elementsOf(file: string): Promise<number> {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open('GET', file);
    request.responseType = 'document';
    request.onload = () => done(request.responseXML?.querySelectorAll('*').length ?? 0);
    request.send();
  });
}

/** Markup that no page has. */
const ALIVE = 'img, main script, [onerror], [onload], a[href^="javascript"]';
const PAGES = Object.keys(VIEWS);

/** Addresses of all charts as files, from the root. */
async function charts(page: Page, url: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of PAGES) {
    const text = await (await page.request.get(`${url}tracks/h100/${name}.html`)).text();
    found.push(...[...text.matchAll(/href="(?:\.\.\/)*(charts\/[^"]+\.svg)"/g)].map(([, path]) => path!));
  }
  return found;
}

const wide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

describe.skipIf(!hasBrowser)('the page in a browser', () => {
  it('is complete without JavaScript: record, chart, the last events, links', async () => {
    const history = historyOf(400);
    const { page, wrong } = await visit(await served('plain', history), { javaScriptEnabled: false });
    const { incumbent } = history.board.tracks.h100!;
    expect(await page.textContent('#record')).toBe(incumbent.valBpb.toFixed(4));
    expect(await page.locator('.timeline li').count()).toBe(50);
    expect(await page.locator('#progress svg:visible').count()).toBe(1);
    const link = page.locator('.headline a');
    expect(await link.getAttribute('href')).toBe(`https://github.com/ada/descent/pull/${incumbent.pull}`);
    expect(wrong).toEqual([]);
  });

  it('takes what strangers wrote as text, under its own strict policy', async () => {
    const history = historyOf(400);
    let next = 0;
    for (const event of history.events) {
      if ('title' in event) event.title = HOSTILE[next++ % HOSTILE.length]!;
      if ('author' in event && event.author) event.author = HOSTILE[next++ % HOSTILE.length]!;
      if ('machine' in event) event.machine = HOSTILE[next++ % HOSTILE.length]!;
    }
    const { incumbent } = history.board.tracks.h100!;
    incumbent.title = HOSTILE[0]!;
    incumbent.author = HOSTILE[4]!;
    const url = await served('hostile', history);
    for (const name of PAGES) {
      const { page, wrong } = await visit(`${url}tracks/h100/${name}.html`);
      expect(await page.title()).not.toBe('1');
      expect(await page.locator(ALIVE).count()).toBe(0);
      expect(wrong).toEqual([]);
    }
    const { page, wrong } = await visit(url);
    expect(await page.title()).not.toBe('1');
    expect(await page.locator(ALIVE).count()).toBe(0);
    expect(await page.textContent('.timeline')).toContain(HOSTILE[0]);
    expect(wrong).toEqual([]);
    for (const file of ['feed.atom', ...(await charts(page, url))])
      expect(await page.evaluate(elementsOf, file)).toBeGreaterThan(5);
    const csv = await (
      await page.request.get(
        new URL((await page.locator('.files a').first().getAttribute('href'))!, url).href,
      )
    ).text();
    expect(csv).not.toMatch(/(^|,|")=/m);
  });

  it.each([
    ['a desk', { width: 1280, height: 900 }, 'light'],
    ['a phone', { width: 360, height: 740 }, 'light'],
    ['a phone in the dark', { width: 360, height: 740 }, 'dark'],
  ] as const)('has no fault that axe finds, and fits, on %s', async (name, viewport, colorScheme) => {
    const url = await served(name.replaceAll(' ', '-'), historyOf(400));
    for (const path of ['', ...PAGES.map((page) => `tracks/h100/${page}.html`)]) {
      const { page, wrong } = await visit(url + path, { viewport, colorScheme, bypassCSP: true });
      await page.evaluate(() => {
        for (const one of document.querySelectorAll('details')) one.open = true;
      });
      expect(await axe(page), path).toEqual([]);
      expect(await wide(page), path).toBe(false);
      expect(wrong, path).toEqual([]);
      await page.context().close();
    }
  });
});
