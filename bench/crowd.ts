import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { strToU8, zipSync } from 'fflate';
import { jobSchema } from '../core/formats/job.ts';
import { Agent } from '../demo/agent.ts';
import { PLACE, type Town } from '../demo/town.ts';
import { reportOf } from '../testing/examples/report.ts';

/**
 * Many pull requests through the real bot and the real emulator. Only the machine is simulated: it answers each job at once with
 * its own loss, since training is not measured here.
 */

export type Crowd = { dispatchMedianMs: number; appPeakMiB: number };

export async function benchCrowd(
  town: Town,
  folder: string,
  trainPy: string,
  count: number,
  say: (text: string) => void,
): Promise<Crowd> {
  await town.control.user('swift');
  const { token } = await town.control.machine({
    name: 'swift.one',
    owner: 'swift',
    labels: ['self-hosted', 'descent-cpu'],
    repository: `${PLACE.owner}/${PLACE.repo}`,
  });
  const machine = new PlayedMachine(town.url, token);
  await machine.answer(5); // the incumbent

  const agent = await Agent.join(town.url, 'crowd', PLACE, folder);
  for (let i = 1; i <= count; i++) {
    await agent.push(`try-${i}`, `Try ${i}`, { 'train/train.py': `${trainPy}\nTRY = ${i}\n` });
    const number = await agent.open(`try-${i}`, `Try ${i}`, `## Hypothesis\nNumber ${i} is the lucky one.\n`);
    await machine.answer(5 + i / 1000);
    await decided(town, number); // before that the next one is not alone, and is compared with what was tried
    if (i % 20 === 0) say(`${i} of ${count} pull requests`);
  }
  return { dispatchMedianMs: median(await latencies(town)), appPeakMiB: await peakMiB(town.botPid) };
}

async function decided(town: Town, number: number): Promise<void> {
  const state = async () => (await town.octokit.pulls.get({ ...PLACE, pull_number: number })).data.state;
  while ((await state()) === 'open') await sleep(50);
}

const TIMINGS = { setupSeconds: 0, claimsSeconds: 2, probesSeconds: 1, totalSeconds: 20 };

class PlayedMachine {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, token: string) {
    this.#url = `${url}/_machine`;
    this.#headers = { authorization: `Bearer ${token}` };
  }

  /** Takes the next job and reports this loss. */
  async answer(valBpb: number): Promise<void> {
    for (let waited = 0; waited < 60; waited++) {
      const response = await this.#call('POST', 'acquire');
      if (response.status !== 200) continue;
      const taken = (await response.json()) as { jobId: number; runId: number; inputs: { job: string } };
      const job = jobSchema.parse(JSON.parse(taken.inputs.job));
      const report = reportOf(job, { valBpb, timings: { ...TIMINGS, trainSeconds: job.budgetSeconds } });
      const archive = zipSync({ 'report.json': strToU8(JSON.stringify(report)) });
      await this.#call('PUT', `runs/${taken.runId}/artifacts/report`, archive);
      if (job.handOver) await this.#call('PUT', `runs/${taken.runId}/artifacts/scored`, archive);
      await this.#call(
        'POST',
        `jobs/${taken.jobId}/complete`,
        JSON.stringify({ conclusion: 'success', log: '' }),
      );
      return;
    }
    throw new Error('The bot sent no job within a minute.');
  }

  #call(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    return fetch(`${this.#url}/${path}`, { method, headers: this.#headers, ...(body && { body }) });
  }
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
