import type { Logger } from 'pino';
import type { Lending } from '../flow/bot.ts';
import type { Octokits } from '../github/client.ts';
import { type LendingReading, lendingPort } from '../github/lending.ts';
import { isGone, type LentTo } from '../intake/report/lent.ts';
import { fullName } from '../lend/belief.ts';
import { BorrowedHeads } from '../lend/borrowed-heads.ts';
import { Registry } from '../lend/registry.ts';
import { RunsOut } from '../lend/runs-out.ts';
import type { Look } from '../model/event.ts';
import { look } from '../model/event.ts';
import type { LentMachine } from '../model/lent.ts';
import { inParallel } from './in-parallel.ts';
import type { Installations, Listed, Place } from './installations.ts';

/** Installations read at the same time. */
const AT_ONCE = 8;
/** A machine that says all the time that it is free wakes its swarm no more often in this time. */
const WAKES = 4;
const WAKES_MS = 60_000;

interface App {
  appId: number;
  /** Whether it works for a swarm. */
  serves: (swarm: Pick<Place, 'owner' | 'name'>) => boolean;
  /** Has a swarm look at something. */
  ask: (swarm: Place, asked: Look) => void;
}

/** Lent machines for all swarms of this App: reads their repositories, answers them, and reaches them. */
export class LentMachines {
  readonly registry: Registry;
  readonly #out = new RunsOut();
  readonly #borrowed = new BorrowedHeads();
  readonly #installations: Installations;
  readonly #appId: number;
  readonly #ask: (swarm: Place, asked: Look) => void;
  readonly #log: Logger;
  #woken = new Map<number, number[]>();
  #owed = new Set<number>();

  constructor(installations: Installations, { appId, serves, ask }: App, log: Logger) {
    this.registry = new Registry(this.#out, ({ owner, name }) => serves({ owner: owner.login, name }));
    this.#installations = installations;
    this.#appId = appId;
    this.#ask = ask;
    this.#log = log;
  }

  /** What the bot of a swarm is told, and how it reaches its machines. */
  of({ owner, name }: Pick<Place, 'owner' | 'name'>): Lending {
    const swarm = `${owner}/${name}`.toLowerCase();
    return {
      lent: {
        machines: () => this.registry.machines(swarm),
        sentTo: (lent) => this.registry.sentTo(swarm, lent),
        again: (lent) => this.#again(swarm, lent),
        borrowedOn: (pull) => this.#borrowed.of(swarm, pull),
        borrowing: () => this.#borrowed.all(swarm),
      },
      clientAt: (repository) => this.#clientAt(repository),
      saw: (subject, runs, orders) => {
        this.#borrowed.saw(swarm, subject, runs, orders);
        for (const repository of this.#out.saw(swarm, subject, runs, orders)) this.#isOver(repository);
      },
    };
  }

  /**
   * Reads all repositories anew, and forgets those that are not there any more. What cannot be read stays as it was known.
   * @returns GitHub's numbers of those that are certainly no swarm's
   */
  async fill(places: Listed[], unread: number[]): Promise<Set<number>> {
    const before = this.registry.free();
    const failed = new Set(unread);
    const others = new Set<number>();
    await inParallel([...Map.groupBy(places, (place) => place.installation)], AT_ONCE, async ([id, some]) => {
      try {
        const nodes = some.filter(({ archived }) => !archived).map(({ nodeId }) => nodeId);
        for (const reading of await this.#read(id, nodes)) if (!reading.isSwarm) others.add(reading.id);
      } catch (error) {
        failed.add(id);
        this.#log.warn(
          { installation: id, err: error },
          'what is lent there is read again at the next sweep',
        );
      }
    });
    this.registry.keepOnly(new Set(places.map(({ id }) => id)), failed);
    await this.#changed(before);
    return others;
  }

  /** Reads some repositories of an installation, and answers. @returns those that are certainly no swarm's */
  async read(installation: number, nodeIds: string[]): Promise<Set<number>> {
    const before = this.registry.free();
    const readings = await this.#read(installation, nodeIds);
    await this.#changed(before);
    return new Set(readings.filter(({ isSwarm }) => !isSwarm).map(({ id }) => id));
  }

  async #read(installation: number, nodeIds: string[]): Promise<LendingReading[]> {
    const port = lendingPort(await this.#installations.client(installation), this.#appId);
    const readings = await port.byId(nodeIds);
    for (const reading of readings) this.registry.take(reading, installation, new Date());
    return readings;
  }

  /** @param before the repositories whose machines were free */
  async #changed(before: ReadonlySet<number>): Promise<void> {
    for (const id of this.registry.free()) if (!before.has(id)) this.wake(id);
    await this.#answer();
  }

  /** Writes what has changed of the answers to machines' repositories. */
  async #answer(): Promise<void> {
    const due = this.registry.answers().filter(({ reading, said }) => !isSame(reading.answered, said));
    await inParallel(due, AT_ONCE, async ({ reading, installation, said }) => {
      try {
        await lendingPort(await this.#installations.client(installation), this.#appId).answer(reading, said);
        reading.answered = said;
      } catch (error) {
        this.#log.warn(
          { machine: fullName(reading), err: error },
          'the machine is answered at the next sweep',
        );
      }
    });
  }

  async #again(swarm: string, lent: LentTo): Promise<LentMachine | null> {
    const current = this.registry.sentTo(swarm, lent)?.repository;
    const repository = current ? `${current.owner}/${current.name}` : lent.repository;
    const [owner = '', name = ''] = repository.split('/');
    const known = this.registry.find(repository);
    try {
      const installation = known?.installation ?? (await this.#installations.at(owner, name));
      if (installation === null) return null;
      const port = lendingPort(await this.#installations.client(installation), this.#appId);
      const reading = await port.byName(owner, name);
      if (known && reading?.id !== known.reading.id) this.registry.drop(known.reading.id);
      if (!reading) return null;
      this.registry.take(reading, installation, new Date());
      return this.registry.sentTo(swarm, lent);
    } catch (error) {
      if (!isGone(error)) throw error;
      if (known) this.registry.drop(known.reading.id);
      return null;
    }
  }

  async #clientAt(repository: string): Promise<Octokits | null> {
    const [owner = '', name = ''] = repository.split('/');
    const known = this.registry.find(repository)?.installation;
    const installation = known ?? (await this.#installations.at(owner, name));
    return installation === null ? null : this.#installations.client(installation);
  }

  /** Its machine may have said that it is free before the bot knew what came of the run. */
  #isOver(repository: string): void {
    const known = this.registry.find(repository);
    if (known) this.wake(known.reading.id);
  }

  /** A machine has become free: who waits for one on its tracks is looked at, soon where that was often lately. */
  wake(id: number): void {
    const lent = this.registry.machineOf(id);
    this.#owed.delete(id);
    if (lent?.machine.availability?.status !== 'free') return;
    const now = Date.now();
    const lately = (this.#woken.get(id) ?? []).filter((at) => now - at < WAKES_MS);
    if (lately.length >= WAKES) {
      this.#owed.add(id);
      return;
    }
    this.#woken.set(id, [...lately, now]);
    for (const track of lent.machine.tracks) this.ask(lent.swarm, look({ kind: 'first-incumbent', track }));
  }

  /** Has a swarm look at something. */
  ask(swarm: string, asked: Look): void {
    const known = this.registry.find(swarm);
    if (!known) return;
    const { owner, name } = known.reading;
    this.#ask({ owner: owner.login, name, installation: known.installation }, asked);
  }

  /** Every few seconds, without a request: who waits for a machine that is silent is looked at. */
  tick(): void {
    for (const id of this.#owed) this.wake(id);
    for (const due of this.#out.due(new Date(), (swarm) => this.registry.machines(swarm)))
      this.ask(due.swarm, due.look);
  }
}

function isSame(a: LendingReading['answered'], b: NonNullable<LendingReading['answered']>): boolean {
  return a?.conclusion === b.conclusion && a.title === b.title && a.summary === b.summary;
}
