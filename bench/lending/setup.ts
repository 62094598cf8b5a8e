import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lend } from '../../lend/main.ts';
import { parseLendOptions } from '../../lend/options.ts';
import { Stage } from '../../testing/bot/stage.ts';
import { CONFIG, LENDING } from '../../testing/examples/config.ts';

const OWNER = 'ann';
const REPOSITORY = 'descent-machine';

/** `descent lend --setup` until the swarm has answered; the owner clicks as soon as the link is there. */
export async function setupSeconds(say: (text: string) => void): Promise<number> {
  const stage = await Stage.open({ '.github/descent.yml': CONFIG + LENDING });
  try {
    await stage.startBot();
    const token = await stage.account(OWNER);
    const home = join(stage.folder, 'home');
    const link = Promise.withResolvers<void>();
    const began = performance.now();
    const setup = lend(parseLendOptions({ setup: true, machine: 'desk', tracks: ['cpu'], price: 0.3 }), {
      context: {
        cwd: stage.folder,
        env: {
          HOME: home,
          XDG_CONFIG_HOME: home,
          DESCENT_CACHE: join(home, 'cache'),
          PATH: process.env.PATH,
        },
        now: () => new Date(),
        sleep: (milliseconds) => sleep(milliseconds).then(() => undefined),
        out: say,
        err: (text) => {
          say(text.trimEnd());
          if (text.includes('install the App')) link.resolve();
        },
      },
      ...{ api: stage.emulator.url, server: stage.emulator.url, swarm: async () => 'descent/descent' },
      ...{ token: async () => token, ask: null, typed: null, terminal: null, listen: () => () => {} },
    });
    await Promise.race([link.promise, setup]);
    await stage.control.install(stage.app.id, [`${OWNER}/${REPOSITORY}`]);
    if ((await setup) !== 0) throw new Error('the set-up failed: see above');
    return (performance.now() - began) / 1000;
  } finally {
    await stage.close();
  }
}
