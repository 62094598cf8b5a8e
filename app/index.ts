import type { Logger } from 'pino';
import type { ApplicationFunction, Probot } from 'probot';
import { type Bot, botAt } from './bot.ts';
import { fromWebhook, type Payload } from './intake/from-webhook.ts';
import { prepareRepository, type Swept, sweepRepository } from './sweep-repository.ts';

/** The Probot app: a webhook is handed over and answered at once; the work happens behind it, one step at a time. */

const EVENTS = [
  'pull_request',
  'issue_comment.created',
  'workflow_run.completed',
  'check_run.rerequested',
  'push',
  'installation.created',
  'installation_repositories.added',
] as const;

export interface Place {
  owner: string;
  name: string;
  installation: number;
}

export class Descent {
  readonly #app: Probot;
  readonly #appId: number;
  #login: Promise<string> | null = null;
  #bots = new Map<string, Promise<Bot>>();

  readonly #log: Logger;

  readonly #cache: string;

  constructor(app: Probot, appId: number, cache: string, log: Logger) {
    this.#app = app;
    this.#appId = appId;
    this.#cache = cache;
    this.#log = log;
  }

  /** Login of the bot, e.g. `descent[bot]`. */
  login(): Promise<string> {
    this.#login ??= this.#readLogin();
    return this.#login;
  }

  async #readLogin(): Promise<string> {
    const octokit = await this.#app.auth();
    const { data } = await octokit.request('GET /app');
    if (!data) throw new Error('GitHub does not know this App: check APP_ID and PRIVATE_KEY');
    return `${data.slug}[bot]`;
  }

  at(place: Place): Promise<Bot> {
    const name = `${place.owner}/${place.name}`;
    const known = this.#bots.get(name);
    if (known) return known;
    const made = this.#app
      .auth(place.installation)
      .then((octokit) => botAt(octokit, { ...place, appId: this.#appId }, this.#cache, this.#log));
    this.#bots.set(name, made);
    return made;
  }

  async places(): Promise<Place[]> {
    const app = await this.#app.auth();
    const { data: installations } = await app.request('GET /app/installations', { per_page: 100 });
    const places: Place[] = [];
    for (const installation of installations) {
      const octokit = await this.#app.auth(installation.id);
      const { data } = await octokit.request('GET /installation/repositories', { per_page: 100 });
      for (const { owner, name } of data.repositories)
        places.push({ owner: owner.login, name, installation: installation.id });
    }
    return places;
  }

  async receive(name: string, payload: WebhookPayload): Promise<void> {
    const place = placeOf(payload);
    if (!place) return;
    const asked = fromWebhook(name, payload, await this.login());
    if ('ignored' in asked) {
      this.#log.debug({ ignored: asked.ignored }, 'webhook');
      return;
    }
    (await this.at(place)).serial.ask(asked);
  }

  /** Everything in every repository, or in one. */
  async sweep(only: string | null): Promise<Record<string, Swept>> {
    const swept: Record<string, Swept> = {};
    for (const place of await this.places()) {
      const name = `${place.owner}/${place.name}`;
      if (only !== null && name.toLowerCase() !== only.toLowerCase()) continue;
      const bot = await this.at(place);
      await prepareRepository(bot);
      swept[name] = await sweepRepository(bot);
    }
    return swept;
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    for (const bot of await Promise.all(this.#bots.values())) await bot.serial.idle();
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

/** Subscribes; `ready` gets the app for whoever starts it. */
export function descentApp(
  appId: number,
  cache: string,
  log: Logger,
  ready: (descent: Descent) => void,
): ApplicationFunction {
  return (app) => {
    const descent = new Descent(app, appId, cache, log);
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
