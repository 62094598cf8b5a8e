import { parseConfig } from '../../core/formats/config.ts';
import { type Availability, parseAvailability } from '../../core/formats/lending/availability.ts';
import type { LendingReading } from '../github/lending.ts';
import type { LentMachine } from '../model/lent.ts';
import type { MachineSaid } from '../say/machine-check.ts';
import { type Believed, beliefsOf, fullName, identityOf, isMachines, lendingTracks } from './belief.ts';
import type { RunsOut } from './runs-out.ts';

/**
 * What is known of lent machines, in memory: read anew at the start and at each sweep, changed by events. A restart loses nothing.
 * Machines and swarms are known by GitHub's number of their repository, so that a new name changes nothing else.
 */
export class Registry {
  #known = new Map<number, Known>();
  /** Made when it is asked for, after each change of a repository. */
  #beliefs: ReturnType<typeof beliefsOf> | null = null;
  readonly #out: RunsOut;
  readonly #serves: (swarm: LendingReading) => boolean;

  constructor(out: RunsOut, serves: (swarm: LendingReading) => boolean) {
    this.#out = out;
    this.#serves = serves;
  }

  /** What a repository says now. `now` is when it was read. */
  take(read: LendingReading, installation: number, now: Date): void {
    const { id, state } = read;
    const before = this.#known.get(id);
    this.drop(id);
    const reading = before ? withConfigOf(before.reading, read) : read;
    if (!isMachines(reading) && !(reading.isSwarm && this.#serves(reading))) return;
    const known: Known = { reading, installation, said: state === null ? null : (before?.said ?? null) };
    this.#known.set(id, known);
    // A clock that runs ahead must not make an old word fresh each time it is read.
    if (state !== null) this.#hear(known, state.message, earlier(state.at, now, GIT_MS), state.at, now);
  }

  /** GitHub's numbers of the repositories whose machines are free. */
  free(): Set<number> {
    return new Set([...this.#believed().keys()].filter((id) => isFree(this.machineOf(id))));
  }

  /**
   * A push to the branch `state`: the message of its commit.
   * @param made when git says that the commit was made; the client names no date, so it is GitHub's clock
   * @returns whether the machine has become free
   */
  hear(id: number, message: string, received: Date, made = ''): boolean {
    const known = this.#known.get(id);
    if (!known) return false;
    const wasFree = isFree(this.machineOf(id));
    this.#hear(known, message, received, made, received);
    return !wasFree && isFree(this.machineOf(id));
  }

  /** The branch `state` is gone: the machine says nothing. */
  silence(id: number): void {
    const known = this.#known.get(id);
    if (known) known.said = null;
  }

  #hear(known: Known, message: string, latest: Date, made: string, received: Date): void {
    if (message.length > MESSAGE_LIMIT || known.said?.message === message) return;
    const availability = parseAvailability(message);
    if (!availability) return;
    const order = earlier(availability.at, latest).toISOString();
    // Events come late, twice and in any order; an old one changes nothing.
    if (known.said && known.said.order >= order) return;
    // A client's clock may be slow: it tells which of its words is the newer one, and not how old a word is.
    const at = Number.isNaN(Date.parse(made)) ? order : earlier(made, received, GIT_MS).toISOString();
    known.said = { message, order, availability: { ...availability, at } };
  }

  drop(id: number): void {
    this.#known.delete(id);
    this.#beliefs = null;
  }

  /** Forgets what is not among these repositories, of the installations that were read. */
  keepOnly(ids: ReadonlySet<number>, unread: ReadonlySet<number>): void {
    for (const [id, { installation }] of this.#known)
      if (!ids.has(id) && !unread.has(installation)) this.drop(id);
  }

  dropInstallation(installation: number): void {
    for (const [id, known] of this.#known) if (known.installation === installation) this.drop(id);
  }

  isMachines(id: number): boolean {
    const known = this.#known.get(id);
    return known !== undefined && isMachines(known.reading);
  }

  has(id: number): boolean {
    return this.#known.has(id);
  }

  /** What is answered to repositories that want to be a machine's. */
  answers(): { reading: LendingReading; installation: number; said: MachineSaid }[] {
    return [...this.#believed()].map(([id, { said }]) => ({ ...this.#known.get(id)!, said }));
  }

  /** The machines that are lent to a swarm, by its full name. */
  machines(swarm: string): LentMachine[] {
    return [...this.#believed().keys()].flatMap((id) => {
      const lent = this.machineOf(id);
      return lent && lent.swarm === swarm.toLowerCase() ? [lent.machine] : [];
    });
  }

  /** The believed machine of a repository, with the full name of its swarm in lower case; null for any other repository. */
  machineOf(id: number): { swarm: string; machine: LentMachine } | null {
    const known = this.#known.get(id);
    const believed = this.#believed().get(id)?.believed;
    if (!known || !believed) return null;
    return { swarm: believed.swarm, machine: this.#machine(known, believed) };
  }

  /**
   * The machine of an owner that a run was sent to, whatever its repository is called now, and whether or not it would get another run.
   * @param swarm full name in lower case
   */
  sentTo(swarm: string, { ownerId, name }: { ownerId: number; name: string }): LentMachine | null {
    for (const known of this.#known.values()) {
      if (known.reading.owner.id !== ownerId) continue;
      const identity = identityOf(known.reading);
      if (identity?.swarm === swarm && identity.name === name)
        return this.#machine(known, { ...identity, tracks: [], accepts: [] });
    }
    return null;
  }

  #machine({ reading, said }: Known, { name, machine, tracks, accepts }: Believed): LentMachine {
    const availability = said?.availability.machine === machine ? said.availability : null;
    return {
      owner: reading.owner,
      repository: { owner: reading.owner.login, name: reading.name, branch: reading.head!.branch },
      name,
      tracks: tracks.filter((track) => availability?.tracks.includes(track) ?? true),
      accepts,
      availability,
      out: this.#out.at(fullName(reading)),
    };
  }

  /** Full name in lower case of the swarm that a machine's repository names; null for any other repository. */
  swarmOf(id: number): string | null {
    const known = this.#known.get(id);
    return (known && identityOf(known.reading)?.swarm) ?? null;
  }

  /** A repository by its full name, whatever it is. */
  find(name: string): { reading: LendingReading; installation: number } | null {
    const wanted = name.toLowerCase();
    return (
      [...this.#known.values()].find(({ reading }) => fullName(reading).toLowerCase() === wanted) ?? null
    );
  }

  #believed(): ReturnType<typeof beliefsOf> {
    this.#beliefs ??= beliefsOf([...this.#known.values()].map(({ reading }) => reading));
    return this.#beliefs;
  }
}

interface Known {
  reading: LendingReading;
  installation: number;
  /** `order`: when its client said it, by its own clock. */
  said: { message: string; order: string; availability: Availability } | null;
}

/** More than any client writes. */
const MESSAGE_LIMIT = 8192;

/** Settings of a swarm that nobody can read stop its bot, and are fixed soon: until then its machines stay as they were. */
function withConfigOf(before: LendingReading, now: LendingReading): LendingReading {
  const isBroken = now.config !== null && !parseConfig(now.config).ok;
  return isBroken && lendingTracks(before) ? { ...now, config: before.config } : now;
}

/** Git keeps whole seconds. */
const GIT_MS = 999;

function earlier(at: string, latest: Date, more = 0): Date {
  const said = new Date(Date.parse(at) + more);
  return said < latest ? said : latest; // also where `at` is no time
}

function isFree(lent: ReturnType<Registry['machineOf']> | undefined): boolean {
  return lent?.machine.availability?.status === 'free';
}
