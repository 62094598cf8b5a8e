import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientEvent, clientEventSchema } from '../../core/formats/lending/client-event.ts';
import { makeRepository } from '../../demo/repository.ts';
import { untuned } from '../../demo/requests.ts';
import { Processes } from '../../testing/town/processes.ts';
import { startTown } from '../../testing/town/start.ts';
import type { Town } from '../../testing/town/town.ts';

/** A swarm without a runner of its own, all of it real processes: the emulator, the bot, and clients that owners start. */
export interface LendingTown {
  town: Town;
  processes: Processes;
}

const ROOT = dirname(dirname(import.meta.dirname));

/** Does `work` in a town of its own, and ends all its processes. One run decides there, and trains for some seconds. */
export async function inLendingTown<T>(
  say: (text: string) => void,
  work: (lending: LendingTown) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-bench-lending-'));
  await chmod(folder, 0o711); // a client's box looks through it
  const processes = new Processes(ROOT, folder);
  let failed = true;
  try {
    const origin = join(folder, 'origin');
    await makeRepository(ROOT, origin, untuned, { margin: 0.1 }, { lent: true });
    const { town } = await startTown(processes, origin, []);
    const result = await work({ town, processes });
    failed = false;
    return result;
  } finally {
    await processes.close();
    if (failed) say(`the logs are in ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

/** What a client said so far, by its machine's name: the lines that are events. @throws Error when it ended by itself */
export async function eventsOf({ processes }: LendingTown, machine: string): Promise<ClientEvent[]> {
  const log = await readFile(join(processes.folder, `lend-${machine}.log`), 'utf8').catch(() => '');
  const events = log.split('\n').flatMap((line) => {
    if (!line.startsWith('{') || !line.endsWith('}')) return []; // another program's line, or half of one
    const event = clientEventSchema.safeParse(JSON.parse(line));
    return event.success ? [event.data] : [];
  });
  const last = events.at(-1);
  if (last?.event === 'left') throw new Error(`The client of ${machine} ended: ${last.why}`);
  return events;
}

const WITHIN_MS = 600_000;

/** Looks again and again, until something is there. @throws Error after ten minutes */
export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const began = performance.now(); performance.now() - began < WITHIN_MS; await sleep(100)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${what}: not after ${WITHIN_MS / 1000} s.`);
}
