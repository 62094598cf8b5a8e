import { type Port, PortError } from '../github/port.ts';
import { type CheckWrite, type Effect, type Order, SILENT } from '../model/effect.ts';
import { costsAttempt } from '../model/silent-ends.ts';
import type { World } from '../model/snapshot.ts';
import { encodeMemory, encodeRun } from '../model/state.ts';
import { waitingState } from '../model/waiting.ts';
import { NOT_SENT, REFUSED_BY_GITHUB, waitingRun } from '../say/run-check.ts';

/**
 * Check run first, order second, run id third: whatever breaks in between, the check run remains, and the run is found again
 * by the nonce in its title.
 * @returns whether one could not be sent to the lent machine that it was for, so that another is to be chosen
 */
export async function dispatch(
  port: Port,
  world: World,
  { checks, orders }: Extract<Effect, { kind: 'dispatch' }>,
): Promise<boolean> {
  const written = [...checks, ...orders.map((order) => order.check)];
  const ids = (await write(port, world, written)).slice(checks.length);
  const known: CheckWrite[] = [];
  for (const [i, order] of orders.entries()) {
    const after = await send(port, world, order);
    if (after) known.push({ ...after, id: ids[i]! });
  }
  if (known.length > 0) await write(port, world, known);
  return known.some(({ status }) => status === 'queued');
}

async function write(port: Port, world: World, checks: CheckWrite[]): Promise<string[]> {
  return (await port.answer(world.repository, { ...SILENT, checks })).checks;
}

/** Of the repository that it runs in. */
function urlOf({ repository: { url } }: World, { memory: { lent } }: Order): string {
  return lent ? new URL(`/${lent.repository}`, url).href : url;
}

/** A lent machine's repository may be gone, or closed to the App: the run goes to another machine. */
function elsewhere(
  { key, memory, check }: Order,
  { name, ownerId }: NonNullable<Order['memory']['lent']>,
  message: string,
): CheckWrite {
  const ends = [...(memory.ends ?? []), { machine: name, ownerId, how: 'untaken' as const }];
  const why = NOT_SENT(name, message);
  const attempt = costsAttempt(ownerId, memory.ends) ? key.attempt + 1 : key.attempt;
  const waiting = waitingState(key, memory, { ends, attempt, why });
  return { ...check, ...waiting, ...waitingRun(why) };
}

/** What the check run says after the order; null when GitHub did not name the run. */
async function send(port: Port, world: World, order: Order): Promise<CheckWrite | null> {
  const inputs = { job: JSON.stringify(order.job), labels: JSON.stringify(order.labels), title: order.title };
  try {
    const actions = await port.actionsAt(order.memory.lent?.repository ?? null);
    const runId = await actions.dispatch(order.branch, inputs);
    if (runId === null) return null;
    return {
      ...order.check,
      externalId: encodeRun({ ...order.key, runId }),
      detailsUrl: `${urlOf(world, order)}/actions/runs/${runId}`,
    };
  } catch (error) {
    if (!(error instanceof PortError) || error.kind !== 'refused') throw error;
    if (order.memory.lent) return elsewhere(order, order.memory.lent, error.message);
    return {
      ...order.check,
      status: 'completed',
      conclusion: 'neutral',
      ...REFUSED_BY_GITHUB,
      text: encodeMemory({ ...order.memory, failure: error.message.slice(0, 1000) }),
    };
  }
}
