import type { Logger } from 'pino';
import type { ApplicationFunction, Probot } from 'probot';
import { type Bot, type BotSettings, botAt } from '../flow/bot.ts';
import { type Sweep, sweepOne } from '../flow/sweep-repository.ts';
import { fromWebhook, type Payload } from '../intake/from-webhook.ts';
import { Installations, type Place } from './installations.ts';

/** The Probot app: a webhook is handed over and answered at once; the work happens behind it, one step at a time. */

const EVENTS = [
  'pull_request',
  'issue_comment.created',
  'workflow_run.completed',
  'check_run.rerequested',
  'check_suite.rerequested',
  'push',
  'installation.created',
  'installation_repositories.added',
] as const;

/** Names of the events that are heard, without their actions. */
export const HEARD: ReadonlySet<string> = new Set(EVENTS.map((event) => event.split('.')[0]!));

export class Descent {
  readonly installations: Installations;
  readonly #app: Probot;
  readonly #appId: number;
  readonly #own: BotSettings;
  readonly #log: Logger;
  #bots = new Map<string, { installation: number; bot: Promise<Bot> }>();
  #sweeping: Promise<unknown> = Promise.resolve();

  constructor(app: Probot, appId: number, own: BotSettings, log: Logger) {
    this.installations = new Installations(app);
    this.#app = app;
    this.#appId = appId;
    this.#own = own;
    this.#log = log;
  }

  /** The bot of a repository. An App that was removed and installed again has another installation, so it gets another bot. */
  at(place: Place): Promise<Bot> {
    const name = `${place.owner}/${place.name}`.toLowerCase();
    const known = this.#bots.get(name);
    if (known?.installation === place.installation) return known.bot;
    const bot = this.#app
      .auth(place.installation)
      .then((octokit) => botAt(octokit, { ...place, appId: this.#appId }, this.#own, this.#log));
    this.#bots.set(name, { installation: place.installation, bot });
    bot.catch(() => this.#bots.delete(name)); // the caller gets the error; the next event tries again
    return bot;
  }

  async receive(name: string, payload: WebhookPayload): Promise<void> {
    const place = placeOf(payload);
    if (!place) return;
    const asked = fromWebhook(name, payload, await this.#ownLogin());
    if ('ignored' in asked) {
      this.#log.debug({ ignored: asked.ignored }, 'webhook');
      return;
    }
    (await this.at(place)).serial.ask(asked);
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

  /** Everything in every repository, or in one. One sweep at a time: two would meet in the bot's clone. */
  sweep(only: string | null): Promise<Sweep> {
    const swept = this.#sweeping.then(() => this.#sweep(only));
    this.#sweeping = swept.catch(() => undefined);
    return swept;
  }

  async #sweep(only: string | null): Promise<Sweep> {
    const { places, unread } = await this.installations.places();
    for (const { account, error } of unread)
      this.#log.error({ account, err: error }, 'the installation cannot be read; the others go on');
    const wanted = places.filter(({ owner, name, archived }) =>
      only === null ? !archived : `${owner}/${name}`.toLowerCase() === only.toLowerCase(),
    );
    if (only !== null && wanted.length === 0) return { [only]: { failed: 'the App is not installed there' } };
    const swept: Sweep = {};
    for (const place of wanted) {
      const name = `${place.owner}/${place.name}`;
      try {
        const done = await sweepOne(await this.at(place));
        if (!('leftAlone' in done)) swept[name] = done;
        else if (only !== null) swept[name] = { failed: done.leftAlone };
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
    for (const { bot } of this.#bots.values()) {
      const known = await bot.catch(() => null);
      await known?.serial.idle();
      await known?.pagesSoon.idle();
    }
  }
}

type WebhookPayload = Payload & {
  repository?: { name: string; default_branch: string; owner: { login: string } };
  installation?: { id: number };
};

function placeOf({ repository, installation }: WebhookPayload): Place | null {
  if (!repository || !installation) return null;
  return { owner: repository.owner.login, name: repository.name, installation: installation.id };
}

/** Subscribes; `ready` gets the app once it has started. */
export function descentApp(
  appId: number,
  own: BotSettings,
  log: Logger,
  ready: (descent: Descent) => void,
): ApplicationFunction {
  return (app) => {
    const descent = new Descent(app, appId, own, log);
    app.on([...EVENTS], async ({ name, payload }) => {
      if (name === 'installation' || name === 'installation_repositories')
        void descent
          .sweep(null)
          .catch((error: unknown) => log.error({ err: error }, 'sweep after installation'));
      else await descent.receive(name, payload as unknown as WebhookPayload);
    });
    ready(descent);
  };
}
