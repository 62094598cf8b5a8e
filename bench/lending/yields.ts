import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobProcesses } from '../../lend/runner/processes/job-processes.ts';
import { lentMachine } from '../../lend/runner/testing/emulated.ts';

/** How long an owner who comes back waits: from the client's word until no process of the sandbox lives, and so none of its memory. */

/** On the command line of what the stranger puts into another session. */
const LEFT = 'time.sleep(86393.5)';
/** Trains without end, holds memory as a model does, and hears no signal. */
const GREEDY = `
import signal, subprocess, sys, time
import torch

def train(task):
    for one in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    subprocess.Popen([sys.executable, "-c", "import time; held = bytearray(200 * 2**20); ${LEFT}"], start_new_session=True)
    held = torch.ones(100 * 2**20)
    task.log(step=1, loss=1.0)
    while True:
        held.mul_(1.0001)
`;

/** @returns the seconds of each return, in the order in which they came */
export async function yieldSeconds(returns: number, say: (text: string) => void): Promise<number[]> {
  const machine = await lentMachine({ 'greedy.py': GREEDY });
  const seconds: number[] = [];
  try {
    for (let i = 0; i < returns; i++) {
      const started = Promise.withResolvers<JobProcesses>();
      const job = machine.take(await machine.order('greedy.py', { budgetSeconds: 300 }), {
        onProcesses: started.resolve,
      });
      let ended = false;
      void job.end.then(() => {
        ended = true;
      });
      const processes = await Promise.race([
        started.promise,
        job.end.then((end) => Promise.reject(new Error(`It did not start: ${JSON.stringify(end)}`))),
      ]);
      while (!processes.inSandboxes().some(({ pid }) => read(String(pid), 'cmdline').includes(LEFT))) {
        if (ended) throw new Error(`It did not train: ${JSON.stringify(await job.end)}`);
        await sleep(50);
      }
      await sleep(1000 + Math.random() * 2000); // the owner comes at any moment
      const sandbox = processes.inSandboxes().map(({ pid }) => String(pid));
      const came = performance.now();
      job.back.abort();
      while (sandbox.some(isAlive)) await sleep(2);
      seconds.push((performance.now() - came) / 1000);
      const end = await job.end;
      if (end.kind !== 'preempted') throw new Error(`It ended otherwise: ${JSON.stringify(end)}`);
      say(
        `return ${i + 1} of ${returns}: ${sandbox.length} processes were gone after ${seconds.at(-1)!.toFixed(3)} s`,
      );
    }
  } finally {
    await machine.close();
  }
  return seconds;
}

/** A process that has ended and is not yet waited for has no memory any more. */
function isAlive(pid: string): boolean {
  return /^State:\s+[^ZX]/m.test(read(pid, 'status'));
}

function read(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return ''; // it is gone
  }
}
