import { messageOf } from '../../core/errors.ts';
import type { GateAnswer } from '../gate/gate.ts';
import type { Around } from './job.ts';
import { letBegin, readAsked, type wordsIn } from './words.ts';

/** The owner's no. */
export interface No {
  why: string;
  harness?: string;
}

/** Waits for the hook's question and answers it once: before that, no step of the job runs. */
export class Answer {
  readonly #words: ReturnType<typeof wordsIn>;
  readonly #around: Pick<Around, 'gate' | 'tell'>;
  #isAsked = false;
  #isOpen = false;
  #no: No | Error | null = null;

  constructor(words: ReturnType<typeof wordsIn>, around: Pick<Around, 'gate' | 'tell'>) {
    this.#words = words;
    this.#around = around;
  }

  /** GitHub gave the job to this machine. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** The job may run. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The owner's no, or why it could not be decided. */
  get no(): No | Error | null {
    return this.#no;
  }

  async look(): Promise<void> {
    const asked = this.#isAsked ? null : await readAsked(this.#words);
    if (asked === null) return;
    this.#isAsked = true;
    void this.#decide(() => this.#around.gate(asked));
  }

  async #decide(gate: () => Promise<GateAnswer>): Promise<void> {
    try {
      const answer = await gate();
      if (!answer.ok) {
        const { why, harness } = answer;
        this.#no = { why, ...(harness !== undefined && { harness }) };
        return;
      }
      await letBegin(this.#words);
      this.#isOpen = true;
      this.#around.tell({ event: 'taken' });
    } catch (error) {
      this.#no = new Error(`It could not be checked whether the job may begin: ${messageOf(error)}`);
    }
  }
}
