import type { LoggedRequest } from '../stage.ts';
import type { Delivery } from '../webhooks.ts';
import type {
  AppMade,
  AppWanted,
  ArchiveMade,
  ButtonPressed,
  CollaboratorWanted,
  FaultsWanted,
  InstallationChange,
  InstallationMade,
  InstallationWanted,
  MachineMade,
  MachineWanted,
  RepositoryMade,
  RepositoryWanted,
  TokenMade,
  UserMade,
} from './schemas.ts';

export type { FaultsWanted } from './schemas.ts';

/** The client of `/_emulator/`, for programs that set up an emulator, in this process or another. */
export class Control {
  readonly #url: string;

  /** @param url of the emulator */
  constructor(url: string) {
    this.#url = `${url}/_emulator/`;
  }

  /** A new account, and a token of it. */
  user(login: string): Promise<UserMade> {
    return this.ask('POST', 'users', { login });
  }

  /** Another token of an account, with these scopes alone. */
  token(login: string, scopes: string[]): Promise<TokenMade> {
    return this.ask('POST', 'tokens', { login, scopes });
  }

  repository(wanted: RepositoryWanted): Promise<RepositoryMade> {
    return this.ask('POST', 'repositories', wanted);
  }

  collaborator(wanted: CollaboratorWanted): Promise<unknown> {
    return this.ask('PUT', 'collaborators', wanted);
  }

  /** Creates an App and installs it. */
  app(wanted: AppWanted): Promise<AppMade> {
    return this.ask('POST', 'apps', wanted);
  }

  /** The owner of the repositories installs an App on them, as by a click on GitHub's page. */
  install(app: number, repositories: InstallationWanted['repositories']): Promise<InstallationMade> {
    return this.ask('POST', 'installations', { app, repositories });
  }

  /** The owner chooses other repositories, or suspends the App or lets it work again. */
  changeInstallation(id: number, change: InstallationChange): Promise<unknown> {
    return this.ask('PATCH', `installations/${id}`, change);
  }

  uninstall(id: number): Promise<unknown> {
    return this.ask('DELETE', `installations/${id}`);
  }

  moveWebhook(app: number, url: string): Promise<unknown> {
    return this.ask('PATCH', `apps/${app}`, { webhook_url: url });
  }

  press(button: ButtonPressed): Promise<unknown> {
    return this.ask('POST', 'buttons', button);
  }

  machine(wanted: MachineWanted): Promise<MachineMade> {
    return this.ask('POST', 'machines', wanted);
  }

  removeMachine(id: number): Promise<unknown> {
    return this.ask('DELETE', `machines/${id}`);
  }

  /** GitHub's runner, or what stands in for it here. @param filename such as `actions-runner-linux-x64-2.335.0.tar.gz` */
  runnerArchive(filename: string): Promise<ArchiveMade> {
    return this.ask('GET', `runner-archives/${filename}`);
  }

  /** Older runners are told that they are deprecated when they connect. */
  minimumRunner(version: string): Promise<unknown> {
    return this.ask('PUT', 'minimum-runner', { version });
  }

  /** These faults and no others; none when nothing is given. */
  faults(wanted: FaultsWanted = {}): Promise<unknown> {
    return this.ask('PUT', 'faults', wanted);
  }

  /** @param since the number of the last request that is not wanted */
  requests(since = 0): Promise<LoggedRequest[]> {
    return this.ask('GET', `requests?since=${since}`);
  }

  /** @param outcome only those with it */
  deliveries(outcome?: Delivery['outcome']): Promise<Delivery[]> {
    return this.ask('GET', outcome ? `deliveries?outcome=${outcome}` : 'deliveries');
  }

  redeliver(guid: string): Promise<unknown> {
    return this.ask('POST', `deliveries/${guid}/redeliver`);
  }

  /** Any call, typed by the caller: for what the doors must refuse. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_emulator/${path}: ${response.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }
}
