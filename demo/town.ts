import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Control } from '@descent-swarm/github-emulator/control.ts';
import { Octokit } from '@octokit/rest';
import type { Stage } from './stage.ts';

export type Place = { owner: string; repo: string };
export const PLACE: Place = { owner: 'descent', repo: 'descent' };
const SECRET = 'only-for-the-demo';
const require = createRequire(import.meta.url);

/** Everything that runs: a GitHub, the bot and machines, each in its own process. */
export type Town = {
  url: string;
  control: Control;
  cloneUrl: string;
  /** Login of the bot. */
  bot: string;
  /** Reads as anyone may. */
  octokit: Octokit;
  /** The bot's credentials, as `.env` would hold them. */
  credentials: Record<string, string>;
  /** Process id of the bot, for measurements. */
  botPid: number;
};

export type Machine = { owner: string; name: string };

/** Starts the emulator with a repository, the Probot app installed on it, and the owners' machines. */
export async function startTown(stage: Stage, repository: string, machines: Machine[]): Promise<Town> {
  const ready = [
    require.resolve('@descent-swarm/github-emulator/main.ts'),
    '--json',
    '--folder',
    join(stage.folder, 'github'),
    '--repository',
    repository,
  ];
  const { url } = (await stage.ready('emulator', ready)) as { url: string };
  const port = await freePort();
  const control = new Control(url);
  const app = await control.app({
    slug: 'descent',
    repository: `${PLACE.owner}/${PLACE.repo}`,
    webhook_url: `http://127.0.0.1:${port}/api/github/webhooks`,
    webhook_secret: SECRET,
  });
  // As `npm start` does: a small young generation keeps the bot near 140 MiB, at no cost in latency.
  const credentials = {
    APP_ID: String(app.id),
    PRIVATE_KEY: app.private_key,
    WEBHOOK_SECRET: SECRET,
    GITHUB_API_URL: url,
  };
  const bot = stage.start('bot', ['--max-semi-space-size=2', require.resolve('../app/serve/main.ts')], {
    ...credentials,
    PORT: String(port),
    LOG_LEVEL: 'info',
  });
  await untilListening(port);

  for (const { owner, name } of machines) {
    await control.user(owner);
    const { token } = await control.machine({
      name: `${owner}.${name}`,
      owner,
      labels: ['self-hosted', 'descent-cpu', `owner-${owner}`],
      repository: `${PLACE.owner}/${PLACE.repo}`,
    });
    stage.start(`machine-${name}`, [
      require.resolve('@descent-swarm/github-emulator/machine/main.ts'),
      ...['--url', url, '--token', token, '--name', `${owner}.${name}`],
    ]);
  }
  const { token } = await control.user('onlooker');
  return {
    url,
    control,
    cloneUrl: `${url}/${PLACE.owner}/${PLACE.repo}.git`,
    bot: `${app.slug}[bot]`,
    octokit: new Octokit({ baseUrl: url, auth: token }),
    credentials,
    botPid: bot.pid,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1.');
  return address.port;
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return;
    } catch {
      await sleep(200); // not listening yet
    }
  }
  throw new Error(`The bot does not listen on port ${port} after 30 s.`);
}
