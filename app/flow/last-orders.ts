import type { Port } from '../github/port.ts';
import { lookFromTitle } from '../intake/from-webhook.ts';
import type { Look } from '../model/event.ts';
import type { LentMachine } from '../model/lent.ts';

/**
 * What ended on lent machines while the bot was down, and no open pull request asks for: a machine has one run at a time, so its newest
 * one is looked at. Once in a process: afterwards the bot knows which runs are out.
 */
export function lastOrdersOf(port: Port, machines: () => LentMachine[]): (bot: string) => Promise<Look[]> {
  let isDone = false;
  return async (bot) => {
    if (isDone) return [];
    isDone = true;
    const found = await Promise.allSettled(machines().map((machine) => lastOf(port, machine, bot)));
    return found.flatMap((one) => (one.status === 'fulfilled' ? (one.value ?? []) : []));
  };
}

/** Its owner may start or repeat runs, too: those are nothing to look at. */
async function lastOf(port: Port, { repository }: LentMachine, bot: string): Promise<Look | null> {
  const actions = await port.actionsAt(`${repository.owner}/${repository.name}`);
  const last = (await actions.recentRuns()).find(({ actor, attempt }) => actor === bot && attempt === 1);
  return last ? lookFromTitle(last.title) : null;
}
