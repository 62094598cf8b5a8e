import type { Probot } from 'probot';
import { makePatient, PATIENT } from '../../core/github/patience.ts';

/** What GitHub says about the App itself: who it is and where it is installed. */

export interface Place {
  owner: string;
  name: string;
  installation: number;
}

/** A repository as GitHub lists it. */
interface Listed extends Place {
  /** Read-only: there is nothing to do. */
  archived: boolean;
}

/** An installation that could not be read. The others are not concerned. */
export interface Unread {
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
    for (const { id, account, suspended_at } of installations) {
      if (suspended_at) continue;
      const name = account && 'login' in account ? account.login : `installation ${id}`;
      try {
        places.push(...(await this.#repositoriesOf(id)));
      } catch (error) {
        unread.push({ account: name, error });
      }
    }
    return { places, unread };
  }

  async #repositoriesOf(installation: number): Promise<Listed[]> {
    const octokit = await this.#app.auth(installation);
    makePatient(octokit, PATIENT);
    const repositories = await octokit.paginate('GET /installation/repositories', { per_page: 100 });
    return repositories
      .filter((one) => !one.disabled)
      .map(({ owner, name, archived = false }) => ({ owner: owner.login, name, installation, archived }));
  }
}
