import type { Readable } from 'node:stream';
import { LOG_LIMIT } from './contract/report.ts';
import { inertLog } from './inert.ts';

/** Keeps the end of what a stranger prints, in constant memory. */
export class LogTail {
  #chunks: Buffer[] = [];
  #bytes = 0;

  follow(streams: Readable[]): void {
    for (const stream of streams) stream.on('data', (chunk: Buffer) => this.#add(chunk));
  }

  #add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > 4 * LOG_LIMIT) this.#shrink();
  }

  #shrink(): Buffer {
    const end = Buffer.concat(this.#chunks).subarray(-LOG_LIMIT);
    this.#chunks = [Buffer.from(end)];
    this.#bytes = end.length;
    return end;
  }

  /** The last 16 KiB, inert. */
  text(): string {
    return inertLog(this.#shrink().toString('utf8')).slice(-LOG_LIMIT).toWellFormed();
  }
}
