import { pino } from 'pino';
import { Probot, ProbotOctokit, Server } from 'probot';
import type { ServerEnvironment } from './environment.ts';
import { type Descent, descentApp } from './index.ts';

export interface Running {
  descent: Descent;
  url: string;
  close: () => Promise<void>;
}

/** Probot's own pace (a second between writes) and retries give way to github/patience.ts, which knows what may be repeated. */
export const Client = ProbotOctokit.defaults((options: object) => ({
  ...options, // a function, since Probot sets a pace of its own after plain defaults
  throttle: { enabled: false },
  retry: { enabled: false },
}));

/** Starts the Probot server. It listens when the promise resolves. */
export async function startServer(environment: ServerEnvironment): Promise<Running> {
  const { APP_ID, PRIVATE_KEY, WEBHOOK_SECRET, GITHUB_API_URL, HOST, PORT, LOG_LEVEL, SWEEP_MINUTES } =
    environment;
  const log = pino({ level: LOG_LEVEL });
  // Probot logs every webhook with all its headers at `info`; here one line a decision is enough.
  const quiet = log.child({}, { level: LOG_LEVEL === 'info' ? 'warn' : LOG_LEVEL });
  const server = new Server({
    host: HOST,
    port: PORT,
    log: quiet,
    Probot: Probot.defaults({
      appId: APP_ID,
      privateKey: PRIVATE_KEY,
      secret: WEBHOOK_SECRET,
      baseUrl: GITHUB_API_URL,
      log: quiet,
      Octokit: Client,
    }),
  });
  let started: Descent | undefined;
  await server.load(
    descentApp(APP_ID, environment.DESCENT_CACHE, log, (descent) => {
      started = descent;
    }),
  );
  await server.start();
  log.info({ url: `http://${server.host}:${server.port}` }, 'listening');
  const descent = started!;
  const sweep = () => {
    descent
      .sweep(null)
      .catch((error: unknown) => log.error({ err: error }, 'sweep failed; the next one tries again'));
  };
  // What happened while nobody listened is found at once; later, what GitHub did not deliver.
  if (SWEEP_MINUTES > 0) sweep();
  const timer = SWEEP_MINUTES > 0 ? setInterval(sweep, SWEEP_MINUTES * 60_000) : null;
  return {
    descent,
    url: `http://${server.host}:${server.port}`,
    close: async () => {
      if (timer) clearInterval(timer);
      await server.stop();
      await descent.idle();
    },
  };
}
