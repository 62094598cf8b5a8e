import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeLeftovers } from '../leftovers.ts';

/** Outlives a client that is killed in the middle of a job, and then ends what is left of that job. Started by start-reaper.ts. */

const TRIES = 100;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined); // the client ends it
process.stdin.resume();
await once(process.stdin, 'end');
// Its client's number may be in use for a moment longer than its files.
for (let tries = 0; tries < TRIES && (await removeLeftovers(process.env)).length === 0; tries++)
  await sleep(50);
