import { type Port, PortError } from '../github/port.ts';
import { type CheckWrite, type Effect, type Order, SILENT } from '../model/effect.ts';
import type { World } from '../model/snapshot.ts';
import { encodeMemory, encodeRun } from '../model/state.ts';
import { REFUSED_BY_GITHUB } from '../say/run-check.ts';

/**
 * Check run first, order second, run id third: whatever breaks in between, the check run remains, and the run is found again
 * by the nonce in its title.
 */
export async function dispatch(
  port: Port,
  world: World,
  { checks, orders }: Extract<Effect, { kind: 'dispatch' }>,
): Promise<void> {
  const written = [...checks, ...orders.map((order) => order.check)];
  const ids = (await write(port, world, written)).slice(checks.length);
  const known: CheckWrite[] = [];
  for (const [i, order] of orders.entries()) {
    const after = await send(port, world, order);
    if (after) known.push({ ...after, id: ids[i]! });
  }
  if (known.length > 0) await write(port, world, known);
}

async function write(port: Port, world: World, checks: CheckWrite[]): Promise<string[]> {
  return (await port.answer(world.repository, { ...SILENT, checks })).checks;
}

/** Of the repository that it runs in. */
function urlOf({ repository: { url } }: World, { memory: { lent } }: Order): string {
  return lent ? new URL(`/${lent.repository}`, url).href : url;
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
    return {
      ...order.check,
      status: 'completed',
      conclusion: 'neutral',
      ...REFUSED_BY_GITHUB,
      text: encodeMemory({ ...order.memory, failure: error.message.slice(0, 1000) }),
    };
  }
}
