import type { Now } from '../../core/formats/now.ts';
import { Soon } from '../flow/soon.ts';
import type { MainReading, Port } from '../github/port.ts';
import type { LentMachine } from '../model/lent.ts';
import type { Listener } from './listener.ts';
import { nowOf } from './now.ts';
import { Past, type Position } from './past.ts';

/**
 * What pages that listen to one repository hear: new lines of its events, and the state of queue and machines, both from one reading
 * after something changed. Nothing is read while nobody listens.
 */

/** Readings may follow each other at once a few times; in the long run there is one in so many milliseconds. */
const EVERY = 10_000;
/** What comes so close together is read together. */
const QUIET = 300;

export interface ChannelSource {
  port: Pick<Port, 'readMain' | 'readFile'>;
  machines: () => LentMachine[];
  failed: (error: unknown) => void;
}

export class Channel {
  readonly #source: ChannelSource;
  readonly #soon = new Soon(EVERY, QUIET, () => this.#read());
  readonly #listeners = new Set<Listener>();
  /** Something has changed since the last reading. */
  #isStale = true;
  #reading: Promise<void> | null = null;
  #main: MainReading | null = null;
  #past: Past | null = null;
  #now: Now | null = null;
  /** What the pages were told last, and when they may be told the next. */
  #said = '';
  #tellAfter = 0;

  constructor(source: ChannelSource) {
    this.#source = source;
  }

  /** The bot has looked at something, or GitHub says that something happened. */
  changed(): void {
    this.#isStale = true;
    if (this.#listeners.size > 0) this.#soon.ask();
  }

  /** Every few seconds, without a request: machines fall silent by themselves, and a reading that failed is tried again. */
  tick(now: Date): void {
    if (this.#listeners.size === 0) return;
    this.#tell(now);
    if (this.#isStale) this.#soon.ask();
  }

  /**
   * Whether a page that has read so far can be told what it missed.
   * @param from null for a page that asks for nothing old
   * @returns `hidden` where the repository is not known to be everybody's, `unknown` where GitHub cannot be read now, `elsewhere` where
   * the page must read it from GitHub itself
   */
  async reach(from: Position | null): Promise<'reached' | 'hidden' | 'unknown' | 'elsewhere'> {
    if (this.#isStale)
      this.#reading ??= this.#soon.now().finally(() => {
        this.#reading = null;
      });
    await this.#reading; // also the one that somebody else began
    const past = this.#past;
    if (!past) return 'hidden';
    try {
      if (from !== null) await past.reach(from);
      if (from === null || past.after(from) !== null) return 'reached';
    } catch (error) {
      this.#source.failed(error);
      return 'unknown';
    }
    return 'elsewhere';
  }

  /** @param from a position that was reached just now */
  add(listener: Listener, from: Position | null): void {
    const missed = this.#past?.after(from ?? this.#past.end);
    if (!missed) listener.end(); // another history came between
    for (const { id, line } of missed ?? []) listener.send(line, { id });
    if (this.#now) listener.send(JSON.stringify(this.#now), { name: 'now' });
    this.#listeners.add(listener);
    listener.onClose(() => this.#listeners.delete(listener));
  }

  beat(): void {
    for (const listener of this.#listeners) listener.beat();
  }

  /** All pages go, and come back with what they know. */
  end(): void {
    for (const listener of this.#listeners) listener.end();
    this.#listeners.clear();
  }

  async #read(): Promise<void> {
    if (!this.#isStale) return;
    this.#isStale = false;
    const { port, failed } = this.#source;
    try {
      const main = await port.readMain();
      const { events, oid } = main.main;
      if (!main.repository.isPublic) {
        this.#hide();
        return;
      }
      const end = this.#past?.end;
      this.#main = main;
      const goesOn = await this.#past?.goOn(events);
      if (!goesOn) {
        this.#past = new Past(events, (path) => port.readFile(path, this.#main?.main.oid ?? oid));
        this.end();
      }
      for (const { id, line } of (goesOn && this.#past!.after(end!)) || [])
        for (const listener of this.#listeners) listener.send(line, { id });
      this.#tell(new Date());
    } catch (error) {
      this.#isStale = true;
      failed(error);
    }
  }

  /** Its owner keeps it from the public, now or since ever. */
  #hide(): void {
    this.end();
    [this.#main, this.#past, this.#now, this.#said] = [null, null, null, ''];
  }

  /** Says how queue and machines are, where that is news; the longer it is the more seldom. */
  #tell(at: Date): void {
    const now = this.#main && nowOf(this.#main, this.#source.machines(), at);
    if (!now) return;
    this.#now = now;
    const said = factsOf(now);
    if (said === this.#said || at.getTime() < this.#tellAfter) return;
    this.#said = said;
    this.#tellAfter = at.getTime() + said.length * MS_A_CHARACTER;
    for (const listener of this.#listeners) listener.send(JSON.stringify(now), { name: 'now' });
  }
}

/** A page gets no more than a kilobyte in a second of it. */
const MS_A_CHARACTER = 1;

/** Without the times that change while all else stays. */
function factsOf(now: Now): string {
  return JSON.stringify({ ...now, at: null, machines: now.machines.map((one) => ({ ...one, heard: null })) });
}
