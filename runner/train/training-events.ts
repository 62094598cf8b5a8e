import type { Readable } from 'node:stream';
import { z } from 'zod';
import { CURVE_LIMIT, type Report } from '../../core/formats/report.ts';
import { inertLine } from '../../core/text/harmless/log.ts';
import { replaceSecrets } from './secret-words.ts';

/** What the harness reports on descriptor 3 while it trains. It is shown, never believed. A line that is not an event is dropped. */

const LINE_LIMIT = 64 * 1024;
const METRICS = 50;
const NAME = /^[A-Za-z0-9_./-]{1,64}$/;

const text = z.string().max(1000);
const eventSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('start'),
    versions: z.object({ python: text, torch: text, cuda: text.nullable() }),
    device: text,
  }),
  z.object({
    event: z.literal('log'),
    step: z.int().min(0),
    loss: z.number().nullable(),
    metrics: z.record(z.string(), z.number().nullable()),
  }),
  z.object({ event: z.literal('error'), kind: z.enum(['exception', 'out-of-memory']), message: z.string() }),
  z.object({ event: z.literal('done'), peak_memory_mib: z.number().min(0).max(1e9) }),
]);
export type TrainingEvent = z.infer<typeof eventSchema>;

export class TrainingEvents {
  versions: { python: string; torch: string; cuda: string | null } | null = null;
  outOfMemory = false;
  peakMemoryMiB: number | null = null;
  /** Seconds from the program's start to the call of `train`, by the referee's clock. */
  startedAfter: number | null = null;
  #metrics = new Map<string, number>();
  #curve: Report['curve'] = [];
  #stride = 1;
  #seen = 0;
  #line = '';

  /**
   * @param seconds the referee's clock since the program started
   * @param onEvent hears of each event as it arrives
   */
  follow(
    stream: Readable,
    seconds: () => number,
    onEvent: (event: TrainingEvent, seconds: number) => void,
  ): void {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (this.#line + chunk).split('\n');
      this.#line = lines.pop() ?? '';
      if (this.#line.length > LINE_LIMIT) this.#line = ''; // the rest of it will be no event either
      for (const line of lines) {
        const event = parse(line);
        if (!event) continue;
        this.#take(event, seconds());
        onEvent(event, seconds());
      }
    });
  }

  #take(event: TrainingEvent, seconds: number): void {
    switch (event.event) {
      case 'start': {
        const { python, torch, cuda } = event.versions;
        this.versions ??= {
          python: version(python),
          torch: version(torch),
          cuda: cuda === null ? null : version(cuda),
        };
        this.startedAfter ??= seconds;
        break;
      }
      case 'log':
        if (event.loss !== null) this.#addPoint({ step: event.step, seconds, loss: event.loss });
        for (const [name, value] of Object.entries(event.metrics)) {
          if (value === null || !NAME.test(name) || replaceSecrets(name) !== name) continue;
          if (this.#metrics.size < METRICS || this.#metrics.has(name)) this.#metrics.set(name, value);
        }
        break;
      case 'error':
        this.outOfMemory ||= event.kind === 'out-of-memory';
        break;
      case 'done':
        this.peakMemoryMiB = event.peak_memory_mib;
        break;
    }
  }

  /** Keeps every stride-th point, and the stride doubles whenever there are too many: constant memory, even spacing. */
  #addPoint(point: Report['curve'][number]): void {
    if (this.#seen++ % this.#stride !== 0) return;
    this.#curve.push(point);
    if (this.#curve.length < CURVE_LIMIT) return;
    this.#curve = this.#curve.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
  }

  curve(): Report['curve'] {
    return this.#curve;
  }

  metrics(): Record<string, number> {
    return Object.fromEntries(this.#metrics);
  }
}

function parse(line: string): TrainingEvent | null {
  if (line.length === 0 || line.length > LINE_LIMIT) return null;
  try {
    return eventSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null; // not JSON: a stranger may write anything here
  }
}

function version(text: string): string {
  return inertLine(text, 40).slice(0, 50);
}
