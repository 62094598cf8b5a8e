import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildSite, type Options, type Site } from '../build.ts';
import { readSource } from '../read.ts';
import { serveSite } from '../serve.ts';
import { hasBrowser, openBrowser } from './browser.ts';
import { PublicGitHub } from './github.ts';
import type { History } from './history.ts';
import { makeRepository } from './repository.ts';

/** Sites on loopback, and a browser that visits them. */
export class Visits {
  #browser: Browser | null = null;
  #folder = '';
  #sites = 0;
  /** Where pages ask for news, unless a test says. */
  readonly #github = new PublicGitHub();
  readonly #served = new Map<string, Site>();
  readonly #closing: (() => Promise<unknown>)[] = [];

  async open() {
    this.#folder = await mkdtemp(join(tmpdir(), 'descent-pages-'));
    await this.#github.open();
    if (hasBrowser) this.#browser = await openBrowser();
  }

  async close() {
    await this.#browser?.close();
    await this.#github.close();
    for (const close of this.#closing) await close();
    await rm(this.#folder, { recursive: true });
  }

  /** @param github where the pages ask for news. @returns the site's address, and where it asks for nothing else */
  async serve(history: History, github: Partial<Options> = {}): Promise<string> {
    const site = await this.#built(history, github);
    const { url, close } = await serveSite(site, 0);
    this.#closing.push(close);
    this.#served.set(url, site);
    return url;
  }

  /** A newer version takes the place of a site: what it has not is gone, but for files that are served as they were. */
  async publish(
    url: string,
    history: History,
    github: Partial<Options> = {},
    old: string[] = [],
  ): Promise<void> {
    const site = this.#served.get(url)!;
    const newer = await this.#built(history, github);
    for (const path of old) newer.set(path, site.get(path)!);
    site.clear();
    for (const [path, content] of newer) site.set(path, content);
  }

  async #built(history: History, github: Partial<Options>): Promise<Site> {
    const repository = join(this.#folder, String(this.#sites++));
    await makeRepository(repository, history);
    return buildSite(await readSource(repository, 'main'), {
      repository: null,
      server: 'https://github.com',
      api: this.#github.api,
      raw: this.#github.raw,
      ...github,
    });
  }

  /** A page, and all that went wrong on it: errors, broken rules of its policy, requests to elsewhere than `allowed`. */
  async visit(
    url: string,
    options: BrowserContextOptions = {},
    { allowed = [] as string[], clock = false } = {},
  ) {
    const context = await this.#browser!.newContext(options);
    const page = await context.newPage();
    if (clock) await page.clock.install({ time: new Date('2027-01-02T00:00:00Z') });
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => {
      // What the browser itself says of an answer of the network is what the page is there for.
      if (['error', 'warning'].includes(message.type()) && !/Failed to load resource/.test(message.text()))
        wrong.push(message.text());
    });
    page.on('request', (request) => {
      const known = [new URL(url).origin, 'data:', this.#github.api, this.#github.raw, ...allowed];
      if (!known.some((start) => request.url().startsWith(start))) wrong.push(request.url());
    });
    await page.goto(url);
    return { page, wrong };
  }
}

/** Whether a page is wider than its window. */
export const isWide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
