import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stage } from '../../testing/bot/stage.ts';
import { freePort } from '../../testing/town/free-port.ts';
import { type Ran, takeRan, together, writeCoverage } from './coverage.ts';

const require = createRequire(import.meta.url);
const ROOT = join(import.meta.dirname, '../..');
const OURS = ['app', 'core', 'memory'];
/** How long GitHub hears nothing when the bot is taken to be done. */
const QUIET_MS = 2000;

/**
 * One pull request, in the emulator, at a bot that is a process of its own: it is dispatched, measured and merged.
 * The incumbent and an earlier experiment were measured before.
 * @returns what ran in the bot and in the programs it started, since the webhook
 */
export async function followPull(): Promise<{ dispatched: Ran; merged: Ran }> {
  const stage = await Stage.open();
  let bot: ChildProcess | null = null;
  try {
    await stage.begin(2);
    await stage.open('vega', 'print("worse")\n');
    await stage.measure({ valBpb: 2.5 });
    await stage.bot!.close();
    const folder = join(stage.folder, 'coverage');
    await mkdir(folder);
    bot = await startBot(stage, folder);
    const ran = async (): Promise<Ran> => {
      await untilQuiet(stage);
      await writeCoverage(bot!);
      return takeRan(folder, ROOT, OURS);
    };

    await ran(); // what ran at the start is not on the way
    const number = await stage.open('nova', 'print("better")\n');
    const job = await until('the pull request is dispatched', () => stage.take());
    const dispatched = await ran();
    await stage.finish(job, { valBpb: 1.5 });
    await until('it is merged', async () => (await stage.view(number)).merged || null);
    const after = await ran();
    return { dispatched, merged: together(dispatched, after) };
  } finally {
    if (bot) {
      bot.kill('SIGTERM');
      await once(bot, 'exit');
    }
    await stage.close();
  }
}

async function startBot(stage: Stage, coverage: string): Promise<ChildProcess> {
  const port = await freePort();
  const bot = fork(require.resolve('../../app/serve/main.ts'), {
    execArgv: ['--import', require.resolve('./on-message.ts')],
    env: {
      PATH: process.env.PATH!,
      ...stage.credentials,
      PORT: String(port),
      SWEEP_MINUTES: '0',
      PAGES_MINUTES: '0', // they are made some seconds after the verdict, for all results since the last time
      DESCENT_CACHE: join(stage.folder, 'cache'),
      NODE_V8_COVERAGE: coverage,
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const gone = once(bot, 'exit').then(() => {
    throw new Error('the bot ended before it listened');
  });
  gone.catch(() => {});
  await Promise.race([once(bot.stdout!, 'data'), gone]); // its first line says that it listens
  bot.stdout!.resume();
  await stage.control.moveWebhook(stage.app.id, `http://127.0.0.1:${port}/api/github/webhooks`);
  return bot;
}

async function until<T>(what: string, find: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = await find();
    if (found !== null) return found;
    await sleep(200);
  }
  throw new Error(`not seen within a minute: ${what}`);
}

/** Until every webhook is answered and GitHub has heard nothing for a while. */
async function untilQuiet(stage: Stage): Promise<void> {
  for (let before = -1; ; ) {
    await stage.settle();
    const heard = (await stage.control.requests()).length;
    if (heard === before) return;
    before = heard;
    await sleep(QUIET_MS);
  }
}
