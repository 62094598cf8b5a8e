import type { Probot } from 'probot';
import { makePatient, PATIENT } from '../../core/github/patience.ts';
import { asPortError } from '../github/errors.ts';
import { inParallel } from './in-parallel.ts';

/** What GitHub says about the App itself: who it is and where it is installed. */

/** Installations asked at the same time. */
const AT_ONCE = 8;

export interface Place {
  owner: string;
  name: string;
  installation: number;
}

/** A repository as GitHub lists it. */
export interface Listed extends Place {
  /** GitHub's number of it, and its global id. */
  id: number;
  nodeId: string;
  /** Read-only: there is nothing to do. */
  archived: boolean;
}

/** An installation that could not be read. The others are not concerned. */
export interface Unread {
  installation: number;
  /** Login of the account it is installed on. */
  account: string;
  error: unknown;
}

/** The credentials are wrong: no request of this process will ever succeed. */
export class CredentialsError extends Error {
  override name = 'CredentialsError';
}

/** The client that speaks for the App alone, not for an installation. It waits out what passes. */
async function appClient(app: Probot, patient: WeakSet<object>) {
  const octokit = await app.auth();
  if (!patient.has(octokit)) {
    makePatient(octokit, PATIENT);
    patient.add(octokit);
  }
  return octokit;
}

export class Installations {
  readonly #app: Probot;
  #patient = new WeakSet<object>();
  #clients = new Map<number, ReturnType<Probot['auth']>>();
  #login: Promise<string> | null = null;

  constructor(app: Probot) {
    this.#app = app;
  }

  /**
   * Login of the bot, e.g. `descent[bot]`. Asked once; a failure is not remembered.
   * @throws CredentialsError when GitHub does not know the App or its key
   */
  login(): Promise<string> {
    this.#login ??= this.#readLogin().catch((error: unknown) => {
      this.#login = null;
      throw error;
    });
    return this.#login;
  }

  async #readLogin(): Promise<string> {
    const octokit = await appClient(this.#app, this.#patient);
    try {
      const { data } = await octokit.request('GET /app');
      if (data) return `${data.slug}[bot]`;
    } catch (error) {
      const { status, message } = error as { status?: number; message: string };
      // Without a status nothing was sent: the key could not sign.
      if (status !== undefined && ![401, 403, 404].includes(status)) throw error;
      throw new CredentialsError(
        `GitHub does not accept APP_ID with PRIVATE_KEY (${status ?? 'the key cannot be used'}: ${message.split('\n')[0]}). ` +
          "Compare both with the App's settings page on GitHub.",
      );
    }
    throw new CredentialsError('GitHub does not know this App. Compare APP_ID with its settings page.');
  }

  /** Every repository of every installation that is not suspended. One that cannot be read is reported on its own. */
  async places(): Promise<{ places: Listed[]; unread: Unread[] }> {
    const octokit = await appClient(this.#app, this.#patient);
    const installations = await octokit.paginate('GET /app/installations', { per_page: 100 });
    const places: Listed[] = [];
    const unread: Unread[] = [];
    const working = installations.filter(({ suspended_at }) => !suspended_at);
    await inParallel(working, AT_ONCE, async ({ id, account }) => {
      const name = account && 'login' in account ? account.login : `installation ${id}`;
      try {
        places.push(...(await this.#repositoriesOf(id)));
      } catch (error) {
        unread.push({ installation: id, account: name, error });
      }
    });
    const order = new Map(working.map(({ id }, i) => [id, i]));
    places.sort((a, b) => order.get(a.installation)! - order.get(b.installation)!);
    return { places, unread };
  }

  async #repositoriesOf(installation: number): Promise<Listed[]> {
    const octokit = await this.client(installation);
    const repositories = await octokit.paginate('GET /installation/repositories', { per_page: 100 });
    return repositories
      .filter((one) => !one.disabled)
      .map(({ id, node_id, owner, name, archived = false }) => ({
        ...{ id, nodeId: node_id, owner: owner.login, name, installation, archived },
      }));
  }

  /** The client that speaks for an installation. It waits out what passes. */
  client(installation: number): ReturnType<Probot['auth']> {
    const known = this.#clients.get(installation);
    if (known) return known;
    const made = this.#app.auth(installation).then((octokit) => {
      makePatient(octokit, PATIENT);
      return octokit;
    });
    this.#clients.set(installation, made);
    made.catch(() => this.#clients.delete(installation));
    return made;
  }

  /** Number of the installation with this repository; null where there is none. */
  async at(owner: string, repo: string): Promise<number | null> {
    const octokit = await appClient(this.#app, this.#patient);
    try {
      return (await octokit.request('GET /repos/{owner}/{repo}/installation', { owner, repo })).data.id;
    } catch (error) {
      if ((error as { status?: number }).status === 404) return null;
      throw asPortError(`find the installation on ${owner}/${repo}`, error);
    }
  }

  /** It was removed. */
  forget(installation: number): void {
    this.#clients.delete(installation);
  }
}
