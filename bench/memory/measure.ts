import { statSync } from 'node:fs';
import { appended } from '../../core/formats/events.ts';
import { storePath } from '../../memory/clone/repository.ts';
import { openMemory } from '../../memory/memory.ts';
import { search } from '../../memory/search.ts';
import { writeHistory } from '../../testing/clone/write-history.ts';
import { syntheticEvents, syntheticResult } from './synthetic.ts';

/** Run by main.ts in a process of its own: `measure.ts CLONE EXPERIMENTS`. Prints one line of JSON. */

const NEW = 100;
const [clone, count] = [process.argv[2]!, Number(process.argv[3])];
const context = {
  cwd: clone,
  env: process.env,
  now: () => new Date(),
  sleep: async () => {},
  out: () => {},
  err: () => {},
};

const before = process.memoryUsage.rss();
const built = performance.now();
using first = await openMemory(context);
const buildSeconds = (performance.now() - built) / 1000;

const QUESTIONS = [
  'smaller batch',
  'learning rate warm-up',
  'rotary base',
  'sliding window attention pattern',
  'muon momentum',
  'weight decay overfit',
  'WARMDOWN_RATIO',
  'squared relu saturated',
  'shape of HEAD_DIM is wrong',
  'curriculum document order packing',
  'value embeddings residual',
  'compile time fused kernel throughput',
  'badego kulame', // words few people used
  'improved',
  'should help because', // words everybody used
];
const times: number[] = [];
for (let round = 0; round < 7; round += 1) {
  for (const question of QUESTIONS) {
    const start = performance.now();
    const hits = search(first.store, question, 10);
    times.push(performance.now() - start);
    if (hits.length === 0 && !question.startsWith('badego')) throw new Error(`nothing found for ${question}`);
  }
}
times.sort((a, b) => a - b);

const news = Array.from({ length: NEW }, (_, i) => syntheticResult(count + i + 1));
const told = appended({ number: count, text: '' }, news.flatMap(syntheticEvents));
const files = Object.fromEntries(told.map(({ path, content }) => [path, content]));
await writeHistory(clone, { results: news, files });
const start = performance.now();
using second = await openMemory(context);
const incrementalMs = performance.now() - start;
if (second.updated !== NEW) throw new Error(`${second.updated} results were read again, not ${NEW}`);

const figures = {
  searchMedianMs: times[Math.floor(times.length / 2)]!,
  searchWorstMs: times.at(-1)!,
  buildSeconds,
  incrementalMs,
  /** Resident memory at its highest, while building: what the index adds to a Node that has loaded the same code, and all. */
  indexMiB: process.resourceUsage().maxRSS / 1024 - before / 2 ** 20,
  processMiB: process.resourceUsage().maxRSS / 1024,
  diskMiB: statSync(storePath(second.repository, process.env)).size / 2 ** 20,
};
const rounded = Object.entries(figures).map(([name, value]) => [name, Math.round(value * 10) / 10]);
process.stdout.write(`${JSON.stringify(Object.fromEntries(rounded))}\n`);
