import { createHmac, randomUUID } from 'node:crypto';
import type { Faults } from './faults.ts';
import { payloadOf } from './payloads.ts';
import { nodeId } from './shapes/node-id.ts';
import type { App, Installation, RepositoryEvent, WorldEvent } from './world/model.ts';
import type { World } from './world/world.ts';

/** Webhooks: one signed HTTP request per event and installed App. Like GitHub, it never repeats them automatically. */

export interface Delivery {
  guid: string;
  at: string;
  app: number;
  event: string;
  action: string | null;
  url: string;
  /** `dropped` never left; `failed` could not be connected or timed out. */
  outcome: 'pending' | 'delivered' | 'dropped' | 'failed';
  status: number | null;
  payload: object;
}

const PRESSED = new Set(['rerequested', 'requested_action']);
const TIMEOUT_MS = 10_000;
const HOLD_MS = 250;

export class Webhooks {
  readonly deliveries: Delivery[] = [];
  readonly #world: World;
  readonly #faults: () => Faults;
  #held: (() => void)[] = [];
  #holding: NodeJS.Timeout | undefined;
  readonly #pending = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #count = 0;

  constructor(world: World, faults: () => Faults) {
    this.#world = world;
    this.#faults = faults;
    world.listen((event) => this.#happened(event));
  }

  /** Stops waiting for answers and forgets what was not sent. */
  async close(): Promise<void> {
    clearTimeout(this.#holding);
    this.#held = [];
    this.#closing.abort();
    await Promise.allSettled(this.#pending);
  }

  /** Sends an earlier delivery again, under its own GUID. */
  redeliver(guid: string): boolean {
    const old = this.deliveries.find((d) => d.guid === guid);
    const app = old && this.#world.apps.get(old.app);
    if (!old || !app) return false;
    this.#send(app, { ...old, at: this.#world.now().toISOString(), outcome: 'pending', status: null }, 0);
    return true;
  }

  async #happened(event: WorldEvent): Promise<void> {
    for (const installation of this.#concerned(event)) {
      const { app } = installation;
      if (!app.webhook.url) continue;
      const marked = {
        installation: { id: installation.id, node_id: nodeId('A', 'installation', installation.id) },
      };
      const payload = { ...marked, ...(await payloadOf(this.#world, event)) };
      const action = 'action' in event ? event.action : null;
      this.#dispatch(app, {
        guid: randomUUID(),
        at: this.#world.now().toISOString(),
        app: app.id,
        event: event.event,
        action,
        url: app.webhook.url,
        outcome: 'pending',
        status: null,
        payload,
      });
    }
  }

  /** What happens to an installation is told to its own App, always; what happens in a repository to those that are there. */
  #concerned(event: WorldEvent): Installation[] {
    if (!('repository' in event)) return [event.installation];
    return [...this.#world.installations.values()].filter(
      (one) => !one.suspended && one.repositories.has(event.repository) && isFor(one, event),
    );
  }

  /** Where the faults strike: dropped, late, doubled, out of order. */
  #dispatch(app: App, delivery: Delivery): void {
    const faults = this.#faults();
    this.#count++;
    if (faults.dropWebhooks > 0 && this.#count % faults.dropWebhooks === 0) {
      this.deliveries.push({ ...delivery, outcome: 'dropped' });
      return;
    }
    const send = () => {
      this.#send(app, delivery, faults.delayWebhooksMs);
      if (faults.doubleWebhooks) this.#send(app, { ...delivery }, faults.delayWebhooksMs);
    };
    if (!faults.reorderWebhooks) {
      send();
      return;
    }
    this.#held.push(send);
    this.#holding ??= setTimeout(() => {
      this.#holding = undefined;
      for (const later of this.#held.splice(0).reverse()) later();
    }, HOLD_MS);
  }

  #send(app: App, delivery: Delivery, delayMs: number): void {
    this.deliveries.push(delivery);
    const work = post(app.webhook.secret, delivery, delayMs, this.#closing.signal).finally(() =>
      this.#pending.delete(work),
    );
    this.#pending.add(work);
  }
}

/** The App that made a check hears of its buttons, whatever events it asked for, as long as it may write checks. */
function isFor(installation: Installation, event: RepositoryEvent): boolean {
  const { app, permissions } = installation;
  const pressed = 'action' in event && PRESSED.has(event.action);
  const checked =
    event.event === 'check_run'
      ? event.checkRun.app
      : event.event === 'check_suite'
        ? event.checks[0]!.app
        : null;
  return checked && pressed
    ? checked === app && permissions.checks === 'write'
    : app.events.includes(event.event);
}

async function post(
  secret: string,
  delivery: Delivery,
  delayMs: number,
  closing: AbortSignal,
): Promise<void> {
  const body = JSON.stringify(delivery.payload);
  try {
    if (delayMs > 0) await new Promise((done) => setTimeout(done, delayMs));
    const answer = await fetch(delivery.url, {
      method: 'POST',
      body,
      signal: AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/emulator',
        'x-github-event': delivery.event,
        'x-github-delivery': delivery.guid,
        'x-github-hook-installation-target-type': 'integration',
        'x-github-hook-installation-target-id': String(delivery.app),
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
    });
    await answer.arrayBuffer();
    delivery.status = answer.status;
    delivery.outcome = 'delivered';
  } catch {
    delivery.outcome = 'failed'; // seen under /_emulator/deliveries: no server listens there, or it answers too late
  }
}
