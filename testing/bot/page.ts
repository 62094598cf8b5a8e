/** A page that listens to the App's `/live`, as a browser would: what it heard, in order. */

interface Heard {
  id: string | null;
  name: string;
  data: string;
}

export class Page {
  readonly response: Response;
  readonly heard: Heard[] = [];
  /** All that came, comments included. */
  text = '';
  isOpen = true;
  readonly #stop: AbortController;

  private constructor(response: Response, stop: AbortController) {
    this.response = response;
    this.#stop = stop;
    void this.#read().catch(() => {
      this.isOpen = false;
    });
  }

  /** @param headers such as `last-event-id` */
  static async open(url: string, headers: Record<string, string> = {}): Promise<Page> {
    const stop = new AbortController();
    const response = await fetch(url, { headers, signal: stop.signal });
    return new Page(response, stop);
  }

  /** Lines of events, in git's words. */
  get lines(): string[] {
    return this.heard.filter(({ name }) => name === 'message').map(({ data }) => data);
  }

  /** The latest state of queue and machines. */
  get now(): unknown {
    const last = this.heard.findLast(({ name }) => name === 'now');
    return last && JSON.parse(last.data);
  }

  close(): void {
    this.#stop.abort();
  }

  async #read() {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of this.response.body ?? []) {
      const text = decoder.decode(chunk, { stream: true });
      this.text += text;
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) this.#take(block);
    }
    this.isOpen = false;
  }

  #take(block: string) {
    const fields = new Map(
      block.split('\n').map((line): [string, string] => {
        const at = line.indexOf(':');
        return [line.slice(0, at), line.slice(at + 2)];
      }),
    );
    const data = fields.get('data');
    if (data !== undefined)
      this.heard.push({ id: fields.get('id') ?? null, name: fields.get('event') ?? 'message', data });
  }
}
