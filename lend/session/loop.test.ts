import { expect, onTestFinished, test } from 'vitest';
import { CommandError } from '../../core/errors.ts';
import type { Availability } from '../../core/formats/lending/availability.ts';
import { availabilitySchema } from '../../core/formats/lending/availability.ts';
import { type ClientEvent, clientEventSchema } from '../../core/formats/lending/client-event.ts';
import { GitHubError } from '../github/explain.ts';
import type { QueuedRun } from '../github/owners-github.ts';
import { watchIdle } from '../idle/watch.ts';
import type { JobEnd } from '../runner/job.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { until } from '../testing/fake-machine.ts';
import { type Driven, type JobAround, keepLending } from './loop.ts';
import { listenToSignals } from './signals.ts';

/** The loop with its real watch, around a person, a GitHub and jobs that the test plays. */

const RUN: QueuedRun = {
  id: 7,
  nonce: 'a'.repeat(32),
  title: '#1',
  at: '2026-11-27T12:00:00Z',
  commit: 'd'.repeat(40),
};

function lending(different: Partial<Driven> = {}) {
  const clock = new FakeClock();
  const person = { there: false };
  const watch = watchIdle(
    [
      {
        name: 'person',
        read: async () =>
          person.there ? { verdict: 'busy', why: 'typing' } : { verdict: 'free', why: 'nobody' },
      },
    ],
    clock,
  );
  const said: Availability[] = [];
  const events: ClientEvent[] = [];
  const jobs: { run: QueuedRun; around: JobAround; end: (end: JobEnd) => void }[] = [];
  const cancelled: number[] = [];
  let waiting: QueuedRun[] = [];
  let hear: (word: 'interrupt' | 'stop' | 'finish') => void = () => {};
  const driven: Driven = {
    ...{ clock, watch },
    github: {
      say: async (availability) => void said.push(availabilitySchema.parse(availability)),
      queued: async () => waiting,
      mint: async (nonce) => ({ jit: `jit of ${nonce}`, runner: 'ada.desk.aaaaaaaa' }),
      cancel: async (id) => void cancelled.push(id),
    },
    rules: { once: false, finish: false, ends: null, hoursEnd: () => null, jobSeconds: 400 },
    machine: { machine: 'desk', tracks: ['cpu'], device: 'CPU', driver: null, powerWatts: null },
    ready: async () => null,
    work: (run, around) => {
      waiting = [];
      const { promise, resolve } = Promise.withResolvers<{ end: JobEnd; seconds: number }>();
      jobs.push({ run, around, end: (end) => resolve({ end, seconds: 330 }) });
      return promise;
    },
    accepts: async () => false,
    listen: (listener) => {
      hear = listener;
      return () => {};
    },
    tell: (event) => void events.push(clientEventSchema.parse(event)),
    show: () => {},
    ...different,
  };
  const ended = keepLending(driven);
  onTestFinished(() => watch.close());
  const statuses = () => said.map(({ status, nonce }) => (nonce === null ? status : `${status} ${nonce[0]}`));
  return {
    ...{ clock, person, said, statuses, events, jobs, cancelled, ended },
    order: (...runs: QueuedRun[]) => {
      waiting = runs;
    },
    hear: (word: 'interrupt' | 'stop' | 'finish') => hear(word),
  };
}

test('from the first look to the last word: free, a job, the owner is back, and the end', async () => {
  const { clock, person, order, jobs, statuses, ended, hear, events } = lending();
  await clock.pass(200);
  expect(statuses()).toEqual(['away', 'free']);
  order(RUN);
  await clock.pass(10);
  expect(jobs[0]).toMatchObject({
    run: RUN,
    around: { jit: `jit of ${RUN.nonce}`, runner: 'ada.desk.aaaaaaaa' },
  });
  jobs[0]!.around.phase('train');
  person.there = true;
  await clock.pass(4);
  expect(jobs[0]!.around.yield.aborted).toBe(false);
  await clock.pass(6);
  expect(jobs[0]!.around.yield.aborted).toBe(true);
  jobs[0]!.end({ kind: 'preempted' });
  await clock.pass(2);
  expect(statuses()).toEqual(['away', 'free', 'busy a', 'away']);
  person.there = false;
  await clock.pass(200);
  hear('interrupt');
  await clock.pass(5);
  expect(await ended).toBe(0);
  expect(statuses().slice(-2)).toEqual(['free', 'away']);
  expect(events.at(-1)).toMatchObject({ event: 'left', status: 0 });
});

test('SIGTERM in the middle of training: the job is given up, away is said, and it ends', async () => {
  const { clock, order, jobs, statuses, ended } = lending({ listen: listenToSignals(process) });
  await clock.pass(200);
  order(RUN);
  await clock.pass(10);
  jobs[0]!.around.phase('train');
  process.kill(process.pid, 'SIGTERM');
  await until(() => jobs[0]!.around.yield.aborted);
  jobs[0]!.end({ kind: 'preempted' });
  await clock.pass(5);
  expect(await ended).toBe(0);
  expect(statuses().at(-1)).toBe('away');
  expect(process.listenerCount('SIGTERM')).toBe(0);
});

test('a machine that cannot take the job gives it back before anything is registered', async () => {
  const { clock, order, jobs, cancelled, events } = lending({
    ready: async () => 'disk: 1 GB free. To do: make room',
  });
  await clock.pass(200);
  order(RUN);
  await clock.pass(6);
  expect([jobs, cancelled]).toEqual([[], [RUN.id]]);
  expect(events).toContainEqual(
    expect.objectContaining({ event: 'ended', end: 'failed', why: expect.stringContaining('make room') }),
  );
});

test('an owner who is back before a runner is registered registers none', async () => {
  const { promise: looked, resolve } = Promise.withResolvers<null>();
  const { clock, order, jobs, cancelled, hear } = lending({ ready: () => looked });
  await clock.pass(200);
  order(RUN);
  await clock.pass(6);
  hear('stop');
  resolve(null);
  await clock.pass(2);
  expect([jobs, cancelled]).toEqual([[], [RUN.id]]);
});

test('a job that throws has failed, and the client lives on', async () => {
  const { clock, order, events, statuses } = lending({
    work: () => Promise.reject(new CommandError('no such archive', 'try later')),
  });
  await clock.pass(200);
  order(RUN);
  await clock.pass(6);
  expect(events).toContainEqual(
    expect.objectContaining({ event: 'ended', end: 'failed', why: 'no such archive. To do: try later' }),
  );
  order();
  await clock.pass(60);
  expect(statuses().at(-1)).toBe('free');
});

const offline = new GitHubError('GitHub cannot be reached', 'Check the network', null, null);
const revoked = new GitHubError('the token is expired or wrong', 'Sign in again', 401, null);
test('a network that is gone is waited for; a token that is revoked ends it with what to do', async () => {
  let trouble: Error | null = offline;
  const heard: string[] = [];
  const { clock, ended, events } = lending({
    github: {
      say: async ({ status }) => {
        if (trouble) throw trouble;
        heard.push(status);
      },
      queued: async () => {
        if (trouble) throw trouble;
        return [];
      },
      mint: async () => ({ jit: '', runner: '' }),
      cancel: async () => {},
    },
  });
  await clock.pass(400);
  expect(events.filter(({ event }) => event === 'offline')).toHaveLength(1);
  trouble = null;
  await clock.pass(30);
  expect(heard).toEqual(['free']);
  trouble = revoked;
  await clock.pass(120);
  expect(await ended).toBe(2);
  expect(events.at(-1)).toMatchObject({
    event: 'left',
    why: 'the token is expired or wrong. To do: Sign in again',
  });
});

test('once the owner accepts the new program, jobs go on', async () => {
  const { promise: word, resolve } = Promise.withResolvers<boolean>();
  const { clock, order, jobs, statuses } = lending({ accepts: () => word });
  await clock.pass(200);
  order(RUN);
  await clock.pass(6);
  jobs[0]!.end({ kind: 'refused', why: 'action/ changed', harness: 'c'.repeat(40) });
  await clock.pass(60);
  expect(statuses().at(-1)).toBe('away');
  resolve(true);
  await clock.pass(5);
  expect(statuses().at(-1)).toBe('free');
});
