import type { Readable } from 'node:stream';
import { inertLog } from '../core/text/harmless/log.ts';

/** Of each stream: room for a traceback of some hundred frames. */
const TAIL_BYTES = 16 * 1024;

/** Keeps the end of what a stranger's program prints, in constant memory. Each stream is kept apart, so none can push another out. */
export class LogTail {
  #tails: Tail[] = [];

  /** Follows a program, and forgets what an earlier one printed. */
  follow(streams: Readable[]): void {
    this.#tails = streams.map((stream) => new Tail(stream));
  }

  /** The end of each stream, made harmless, standard error last. Do not publish it as it is: see crash-log.ts. */
  text(): string {
    return inertLog(this.#tails.map((tail) => tail.text()).join(''));
  }
}

class Tail {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #isCut = false;

  constructor(stream: Readable) {
    stream.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      if (this.#bytes > 4 * TAIL_BYTES) this.#shrink();
    });
  }

  #shrink(): Buffer {
    const end = Buffer.from(Buffer.concat(this.#chunks).subarray(-TAIL_BYTES));
    this.#isCut ||= this.#bytes > end.length;
    this.#chunks = [end];
    this.#bytes = end.length;
    return end;
  }

  /** Keeps whole lines: half a secret would not be recognised. */
  text(): string {
    const text = this.#shrink().toString('utf8');
    const lines = this.#isCut ? text.slice(text.indexOf('\n') + 1) : text;
    return lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`;
  }
}
