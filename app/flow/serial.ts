import type { Look } from '../model/event.ts';
import { nameOf } from '../reconcile.ts';

/**
 * One thing at a time in a repository: two webhooks at once do one thing. What waits for the same subject is one look.
 * Across processes of one machine `alone.ts` does the same. Across machines main's compare-and-swap allows one verdict.
 */
export class Serial {
  #waiting = new Map<string, Look>();
  #running: Promise<void> | null = null;
  readonly #work: (look: Look) => Promise<Look[]>;
  readonly #failed: (look: Look, error: unknown) => void;

  constructor(work: (look: Look) => Promise<Look[]>, failed: (look: Look, error: unknown) => void) {
    this.#work = work;
    this.#failed = failed;
  }

  ask(look: Look): void {
    const name = nameOf(look.subject);
    const before = this.#waiting.get(name);
    this.#waiting.set(name, {
      subject: look.subject,
      heads: [...new Set([...(before?.heads ?? []), ...look.heads])],
      retry: look.retry || (before?.retry ?? false),
    });
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      if (!next) break;
      const [name, look] = next;
      this.#waiting.delete(name);
      try {
        for (const more of await this.#work(look)) this.ask(more);
      } catch (error) {
        this.#failed(look, error);
      }
    }
    this.#running = null;
  }
}
