import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { bubblewrap, FOREVER, processesWith } from '../testing/scene.ts';
import { JobProcesses, MARK } from './job-processes.ts';
import { listProcesses } from './list.ts';

/** How a job's processes are found where no control group can be made. */

const DAEMON = `(cd /; env -i setsid sh -c 'env -i setsid sleep ${FOREVER} < /dev/null > /dev/null 2>&1 &')`;

let started: ChildProcess | null = null;
afterEach(() => {
  started?.kill('SIGKILL');
});

/** Starts a job's first process, and waits until it says that it is there. */
async function begin(command: string[], isBoxed: boolean): Promise<JobProcesses> {
  const mark = randomUUID();
  started = spawn(command[0]!, command.slice(1), {
    detached: true,
    env: { PATH: process.env.PATH, [MARK]: mark },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(started.stdout!, 'data');
  return new JobProcesses({ mark, first: started.pid!, group: null, isBoxed });
}

const living = () => processesWith(FOREVER).filter((line) => /^\d+ sleep/.test(line));

test('in a box, by the box: a daemon that was never seen before it had left all', async () => {
  const box = [bubblewrap(), '--die-with-parent', '--dev-bind', '/', '/', '--'];
  const job = await begin([...box, 'bash', '-c', `${DAEMON}; sleep 0.5; echo there; sleep ${FOREVER}`], true);
  await vi.waitFor(() => expect(living()).toHaveLength(2));
  await job.end();
  expect(living()).toEqual([]);
});

test('not by the box of another client, which begins when this one has just ended', async () => {
  const box = [bubblewrap(), '--die-with-parent', '--dev-bind', '/', '/', '--'];
  const job = await begin([...box, 'bash', '-c', `echo there; sleep ${FOREVER}`], true);
  await vi.waitFor(() => expect(job.look().length).toBeGreaterThan(1));
  started!.kill('SIGKILL');
  await vi.waitFor(() => expect(job.look()).toEqual([]));
  const others = Array.from({ length: 8 }, () => spawn(box[0]!, [...box.slice(1), 'sleep', FOREVER]));
  try {
    await vi.waitFor(() => expect(living().length).toBe(others.length));
    expect(job.look()).toEqual([]);
  } finally {
    for (const other of others) other.kill('SIGKILL');
  }
  await vi.waitFor(() => expect(living()).toEqual([]));
  await job.end();
});

test('without one, because it was seen before its parent ended', async () => {
  const script = `bash -c 'env -i setsid sleep ${FOREVER} & sleep 1' & echo there; exec sleep 86395.5`;
  const job = await begin(['bash', '-c', script], false);
  await vi.waitFor(() => expect(living()).toHaveLength(1));
  job.look();
  // Its parent has ended, and it has neither the mark nor the session any more.
  const [daemon] = living();
  const parent = () => listProcesses().find(({ pid }) => daemon?.startsWith(`${pid} `))?.parent;
  await vi.waitFor(() => expect(job.look().some(({ pid }) => pid === parent())).toBe(false), {
    timeout: 10_000,
  });
  await job.end();
  expect(living()).toEqual([]);
});

test('a process of the owner is never taken for the job’s', async () => {
  const own = spawn('sleep', [FOREVER], { detached: true });
  const job = await begin(['bash', '-c', `echo there; sleep ${FOREVER}`], false);
  expect(job.isOurs(own.pid!)).toBe(false);
  expect(job.isOurs(process.pid)).toBe(false);
  expect(job.isOurs(started!.pid!)).toBe(true);
  await job.end();
  expect(living().map((line) => Number(line.split(' ')[0]))).toEqual([own.pid]);
  own.kill('SIGKILL');
});

test('while processes start others all the time, none is left', async () => {
  const storm = `echo there; while :; do (sleep ${FOREVER} & sleep 0.01 &) ; sleep 0.01; done`;
  const job = await begin(['bash', '-c', storm], false);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await job.end();
  expect(living()).toEqual([]);
});
