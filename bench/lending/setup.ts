import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LEADERBOARD_PATH } from '../../core/formats/leaderboard.ts';
import { Reader } from '../../testing/bot/reader.ts';
import { startLending } from '../../testing/town/lender.ts';
import { eventsOf, type LendingTown, until } from './town.ts';

/** How long an owner's first evening lasts: from `git clone` and `descent lend --setup` until a job of the machine counts, on an idle machine. */

export interface SetupFigures {
  /** Until the job stands on main. Its training is in it, and everything else; nothing is downloaded. */
  setupSeconds: number;
  /** Until the swarm has answered `--setup`. */
  setupToAnswerSeconds: number;
  /** What of `setupSeconds` is the stranger's training. */
  setupTrainingSeconds: number;
}

export async function setupFigures(
  lending: LendingTown,
  machine: { owner: string; name: string },
  say: (text: string) => void,
): Promise<SetupFigures> {
  const { town, processes } = lending;
  const began = performance.now();
  const since = () => (performance.now() - began) / 1000;
  const started = startLending(processes, town, machine);
  started.catch(() => {}); // told below
  const log = join(processes.folder, `setup-${machine.name}.log`);
  await Promise.race([
    until('the swarm answers', async () =>
      (await readFile(log, 'utf8').catch(() => '')).includes('"event":"set-up"'),
    ),
    started.then(() => {}),
  ]);
  const setupToAnswerSeconds = since();
  say(`the swarm answered ${setupToAnswerSeconds.toFixed(1)} s after the owner began`);
  await started;
  const name = `${machine.owner}.${machine.name}`;
  const main = new Reader(town.onlooker);
  await until('a job counts', async () => {
    await eventsOf(lending, machine.name); // or the client has ended
    return (await main.file(LEADERBOARD_PATH)).includes(`"${name}"`);
  });
  const setupSeconds = since();
  const events = await eventsOf(lending, machine.name);
  const at = (phase: string) =>
    Date.parse(events.find((event) => event.event === 'job' && event.phase === phase)?.at ?? '');
  const setupTrainingSeconds = (at('score') - at('train')) / 1000;
  say(
    `the first job counted after ${setupSeconds.toFixed(1)} s; it trained ${setupTrainingSeconds} s of them`,
  );
  return { setupSeconds, setupToAnswerSeconds, setupTrainingSeconds };
}
