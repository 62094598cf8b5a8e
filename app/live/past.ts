import { type EventsFile, eventLine, eventsPath, parseEvent } from '../../core/formats/events.ts';

/** The newest events as main has them, so that a page that was away gets what it missed without a request of its own to GitHub. */

/** Lines that a page has read of a file, as its events' ids say them: `12:34`. */
export interface Position {
  file: number;
  lines: number;
}

export interface Sent {
  id: string;
  line: string;
}

/** Files that are kept, and characters that one page is sent at once. A page that missed more reads them from GitHub itself. */
const FILES = 4;
const MISSED = 256 * 1024;

/** A line as it stands there, and as it is sent; null for what is no event. */
type Line = { text: string; line: string | null };

export class Past {
  readonly #readFile: (path: string) => Promise<string | null>;
  readonly #files = new Map<number, Line[]>();
  #newest: number;

  /** @param readFile text of a file on main; null where there is none */
  constructor(newest: EventsFile | null, readFile: (path: string) => Promise<string | null>) {
    this.#readFile = readFile;
    this.#newest = newest?.number ?? 0;
    this.#files.set(this.#newest, linesOf(newest?.text));
  }

  get end(): Position {
    return { file: this.#newest, lines: this.#files.get(this.#newest)!.length };
  }

  /**
   * Main has gone on.
   * @returns false where it has not: somebody has put another history there, or more is new than is kept
   */
  async goOn(newest: EventsFile | null): Promise<boolean> {
    const number = newest?.number ?? 0;
    const before = this.#newest;
    if (number < before || number - before >= FILES) return false;
    const found = new Map<number, Line[]>();
    for (let file = before; file < number; file += 1)
      found.set(file, linesOf(await this.#readFile(eventsPath(file))));
    found.set(number, linesOf(newest?.text));
    const known = this.#files.get(before)!;
    if (known.some(({ text }, i) => found.get(before)![i]?.text !== text)) return false;
    for (const [file, lines] of found) this.#files.set(file, lines);
    this.#newest = number;
    for (const file of this.#files.keys()) if (file <= number - FILES) this.#files.delete(file);
    return true;
  }

  /** Reads what a page at this position missed. */
  async reach({ file }: Position): Promise<void> {
    if (file <= this.#newest - FILES) return;
    for (let number = file; number < this.#newest; number += 1) {
      if (this.#files.has(number)) continue;
      const lines = linesOf(await this.#readFile(eventsPath(number)));
      if (!this.#files.has(number)) this.#files.set(number, lines);
    }
  }

  /** The events after a position; null where it lies ahead, or too far behind. */
  after({ file, lines }: Position): Sent[] | null {
    if (lines > (this.#files.get(file)?.length ?? -1)) return null;
    const found: Sent[] = [];
    let characters = 0;
    for (let number = file; number <= this.#newest; number += 1) {
      for (const [i, { line }] of (this.#files.get(number) ?? []).entries()) {
        if ((number === file && i < lines) || line === null) continue;
        found.push({ id: `${number}:${i + 1}`, line });
        characters += line.length;
      }
    }
    return characters > MISSED ? null : found;
  }
}

/** A last line that does not end is not written yet. */
function linesOf(file: string | null | undefined): Line[] {
  const lines = (file ?? '').split('\n').slice(0, -1);
  return lines.map((text) => {
    const event = parseEvent(text);
    return { text, line: typeof event === 'string' ? null : eventLine(event) };
  });
}
