import { Control } from '@descent-swarm/github-emulator/control.ts';
import { Octokit } from '@octokit/rest';
import { EVENTS } from '../../app/create-app/manifest.ts';

export const REPO = { owner: 'descent', repo: 'descent' };
const FULL_NAME = `${REPO.owner}/${REPO.repo}`;
const SECRET = 'only for the stories';

interface Account {
  login: string;
  token: string;
}

type Made = Awaited<ReturnType<Control['app']>>;

/**
 * What demo, bench and stories have in common: an emulator with `descent/descent` on it, the bot's App, people and machines.
 * Whether bot and machines are processes, or the bot runs here and machines are played, is up to who founds it.
 */
export class Town {
  readonly url: string;
  readonly control: Control;
  readonly app: Made;
  /** Reads as anyone may. */
  readonly onlooker: Octokit;
  readonly #tokens: Map<string, string>;

  private constructor(url: string, app: Made, onlooker: string, known: Account[]) {
    this.url = url;
    this.control = new Control(url);
    this.app = app;
    this.onlooker = quiet(url, onlooker);
    this.#tokens = new Map(known.map(({ login, token }) => [login, token]));
  }

  /**
   * The App on a repository that is there already.
   * @param known who has an account already
   * @param webhook where the bot listens, or will
   */
  static async found(url: string, known: Account[], webhook: string): Promise<Town> {
    const control = new Control(url);
    const app = await control.app({
      slug: 'descent',
      repository: FULL_NAME,
      webhook_url: webhook,
      webhook_secret: SECRET,
      events: [...EVENTS],
    });
    return new Town(url, app, (await control.user('onlooker')).token, known);
  }

  get cloneUrl(): string {
    return `${this.url}/${FULL_NAME}.git`;
  }

  /** Login of the bot. */
  get bot(): string {
    return `${this.app.slug}[bot]`;
  }

  /** The bot's credentials, as `.env` would hold them. */
  get credentials() {
    return {
      APP_ID: String(this.app.id),
      PRIVATE_KEY: this.app.private_key,
      WEBHOOK_SECRET: SECRET,
      GITHUB_API_URL: this.url,
    };
  }

  /** The token of an account, which is made when there is none. */
  async tokenOf(login: string): Promise<string> {
    const token = this.#tokens.get(login) ?? (await this.control.user(login)).token;
    this.#tokens.set(login, token);
    return token;
  }

  /** GitHub as a user with an account sees it. */
  as(login: string): Octokit {
    const token = this.#tokens.get(login);
    if (token === undefined) throw new Error(`${login} has no account`);
    return quiet(this.url, token);
  }

  /** @param labels beside `self-hosted` and the owner's: those of the tracks it takes jobs of */
  async addMachine(owner: string, name: string, labels = ['descent-cpu']) {
    await this.tokenOf(owner);
    return this.control.machine({
      name: `${owner}.${name}`,
      owner,
      labels: ['self-hosted', ...labels, `owner-${owner}`],
      repository: FULL_NAME,
    });
  }
}

/** A client that writes no warnings among a story's lines. */
export function quiet(baseUrl: string, auth: string): Octokit {
  const silent = () => {};
  return new Octokit({ baseUrl, auth, log: { debug: silent, info: silent, warn: silent, error: silent } });
}
