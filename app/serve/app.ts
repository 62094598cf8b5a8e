import type { Logger } from 'pino';
import type { Probot } from 'probot';
import { type Bot, type BotSettings, botAt } from '../flow/bot.ts';
import { type Sweep, sweepOne } from '../flow/sweep-repository.ts';
import { fromWebhook, type Payload } from '../intake/from-webhook.ts';
import { Live } from '../live/live.ts';
import type { Look } from '../model/event.ts';
import { Installations, type Listed, type Place } from './installations.ts';
import { LentMachines } from './lending.ts';
import { LendingEvents, type LendingPayload } from './lending-events.ts';

/** The App at work: a webhook is handed over and answered at once; the work happens behind it, one step at a time. */

/** What an operator says of the whole App. */
export interface AppSettings extends BotSettings {
  /** Full names in lower case of the swarms that it serves; undefined: all that install it. */
  swarms: string[] | undefined;
}

export class Descent {
  readonly installations: Installations;
  readonly lent: LentMachines;
  /** Pages that listen. */
  readonly live = new Live();
  readonly #lending: LendingEvents;
  readonly #app: Probot;
  readonly #appId: number;
  readonly #own: AppSettings;
  readonly #log: Logger;
  #bots = new Map<string, { installation: number; bot: Promise<Bot> }>();
  #sweeping: Promise<unknown> = Promise.resolve();
  #lentKnown = Promise.withResolvers<void>();
  #areLentKnown = false;
  #waiting = new Set<Promise<void>>();

  constructor(app: Probot, appId: number, own: AppSettings, log: Logger) {
    this.installations = new Installations(app);
    this.#app = app;
    this.#appId = appId;
    this.#own = own;
    this.#log = log;
    this.lent = new LentMachines(
      this.installations,
      { appId, serves: (swarm) => this.#serves(swarm), ask: (swarm, look) => this.#ask(swarm, look) },
      log,
    );
    this.#lending = new LendingEvents(this.lent, (error) =>
      log.warn({ err: error }, 'what a repository lends is read again at the next sweep'),
    );
  }

  /** The bot of a repository. An App that was removed and installed again has another installation, so it gets another bot. */
  at(place: Place): Promise<Bot> {
    const name = `${place.owner}/${place.name}`.toLowerCase();
    const known = this.#bots.get(name);
    if (known?.installation === place.installation) return known.bot;
    const where = { owner: place.owner, name: place.name, appId: this.#appId };
    const bot = this.#app.auth(place.installation).then((octokit) => {
      const lending = this.lent.of(place);
      const looked = () => this.live.at(name)?.changed();
      const bot = botAt(octokit, where, this.#own, this.#log, lending, looked);
      this.live.open(name, {
        port: bot.port,
        machines: lending.lent.machines,
        failed: (error) =>
          this.#log.warn({ repository: name, err: error }, 'pages that listen hear the next change'),
      });
      return bot;
    });
    this.#bots.set(name, { installation: place.installation, bot });
    bot.catch(() => this.#bots.delete(name)); // the caller gets the error; the next event tries again
    return bot;
  }

  /** Before lent machines are known, what concerns them would be decided as if there were none: so an event waits, answered already. */
  async receive(name: string, payload: WebhookPayload): Promise<void> {
    const place = placeOf(payload);
    if (!place) return;
    if (this.#areLentKnown) return this.#receive(place, name, payload);
    const waiting = this.#lentKnown.promise
      .then(() => this.#receive(place, name, payload))
      .catch((error: unknown) => this.#log.error({ err: error }, 'left for the next event or sweep'))
      .finally(() => this.#waiting.delete(waiting));
    this.#waiting.add(waiting);
  }

  async #receive(place: Place, name: string, payload: WebhookPayload): Promise<void> {
    const bot = await this.#ownLogin();
    if (this.#lending.hear(name, payload, bot)) return;
    if (!this.#serves(place)) {
      this.#log.debug({ ignored: 'a repository that SWARMS does not name' }, 'webhook');
      return;
    }
    const asked = fromWebhook(name, payload, bot);
    if ('ignored' in asked) {
      this.#log.debug({ ignored: asked.ignored }, 'webhook');
      return;
    }
    (await this.at(place)).serial.ask(asked);
  }

  #serves({ owner, name }: Pick<Place, 'owner' | 'name'>): boolean {
    return this.#own.swarms?.includes(`${owner}/${name}`.toLowerCase()) ?? true;
  }

  #ask(swarm: Place, asked: Look): void {
    this.at(swarm).then(
      (bot) => bot.serial.ask(asked),
      (error: unknown) =>
        this.#log.error(
          { repository: `${swarm.owner}/${swarm.name}`, err: error },
          'left for the next sweep',
        ),
    );
  }

  /** Without it the bot only looks once more at what it has done itself, which changes nothing. */
  async #ownLogin(): Promise<string | null> {
    try {
      return await this.installations.login();
    } catch (error) {
      this.#log.warn({ err: error }, 'GitHub did not say who this App is; the event is handled without it');
      return null;
    }
  }

  /** An account has installed the App, removed it, or chosen other repositories for it. */
  async installed(name: string, payload: InstallationPayload): Promise<void> {
    const { action, installation, repositories, repositories_added } = payload;
    for (const { id } of payload.repositories_removed ?? []) this.lent.registry.drop(id);
    if (name === 'installation' && (action === 'deleted' || action === 'suspend')) {
      this.lent.registry.dropInstallation(installation.id);
      this.installations.forget(installation.id);
      return;
    }
    const come = [...(repositories ?? []), ...(repositories_added ?? [])].map(
      ({ id, node_id, full_name }): Listed => {
        const [owner = '', name = ''] = full_name.split('/');
        return { id, nodeId: node_id, owner, name, installation: installation.id, archived: false };
      },
    );
    // Those of others go on as they are: anybody may install the App, as often as they like.
    if (come.length > 0)
      await this.#alone(async () => {
        const others = await this.lent.read(
          installation.id,
          come.map(({ nodeId }) => nodeId),
        );
        return this.#sweepAll(come.filter(({ id }) => !others.has(id)));
      });
    else if (action === 'unsuspend') await this.sweep(null);
  }

  /** Learns which machines are lent: what a sweep begins with, for a bot that sweeps never. */
  async begin(): Promise<void> {
    await this.#alone(async () => {
      await this.#readPlaces();
      return {};
    });
  }

  /** All repositories, and those of them that are certainly no swarm's. */
  async #readPlaces(): Promise<{ places: Listed[]; others: Set<number> }> {
    try {
      const { places, unread } = await this.installations.places();
      for (const { account, error } of unread)
        this.#log.error({ account, err: error }, 'the installation cannot be read; the others go on');
      const failed = unread.map(({ installation }) => installation);
      return { places, others: await this.lent.fill(places, failed) };
    } finally {
      this.#areLentKnown = true;
      this.#lentKnown.resolve();
    }
  }

  /** Everything in every repository, or in one. One sweep at a time: two would meet in the bot's clone. */
  sweep(only: string | null): Promise<Sweep> {
    return this.#alone(() => this.#sweep(only));
  }

  #alone(sweep: () => Promise<Sweep>): Promise<Sweep> {
    const swept = this.#sweeping.then(sweep);
    this.#sweeping = swept.catch(() => undefined);
    return swept;
  }

  async #sweep(only: string | null): Promise<Sweep> {
    const { places, others } = await this.#readPlaces();
    if (only === null)
      return this.#sweepAll(places.filter(({ id, archived }) => !archived && !others.has(id)));
    const named = places.filter(({ owner, name }) => `${owner}/${name}`.toLowerCase() === only.toLowerCase());
    if (named.length === 0) return { [only]: { failed: 'the App is not installed there' } };
    if (!named.some((one) => this.#serves(one))) return { [only]: { failed: 'SWARMS does not name it' } };
    return this.#sweepAll(named, true);
  }

  /** @param saysWhy also of a repository that is left alone */
  async #sweepAll(places: Place[], saysWhy = false): Promise<Sweep> {
    const swept: Sweep = {};
    for (const place of places.filter((one) => this.#serves(one))) {
      const name = `${place.owner}/${place.name}`;
      try {
        const done = await sweepOne(await this.at(place));
        if (!('leftAlone' in done)) swept[name] = done;
        else if (saysWhy) swept[name] = { failed: done.leftAlone };
      } catch (error) {
        this.#log.error({ repository: name, err: error }, 'the sweep failed here; the next one tries again');
        swept[name] = { failed: error instanceof Error ? error.message : String(error) };
      }
    }
    return swept;
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    await this.#sweeping;
    await Promise.all(this.#waiting);
    await this.#lending.idle();
    for (const { bot } of this.#bots.values()) {
      const known = await bot.catch(() => null);
      await known?.serial.idle();
      await known?.pagesSoon.idle();
    }
  }
}

export type WebhookPayload = Payload &
  LendingPayload & { repository?: { name: string; default_branch: string; owner: { login: string } } };

interface Brief {
  id: number;
  node_id: string;
  full_name: string;
}
export interface InstallationPayload {
  action: string;
  installation: { id: number };
  repositories?: Brief[];
  repositories_added?: Brief[];
  repositories_removed?: Brief[];
}

function placeOf({ repository, installation }: WebhookPayload): Place | null {
  if (!repository || !installation) return null;
  return { owner: repository.owner.login, name: repository.name, installation: installation.id };
}
