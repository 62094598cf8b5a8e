import { DESCENT } from '../../core/command-name.ts';
import { inert } from '../../core/text/harmless/terminal.ts';
import type { Clock } from '../clock.ts';
import type { Harness, Trust } from '../harness/harness.ts';

/** What the owner trusts while the client runs: it may change, by an answer at the terminal or by `lend --accept` elsewhere. */

interface Owner {
  /** Asks at the terminal, with text above the question; null where nobody is there. */
  ask: ((text: string, question: string) => Promise<boolean>) | null;
  tell(text: string): void;
  /** The commit that the settings name now. */
  accepted(): Promise<string>;
  remember(commit: string): Promise<void>;
}

const LOOK_MS = 10_000;

export class Acceptance {
  trust: Trust;
  readonly #harness: Harness;
  readonly #owner: Owner;
  readonly #clock: Clock;

  constructor(trust: Trust, harness: Harness, owner: Owner, clock: Clock) {
    this.trust = trust;
    this.#harness = harness;
    this.#owner = owner;
    this.#clock = clock;
  }

  /** Waits until a commit may run here. @returns false when the client ends before */
  async accepts({ harness: commit }: { harness: string }, signal: AbortSignal): Promise<boolean> {
    const { trust } = this;
    if (trust.follow) return true;
    const { ask, tell, remember } = this.#owner;
    const changed = ask && inert(await this.#harness.diff(trust.accepted, commit));
    const question = 'May this run on your machine outside the sandbox?';
    // A question that was closed without an answer is a no.
    if (await ask?.(changed ?? '', question).catch(() => false)) {
      await remember(commit);
      this.trust = { follow: false, accepted: commit };
      return true;
    }
    tell(`Nothing is lent until you accept it: ${DESCENT} lend --accept ${commit}`);
    while (!signal.aborted) {
      const found: Trust = { follow: false, accepted: await this.#owner.accepted() };
      if (found.accepted !== trust.accepted && (await this.#harness.judge(found, commit)).ok) {
        this.trust = found;
        return true;
      }
      await this.#clock.wait(LOOK_MS, signal);
    }
    return false;
  }
}
