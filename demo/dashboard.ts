import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { buildSite, type Site } from '../site/build.ts';
import { readSource } from '../site/read.ts';
import { serveSite } from '../site/serve.ts';

/** The dashboard while the day runs: its pages hear the bot, and are made again from time to time. */

export interface Watched {
  cloneUrl: string;
  /** OWNER/NAME on the server. */
  repository: string;
  server: string;
  /** Where the bot tells what happens. */
  live: string;
}

/** Making the pages takes a twentieth of a processor at most, since the machines measure on the same. */
const SHARE = 20;
const LEAST_MS = 5000;
/** The bot knows a repository after its first look at it. */
const KNOWN_MS = 15_000;

export class Dashboard {
  readonly #watched: Watched;
  readonly #folder: string;
  readonly #site: Site = new Map();
  #served: Awaited<ReturnType<typeof serveSite>> | null = null;
  #commit = '';
  #next = 0;
  #making: Promise<void> | null = null;

  private constructor(watched: Watched, folder: string) {
    this.#watched = watched;
    this.#folder = folder;
  }

  /** @param folder for a clone */
  static async open(watched: Watched, folder: string): Promise<Dashboard> {
    const dashboard = new Dashboard(watched, folder);
    await execa('git', ['clone', '--quiet', '--bare', watched.cloneUrl, folder]);
    await dashboard.refresh();
    dashboard.#served = await serveSite(dashboard.#site, 0);
    await untilHeard(`${watched.live}/${watched.repository}`);
    return dashboard;
  }

  get url(): string {
    return this.#served!.url;
  }

  /** Unless that was done a moment ago. What fails is tried again the next time: the day does not depend on it. */
  refreshSoon(): void {
    if (this.#making || Date.now() < this.#next) return;
    this.refresh().catch(() => {});
  }

  async refresh(): Promise<void> {
    await this.#making?.catch(() => {});
    this.#making = this.#make().finally(() => {
      this.#making = null;
    });
    await this.#making;
  }

  async close(): Promise<void> {
    await this.#making?.catch(() => {});
    await this.#served?.close();
  }

  async #make(): Promise<void> {
    const begun = performance.now();
    try {
      const git = (...args: string[]) => execa('git', args, { cwd: this.#folder });
      await git('fetch', '--quiet', 'origin', '+main:main');
      const { stdout: commit } = await git('rev-parse', 'main');
      if (commit === this.#commit) return;
      const { repository, server, live } = this.#watched;
      const pages = buildSite(await readSource(this.#folder, commit), {
        ...{ repository, server, live, api: server, raw: server },
      });
      this.#site.clear();
      for (const [path, content] of pages) this.#site.set(path, content);
      this.#commit = commit;
    } finally {
      this.#next = Date.now() + Math.max(LEAST_MS, SHARE * (performance.now() - begun));
    }
  }
}

async function untilHeard(url: string): Promise<void> {
  for (const end = Date.now() + KNOWN_MS; Date.now() < end; await sleep(500)) {
    const stop = new AbortController();
    const answer = await fetch(url, { signal: stop.signal }).catch(() => null);
    stop.abort();
    if (answer?.ok) return;
  }
}

/** Somebody watches, who can see a window. */
export function hasDesktop(): boolean {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  const shows = process.platform === 'darwin' || process.platform === 'win32' || DISPLAY || WAYLAND_DISPLAY;
  return process.stderr.isTTY === true && !CI && Boolean(shows);
}

/** Where that fails, the address stands in the terminal. */
export function openInBrowser(url: string): void {
  const programs: Partial<Record<NodeJS.Platform, string[]>> = {
    darwin: ['open'],
    win32: ['cmd', '/c', 'start', ''],
  };
  const [program, ...args] = programs[process.platform] ?? ['xdg-open'];
  const child = spawn(program!, [...args, url], { stdio: 'ignore', detached: true });
  child.once('error', () => {}); // there is no such program
  child.unref();
}
