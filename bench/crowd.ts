import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { reportOf } from '../testing/examples/report.ts';
import { Agent } from '../testing/town/agent.ts';
import { complete, PlayedMachine, upload, zipOf } from '../testing/town/played-machine.ts';
import { REPO, type Town } from '../testing/town/town.ts';

/**
 * Many pull requests through the real bot and the real emulator. Only the machine is simulated: it answers each job at once with
 * its own loss, since training is not measured here.
 */

export type Crowd = { dispatchMedianMs: number; appPeakMiB: number };

export async function benchCrowd(
  town: Town,
  botPid: number,
  folder: string,
  trainPy: string,
  count: number,
  say: (text: string) => void,
): Promise<Crowd> {
  const machine = new PlayedMachine(town.url, await town.addMachine('swift', 'one'));
  await answer(town, machine, 5); // the incumbent

  const agent = await Agent.join(town.url, 'crowd', REPO, folder);
  for (let i = 1; i <= count; i++) {
    await agent.push(`try-${i}`, `Try ${i}`, { 'train/train.py': `${trainPy}\nTRY = ${i}\n` });
    const number = await agent.open(`try-${i}`, `Try ${i}`, `## Hypothesis\nNumber ${i} is the lucky one.\n`);
    await answer(town, machine, 5 + i / 1000);
    await decided(town, number); // before that the next one is not alone, and is compared with what was tried
    if (i % 20 === 0) say(`${i} of ${count} pull requests`);
  }
  return { dispatchMedianMs: median(await latencies(town)), appPeakMiB: await peakMiB(botPid) };
}

async function decided(town: Town, number: number): Promise<void> {
  const state = async () => (await town.onlooker.pulls.get({ ...REPO, pull_number: number })).data.state;
  while ((await state()) === 'open') await sleep(50);
}

const TIMINGS = { setupSeconds: 0, claimsSeconds: 2, probesSeconds: 1, totalSeconds: 20 };

/** Takes the next job and reports this loss. */
async function answer({ url }: Town, machine: PlayedMachine, valBpb: number): Promise<void> {
  for (let waited = 0; waited < 60; waited++) {
    const taken = await machine.take();
    if (!taken) continue;
    const timings = { ...TIMINGS, trainSeconds: taken.job.budgetSeconds };
    const archive = zipOf(reportOf(taken.job, { valBpb, timings }));
    await upload(url, taken, archive);
    if (taken.job.handOver) await upload(url, taken, archive, 'scored');
    return complete(url, taken);
  }
  throw new Error('The bot sent no job within a minute.');
}

/** Milliseconds from a pull request's webhook to its dispatch, for each that was opened while a machine was free. */
async function latencies(town: Town): Promise<number[]> {
  await sleep(500);
  const deliveries = await town.control.deliveries();
  const requests = await town.control.requests();
  const dispatches = requests
    .filter(({ path }) => path.endsWith('/dispatches'))
    .map(({ at }) => Date.parse(at));
  return deliveries
    .filter(({ event, action }) => event === 'pull_request' && action === 'opened')
    .flatMap(({ at }) => {
      const opened = Date.parse(at);
      const dispatched = dispatches.find((time) => time >= opened);
      return dispatched === undefined ? [] : [dispatched - opened];
    });
}

/** Peak resident memory of a process. Source: proc(5), VmHWM. */
async function peakMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)![1]) / 1024;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
