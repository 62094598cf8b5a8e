import { setTimeout as sleep } from 'node:timers/promises';

/** What a call has so far: its answer, or its lines of progress. */
export type Outcome = { done: true; text: string } | { done: false; said: string[] };

interface Running {
  answer: Promise<string>;
  said: string[];
}

/** Most lines of a running call that its caller is shown. */
const SHOWN = 5;

/**
 * Clients hang up after a minute. A longer call is answered before that and goes on. The same call again joins it, and returns
 * the answer when there is one.
 */
export class LongCalls {
  readonly #running = new Map<string, Running>();
  readonly #limitMs: number;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** @param key what makes two calls the same */
  async call(key: string, start: (say: (line: string) => void) => Promise<string>): Promise<Outcome> {
    const running = this.#running.get(key) ?? this.#start(key, start);
    const waiting = new AbortController();
    const limit = sleep(this.#limitMs, null, { signal: waiting.signal }).catch(() => null);
    try {
      const text = await Promise.race([running.answer, limit]);
      if (text === null) return { done: false, said: running.said.slice(-SHOWN) };
      this.#running.delete(key);
      return { done: true, text };
    } catch (error) {
      this.#running.delete(key);
      throw error;
    } finally {
      waiting.abort();
    }
  }

  #start(key: string, start: (say: (line: string) => void) => Promise<string>): Running {
    const said: string[] = [];
    const answer = start((line) => said.push(line.replace(/\s+$/, '')));
    answer.catch(() => {}); // the next call reports it
    const running = { answer, said };
    this.#running.set(key, running);
    return running;
  }
}
