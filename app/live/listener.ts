import type { ServerResponse } from 'node:http';

/** One page that listens: server-sent events onto its connection. It never waits for a page. */

/** What a page has not taken yet. Beside what the network itself keeps, a page that is so far behind is a slow or a false one. */
const BEHIND = 512 * 1024;

export class Listener {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse, headers: Record<string, string>) {
    this.#response = response;
    response.on('error', () => {}); // its connection broke: `close` follows
    response.writeHead(200, headers);
    // Pages come back one by one after a restart.
    this.#write(`retry: ${Math.round(5000 + Math.random() * 10_000)}\n\n`);
  }

  get isOpen(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded;
  }

  onClose(left: () => void): void {
    if (this.#response.destroyed) left();
    else this.#response.once('close', left);
  }

  /** @param line without a line end; @param name of the kind of event, where it is none of git's */
  send(line: string, { id, name }: { id?: string; name?: string }): void {
    const head = `${id === undefined ? '' : `id: ${id}\n`}${name === undefined ? '' : `event: ${name}\n`}`;
    this.#write(`${head}data: ${line}\n\n`);
  }

  /** A comment for proxies, which end what is silent, and an event for the page, which cannot see comments. */
  beat(): void {
    this.#write(': beat\nevent: beat\ndata: -\n\n');
  }

  end(): void {
    this.#response.end();
  }

  #write(text: string): void {
    if (!this.isOpen) return;
    this.#response.write(text);
    if (this.#response.writableLength > BEHIND) this.#response.destroy();
  }
}
