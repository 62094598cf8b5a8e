import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasBrowser } from '../testing/browser.ts';
import { historyOf } from '../testing/history.ts';
import { Visits } from '../testing/visits.ts';
import { VIEWS } from '../views/views.ts';
import { HOSTILE } from './hostile.ts';

vi.setConfig({ testTimeout: 240_000 }); // a browser on a busy machine

/** The site in a real browser, as people with different machines and needs meet it. */

const visits = new Visits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

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

describe.skipIf(!hasBrowser)('the page in a browser', () => {
  it('is complete without JavaScript: record, chart, the last events, links', async () => {
    const history = historyOf(400);
    const { page, wrong } = await visits.visit(await visits.serve(history, { repository: 'ada/descent' }), {
      javaScriptEnabled: false,
    });
    const { incumbent } = history.board.tracks.h100!;
    expect(await page.textContent('#record')).toBe(incumbent.valBpb.toFixed(4));
    expect(await page.locator('.timeline li').count()).toBe(50);
    expect(await page.locator('#progress svg:visible').count()).toBe(1);
    const failures = () =>
      page.locator('#progress .wide .failed').evaluate((mark) => getComputedStyle(mark).display);
    expect(await failures()).not.toBe('none');
    await page.getByLabel('failures').uncheck();
    expect(await failures()).toBe('none');
    const link = page.locator('.headline a:not(.act)');
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
      if (event.kind === 'result')
        event.runs = event.runs.map(([stage, owner, , ...rest]) => {
          return [stage, owner, HOSTILE[next++ % HOSTILE.length]!, ...rest];
        });
    }
    const { incumbent } = history.board.tracks.h100!;
    incumbent.title = HOSTILE[0]!;
    incumbent.author = HOSTILE[4]!;
    const url = await visits.serve(history, { repository: 'ada/descent' });
    const { page, wrong } = await visits.visit(url);
    for (const name of [
      ...PAGES.map((one) => `tracks/h100/${one}`),
      'experiments/h100/399',
      'people/owner-0',
      'join',
      'index',
    ]) {
      await page.goto(`${url}${name}.html`, { waitUntil: 'networkidle' });
      expect(await page.title()).not.toBe('1');
      expect(await page.locator(ALIVE).count(), name).toBe(0);
      expect(wrong, name).toEqual([]);
    }
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
});
