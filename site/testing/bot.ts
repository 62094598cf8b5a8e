import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { MainReading, QueueReading } from '../../app/github/port.ts';
import { Live } from '../../app/live/live.ts';
import { liveRoute } from '../../app/serve/live-route.ts';
import { CONFIG } from '../../testing/examples/config.ts';
import type { PublicGitHub } from './github.ts';
import { TRACK } from './history.ts';

/** The App's own `/live` on a port of its own. What it reads is what the GitHub of the test has. */
export class HeardBot {
  url = '';
  queue: QueueReading[] = [];
  /** Addresses that were asked for. */
  readonly asked: string[] = [];
  readonly #github: PublicGitHub;
  #server: Server | null = null;
  #live = new Live();

  constructor(github: PublicGitHub) {
    this.#github = github;
  }

  async open() {
    this.#live = new Live();
    this.#live.open('ada/descent', {
      port: {
        readMain: async () => this.#reading(),
        readFile: async (path) => this.#github.files.get(Number(/(\d+)\.jsonl$/.exec(path)![1])) ?? null,
      },
      machines: () => [],
      failed: () => {},
    });
    const routes = new Hono();
    routes.use(async (c, next) => {
      this.asked.push(c.req.url);
      await next();
    });
    routes.route('/live', liveRoute(this.#live));
    const port = this.url === '' ? 0 : Number(new URL(this.url).port);
    await new Promise<void>((done) => {
      this.#server = serve({ fetch: routes.fetch, hostname: '127.0.0.1', port }, () => done()) as Server;
    });
    this.url = `http://127.0.0.1:${(this.#server!.address() as AddressInfo).port}/live`;
  }

  /** GitHub has told it that something happened. */
  changed() {
    this.#live.at('ada/descent')!.changed();
  }

  async close() {
    this.#live.end();
    await new Promise<void>((done) => this.#server!.close(() => done()).closeAllConnections());
  }

  #reading(): MainReading {
    const number = Math.max(...this.#github.files.keys());
    return {
      repository: {
        id: 'R',
        owner: 'ada',
        name: 'descent',
        url: '',
        archived: false,
        isPublic: true,
        labels: [],
      },
      bot: 'descent[bot]',
      main: {
        ...{
          oid: this.#github.commit,
          tree: 'e'.repeat(40),
          branch: 'main',
          leaderboard: null,
          ledger: null,
        },
        ...{
          train: null,
          harness: null,
          config: CONFIG.replace('primary: cpu', `primary: ${TRACK}`).replace('  cpu:', `  ${TRACK}:`),
        },
        events: { number, text: this.#github.files.get(number)! },
      },
      ...{ queue: this.queue, closed: [], frontiers: {}, carrier: null },
    };
  }
}
