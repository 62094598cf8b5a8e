import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import type { Processes } from './processes.ts';
import { Town } from './town.ts';

const require = createRequire(import.meta.url);

export type Machine = { owner: string; name: string };

/**
 * A town of processes: the emulator with this repository, the bot, and the owners' machines, which train.
 * @param settings of the bot, beside its credentials
 * @returns the town, the bot's process id, for measurements, and where pages hear it
 */
export async function startTown(
  processes: Processes,
  repository: string,
  machines: Machine[],
  settings: NodeJS.ProcessEnv = {},
): Promise<{ town: Town; botPid: number; live: string }> {
  const emulator = [
    require.resolve('@descent-swarm/github-emulator/main.ts'),
    ...['--json', '--folder', join(processes.folder, 'github'), '--repository', repository],
  ];
  const { url, users } = (await processes.ready('emulator', emulator)) as {
    url: string;
    users: { login: string; token: string }[];
  };
  const port = await freePort();
  const town = await Town.found(url, users, `http://127.0.0.1:${port}/api/github/webhooks`);
  // As `npm start` does: a small young generation keeps the bot near 140 MiB, at no cost in latency.
  const bot = ['--max-semi-space-size=2', require.resolve('../../app/serve/main.ts')];
  const env = { ...town.credentials, PORT: String(port), LOG_LEVEL: 'info', ...settings };
  const { pid: botPid } = processes.start('bot', bot, env);
  await untilListening(port);

  for (const { owner, name } of machines) {
    const machine = await town.addMachine(owner, name);
    processes.start(`machine-${name}`, [
      require.resolve('@descent-swarm/github-emulator/machine/main.ts'),
      ...['--url', url, '--token', machine.token, '--name', machine.name],
    ]);
  }
  return { town, botPid, live: `http://127.0.0.1:${port}/live` };
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
