import { setTimeout as sleep } from 'node:timers/promises';
import { LentOwner } from '../../testing/bot/lent-owner.ts';
import { Stage } from '../../testing/bot/stage.ts';
import { CONFIG, LENDING } from '../../testing/examples/config.ts';

/** A machine is switched off with a job in hand: from its last word until another owner has the order, by the bot's own clock. */
export async function vanishedSeconds(say: (text: string) => void): Promise<number> {
  const stage = await Stage.open({ '.github/descent.yml': CONFIG + LENDING });
  try {
    await stage.startBot();
    const ada = await LentOwner.lend(stage, 'ada');
    await ada.say({ status: 'free' });
    await ada.measure({ valBpb: 2 }); // main's own file
    await stage.open('nova', 'print("better")\n');
    const taken = await ada.next();
    if (!taken) throw new Error('ada’s machine got no order');
    const last = performance.now();
    const bob = await LentOwner.lend(stage, 'bob');
    await bob.say({ status: 'free' });
    say('a machine fell silent');
    while ((await bob.waiting()).length === 0) await sleep(250);
    const seconds = (performance.now() - last) / 1000;
    say(`another owner has the order after ${seconds.toFixed(1)} s`);
    return seconds;
  } finally {
    await stage.close();
  }
}
