import { CONFIG_PATH } from '../../core/formats/config.ts';
import { STATE_BRANCH } from '../../core/formats/lending/availability.ts';
import { MACHINE_FILE } from '../../core/formats/lending/machine-file.ts';
import { MACHINE_CHECK } from '../github/lending.ts';
import { lookFromTitle } from '../intake/from-webhook.ts';
import type { LentMachines } from './lending.ts';

/** The parts of GitHub's payloads that concern machines' repositories. */
export interface LendingPayload {
  action?: string;
  installation?: { id: number };
  repository?: { id: number; node_id: string; default_branch: string };
  ref?: string;
  deleted?: boolean;
  head_commit?: { message?: string; timestamp?: string } | null;
  commits?: { added?: string[]; modified?: string[]; removed?: string[] }[];
  workflow_run?: {
    display_title: string;
    event: string;
    run_attempt?: number;
    actor?: { login: string } | null;
  };
  check_run?: { name: string };
}

/** What follows from events in machines' repositories. */
export class LendingEvents {
  readonly #lent: LentMachines;
  readonly #failed: (error: unknown) => void;
  #reading = new Map<number, { again: boolean; done: Promise<void> }>();

  constructor(lent: LentMachines, failed: (error: unknown) => void) {
    this.#lent = lent;
    this.#failed = failed;
  }

  /**
   * @param bot its login; null while that is unknown
   * @returns whether that is all: the repository is no swarm's
   */
  hear(name: string, payload: LendingPayload, bot: string | null): boolean {
    const { repository, installation } = payload;
    if (!repository || !installation) return false;
    const { registry } = this.#lent;
    const isKnown = registry.has(repository.id);
    if (name === 'push') this.#pushed(payload, repository, installation.id);
    if (!isKnown) return false;
    if (name === 'repository' && payload.action === 'deleted') registry.drop(repository.id);
    else if (name === 'repository' || (name === 'check_run' && asksAgain(payload)))
      this.#readSoon(repository, installation.id);
    if (name === 'workflow_run') this.#ended(payload, repository.id, bot);
    return registry.isMachines(repository.id);
  }

  #pushed(payload: LendingPayload, repository: Repository, installation: number): void {
    const { registry } = this.#lent;
    if (payload.ref === `refs/heads/${STATE_BRANCH}`) {
      if (payload.deleted) registry.silence(repository.id);
      else {
        const { message = '', timestamp } = payload.head_commit ?? {};
        if (registry.hear(repository.id, message, new Date(), timestamp)) this.#lent.wake(repository.id);
      }
      return;
    }
    if (payload.ref !== `refs/heads/${repository.default_branch}`) return;
    if (registry.isMachines(repository.id) || touches(payload, MACHINE_FILE) || touches(payload, CONFIG_PATH))
      this.#readSoon(repository, installation);
  }

  /** A run of the bot's own has ended. An owner who repeats it, or starts another, tells nothing. */
  #ended({ action, workflow_run: run }: LendingPayload, repository: number, bot: string | null): void {
    const swarm = this.#lent.registry.swarmOf(repository);
    if (swarm === null || action !== 'completed' || run?.event !== 'workflow_dispatch') return;
    if ((run.run_attempt ?? 1) !== 1 || (bot !== null && run.actor?.login !== bot)) return;
    const asked = lookFromTitle(run.display_title);
    if (asked) this.#lent.ask(swarm, asked);
  }

  /** However many pushes come, one reading is under way, and at most one follows it after a pause. */
  #readSoon(repository: Repository, installation: number): void {
    const under = this.#reading.get(repository.id);
    if (under) {
      under.again = true;
      return;
    }
    const state = { again: true, done: Promise.resolve() };
    state.done = this.#read(repository, installation, state).finally(() =>
      this.#reading.delete(repository.id),
    );
    this.#reading.set(repository.id, state);
  }

  async #read({ node_id }: Repository, installation: number, state: { again: boolean }): Promise<void> {
    for (let times = 0; state.again; times += 1) {
      if (times > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      state.again = false;
      await this.#lent.read(installation, [node_id]).catch(this.#failed);
    }
  }

  /** Resolves when nothing is being read. */
  async idle(): Promise<void> {
    await Promise.all([...this.#reading.values()].map(({ done }) => done));
  }
}

type Repository = NonNullable<LendingPayload['repository']>;

/** Between two readings of a repository that is pushed to all the time. */
const PAUSE_MS = 2000;

function asksAgain({ action, check_run: check }: LendingPayload): boolean {
  return action === 'rerequested' && check?.name === MACHINE_CHECK;
}

/** GitHub lists at most twenty commits; after more of them the sweep finds it. */
function touches({ commits = [] }: LendingPayload, path: string): boolean {
  return commits.some(({ added = [], modified = [], removed = [] }) =>
    [...added, ...modified, ...removed].includes(path),
  );
}
