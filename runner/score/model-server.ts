import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pass, Reason } from '../../core/formats/reason.ts';
import { UnscoredError } from '../outcome.ts';
import type { Child } from '../sandbox/sandbox.ts';
import type { Ending, Supervision } from '../supervise.ts';
import type { Pace, PaceLimits } from './pace.ts';

/** The referee's side of `harness.py serve`: questions in, answers of exactly the expected length out. */

const READY = 'RDY1';
/** How long a program that closed its answers may take to end, so that its status is known. */
const GRACE_MS = 2000;

const CLAIMS = 1;
const PROBES = 2;

export class ModelServer {
  #child: Child;
  #answers: Answers;
  #supervision: Supervision;
  #pass: Pass;
  /** Reads are queued, so that a second question may be on its way while the first is answered. */
  #queue: Promise<unknown> = Promise.resolve();

  #limits: PaceLimits | null;
  #started = performance.now();
  #firstAnswer: number | null = null;
  #lastAnswer = 0;
  #rowsAfterFirst = 0;

  /** @param pass what the referee calls this pass in its sentences, e.g. `claims pass` */
  constructor(child: Child, supervision: Supervision, pass: Pass, limits: PaceLimits | null = null) {
    this.#child = child;
    this.#answers = new Answers(child.answers);
    this.#supervision = supervision;
    this.#pass = pass;
    this.#limits = limits;
    if (limits) supervision.limit(limits.loadSeconds);
  }

  /** Sends the order and waits until the model is loaded. */
  async ready(order: object): Promise<void> {
    this.#child.orders.write(`${JSON.stringify(order)}\n`);
    const word = await this.#next(READY.length);
    if (word.toString('latin1') !== READY) this.#refuse('answered-early');
  }

  /** B rows of T + 1 tokens (uint16) -> B * T float32, the log-probability claimed for each target. */
  claims(rows: Buffer, count: number, length: number): Promise<Buffer> {
    this.#ask(header(CLAIMS, count, length), rows);
    return this.#answer(count, 4 * count * length);
  }

  /** B rows of T tokens and a position in each -> B * V float32, the logits at that position. */
  probes(rows: Buffer, positions: Uint32Array, length: number, vocabulary: number): Promise<Buffer> {
    this.#ask(header(PROBES, positions.length, length), rows, Buffer.from(positions.buffer));
    return this.#answer(positions.length, 4 * positions.length * vocabulary);
  }

  /** How long it has taken so far. */
  pace(): Pace {
    const first = this.#firstAnswer ?? performance.now();
    return {
      loadSeconds: (first - this.#started) / 1000,
      rowSeconds: (this.#lastAnswer - first) / 1000 / Math.max(1, this.#rowsAfterFirst),
    };
  }

  /** Ends the conversation: the program must end with status 0 and have nothing more to say. */
  async close(): Promise<void> {
    this.#child.orders.end();
    if (!(await this.#answers.isOver())) this.#refuse('answered-more');
    const ending = await this.#supervision.ended;
    if (ending.by !== 'itself' || ending.status !== 0) throw this.#unscored(ending);
  }

  #ask(...parts: Buffer[]): void {
    for (const part of parts) this.#child.orders.write(part);
  }

  #answer(rows: number, bytes: number): Promise<Buffer> {
    const answer = this.#next(bytes).then((bytes) => {
      this.#lastAnswer = performance.now();
      if (this.#firstAnswer === null) {
        this.#firstAnswer = this.#lastAnswer;
        if (this.#limits) this.#supervision.limit(this.#limits.answersSeconds);
      } else this.#rowsAfterFirst += rows;
      return bytes;
    });
    answer.catch(() => undefined); // the asker hears of it, or the error of an earlier answer came first
    return answer;
  }

  #next(bytes: number): Promise<Buffer> {
    const answer = this.#queue.then(() => this.#read(bytes));
    this.#queue = answer.catch(() => undefined); // the asker hears of it
    return answer;
  }

  async #read(bytes: number): Promise<Buffer> {
    const answer = await this.#answers.take(bytes);
    if (answer) return answer;
    await Promise.race([this.#supervision.ended, sleep(GRACE_MS, undefined, { ref: false })]);
    this.#supervision.stop();
    throw this.#unscored(await this.#supervision.ended);
  }

  #refuse(code: 'answered-early' | 'answered-more'): never {
    this.#supervision.stop();
    throw new UnscoredError('invalid', { code, pass: this.#pass });
  }

  #late(): Reason {
    const pass = this.#pass;
    const since = (performance.now() - (this.#firstAnswer ?? this.#started)) / 1000;
    if (this.#firstAnswer === null && this.#limits && since >= this.#limits.loadSeconds)
      return { code: 'load-over-time', pass, limitSeconds: this.#limits.loadSeconds };
    if (this.#firstAnswer !== null && this.#limits && since >= this.#limits.answersSeconds)
      return { code: 'answers-over-time', pass, limitSeconds: this.#limits.answersSeconds };
    return { code: 'model-over-time', pass };
  }

  #unscored(ending: Ending): UnscoredError {
    const pass = this.#pass;
    switch (ending.by) {
      case 'clock':
        return new UnscoredError('timeout', this.#late());
      case 'memory':
        return new UnscoredError('out-of-memory', { code: 'model-over-memory', pass });
      case 'disk':
        return new UnscoredError('invalid', { code: 'model-filled-disk', pass });
      case 'referee':
        return new UnscoredError('invalid', { code: 'closed-answers', pass });
      case 'itself':
        if (ending.status === 137) return new UnscoredError('out-of-memory', { code: 'model-killed', pass });
        if (ending.status === 0) return new UnscoredError('invalid', { code: 'answered-less', pass });
        return new UnscoredError('crashed', { code: 'model-exception', pass, status: ending.status });
    }
  }
}

function header(kind: number, rows: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(12);
  [kind, rows, length].forEach((value, index) => {
    buffer.writeUInt32LE(value, 4 * index);
  });
  return buffer;
}

/** Takes bytes from a stream as they are wanted; the rest waits in the pipe. */
class Answers {
  #chunks: AsyncIterator<Buffer>;
  #held: Buffer[] = [];
  #bytes = 0;

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes; null when the stream ends before. */
  async take(bytes: number): Promise<Buffer | null> {
    while (this.#bytes < bytes) if (!(await this.#hold())) return null;
    const all = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held);
    const rest = all.subarray(bytes);
    this.#held = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
    return all.subarray(0, bytes);
  }

  /** True when not one more byte comes before the end. */
  async isOver(): Promise<boolean> {
    return this.#bytes === 0 && !(await this.#hold());
  }

  async #hold(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done) return false;
    this.#held.push(value);
    this.#bytes += value.length;
    return true;
  }
}
