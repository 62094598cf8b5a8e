import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { pino } from 'pino';
import { Probot, ProbotOctokit } from 'probot';
import type { Descent } from './app.ts';
import type { ServerEnvironment } from './environment.ts';
import { CredentialsError } from './installations.ts';
import { LIVE_PATH, liveRoute } from './live-route.ts';
import { errorForLog } from './log.ts';
import { descentApp, HEARD } from './subscribe.ts';
import { webhookRoute } from './webhook-route.ts';

export interface Running {
  descent: Descent;
  url: string;
  close: () => Promise<void>;
}

/** Probot's own pace (a second between writes) and retries give way to core/github/patience.ts, which knows what may be repeated. */
export const Client = ProbotOctokit.defaults((options: object) => ({
  ...options, // a function, since Probot sets a pace of its own after plain defaults
  throttle: { enabled: false },
  retry: { enabled: false },
}));

/**
 * Starts the bot. It listens when the promise resolves.
 * @throws CredentialsError when GitHub refuses the App's credentials; an error with a `code` when the port cannot be had
 */
export async function startServer(environment: ServerEnvironment): Promise<Running> {
  const {
    APP_ID,
    PRIVATE_KEY,
    WEBHOOK_SECRET,
    GITHUB_API_URL,
    HOST,
    PORT,
    LOG_LEVEL,
    SWEEP_MINUTES,
    PAGES_MINUTES,
  } = environment;
  const log = pino({ level: LOG_LEVEL, serializers: { err: errorForLog } });
  // Probot logs every webhook with all its headers at `info`; here one line a decision is enough.
  const quiet = log.child({}, { level: LOG_LEVEL === 'info' ? 'warn' : LOG_LEVEL });
  const probot = new Probot({
    appId: APP_ID,
    privateKey: PRIVATE_KEY,
    secret: WEBHOOK_SECRET,
    baseUrl: GITHUB_API_URL,
    log: quiet,
    Octokit: Client,
  });
  await probot.ready();
  let started: Descent | undefined;
  await probot.load(
    descentApp(
      APP_ID,
      {
        cache: environment.DESCENT_CACHE,
        pagesMinutes: PAGES_MINUTES,
        swarms: environment.SWARMS,
        ledgerKey: environment.DESCENT_LEDGER_KEY ?? null,
      },
      log,
      (descent) => {
        started = descent;
      },
    ),
  );
  const descent = started!;
  const app = await nameOf(descent, log);
  const routes = webhookRoute({ probot, secret: WEBHOOK_SECRET, heard: HEARD, log });
  routes.route(LIVE_PATH, liveRoute(descent.live));
  const server = await listen(routes.fetch, HOST, PORT);
  const url = `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`;
  log.info({ url, app }, 'listening');
  const sweep = () =>
    descent.sweep(null).then(
      (swept) => log.info({ repositories: Object.keys(swept) }, 'swept'),
      (error: unknown) => log.error({ err: error }, 'sweep failed; the next one tries again'),
    );
  // The first sweep finds what happened while the bot was down; later ones find what GitHub did not deliver.
  if (SWEEP_MINUTES > 0) void sweep();
  else
    void descent.begin().catch((error: unknown) => log.error({ err: error }, 'lent machines are not known'));
  const watch = setInterval(() => {
    descent.lent.tick();
    descent.live.tick();
  }, WATCH_MS);
  const timer = SWEEP_MINUTES > 0 ? setInterval(sweep, SWEEP_MINUTES * 60_000) : null;
  return {
    descent,
    url,
    close: async () => {
      if (timer) clearInterval(timer);
      clearInterval(watch);
      descent.live.end();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      await descent.idle();
    },
  };
}

/** A machine that falls silent is noticed so much later at most. */
const WATCH_MS = 5000;

/** Wrong credentials end the start; a GitHub that cannot be reached does not, since it comes back. */
async function nameOf(descent: Descent, log: pino.Logger): Promise<string | null> {
  try {
    return await descent.installations.login();
  } catch (error) {
    if (error instanceof CredentialsError) throw error;
    log.warn({ err: error }, 'GitHub cannot be asked who this App is; events and sweeps try again');
    return null;
  }
}

function listen(fetch: FetchCallback, hostname: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname, port }, () => resolve(server)) as Server; // plain HTTP: no options of HTTP/2
    server.once('error', reject);
  });
}

type FetchCallback = Parameters<typeof serve>[0]['fetch'];
