import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Job } from '../core/formats/job.ts';
import type { Report } from '../core/formats/report.ts';
import { reportOf } from '../testing/examples/report.ts';
import { complete, handedOver, PlayedMachine, upload, zipOf } from '../testing/town/played-machine.ts';
import { Processes } from '../testing/town/processes.ts';
import { startTown } from '../testing/town/start.ts';
import { REPO, type Town } from '../testing/town/town.ts';
import { playDay } from './day.ts';
import { print } from './print.ts';
import { summarise } from './report.ts';
import { makeRepository } from './repository.ts';
import { MORNING, untuned } from './requests.ts';

const REPOSITORY = join(import.meta.dirname, '..');
const MACHINES = [
  { owner: 'ada', name: 'desk' },
  { owner: 'bob', name: 'attic' },
];
const TIMINGS = { setupSeconds: 0, trainSeconds: 2, claimsSeconds: 0, probesSeconds: 0, totalSeconds: 3 };
/** Four bytes for each scored token, of either text. */
const CLAIMS_BYTES = 2 * 4 * 65_536;
const RUN_MS = 2000;

let folder: string;
let processes: Processes;
let open: boolean;
let playing: Promise<void>[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-day-'));
  processes = new Processes(REPOSITORY, folder);
  open = true;
  playing = [];
});
afterEach(async () => {
  open = false;
  await Promise.allSettled(playing);
  await processes.close();
  await rm(folder, { recursive: true, force: true });
});

/** What training gives, as `npm run demo` measured it; seeds differ by 0.02 at most. */
function outcomeOf(trainPy: string, { seed, stage }: Job): Partial<Report> {
  const cpu = (name: string) => Number(new RegExp(`^${name} = .*"cpu": (\\d+)`, 'm').exec(trainPy)![1]);
  if (cpu('HEAD_DIM') === 48) return { outcome: 'crashed', valBpb: null };
  if (!/while not clock/.test(trainPy)) return { outcome: 'timeout', valBpb: null };
  // Its good hour is over when its fresh runs begin: here as a rule, since no machine of the test takes as long as a real one.
  const late = /time\.time\(\) > \d+/.test(trainPy) && stage === 'confirm';
  const head = late ? 0.00003 : Number(/^HEAD_LEARNING_RATE = (\S+)/m.exec(trainPy)![1]);
  const byRate = new Map([
    [0.00003, 7.53],
    [0.0003, 4.99],
    [0.001, 3.61],
    [0.004, 3.12],
  ]).get(head)!;
  const memory = cpu('LONGEST_NGRAM') > 2 ? 0.23 : 0;
  const steps = 0.01 * (Number(/^STEPS = (\d+)/m.exec(trainPy)![1]) - 60);
  return { valBpb: byRate - memory - steps + 0.02 * ((seed % 1000) / 1000) };
}

/** A machine that trains nothing takes jobs until the test ends. */
async function play(town: Town, machine: PlayedMachine, losses: Map<number, Partial<Report>>) {
  while (open) {
    const taken = await machine.take();
    if (!taken) continue;
    const { job } = taken;
    const { data } = await town.onlooker.git.getBlob({ ...REPO, file_sha: job.blob });
    const trainPy = Buffer.from(data.content, 'base64').toString('utf8');
    const outcome = job.rescore ? losses.get(job.rescore.runId)! : outcomeOf(trainPy, job);
    losses.set(taken.runId, outcome);
    await sleep(RUN_MS);
    // Training takes longer than opening pull requests: all of the morning's wait when main's own file has been measured.
    while (open && job.pull === null && (await town.onlooker.pulls.list(REPO)).data.length < MORNING.length)
      await sleep(200);
    const claims = job.handOver && { claimsBytes: CLAIMS_BYTES };
    const report = reportOf(job, { ...outcome, timings: TIMINGS, ...claims });
    await upload(town.url, taken, zipOf(report));
    if (job.handOver && outcome.valBpb) await upload(town.url, taken, handedOver(), 'scored');
    await complete(town.url, taken);
  }
}

test('the day shows gains adopted, composed, certified at once and refuted, beside all else that may happen', async () => {
  const origin = await makeRepository(REPOSITORY, join(folder, 'origin'), untuned);
  const { town } = await startTown(processes, origin, []);
  const losses = new Map<number, Partial<Report>>();
  for (const { owner, name } of MACHINES)
    playing.push(play(town, new PlayedMachine(town.url, await town.addMachine(owner, name)), losses));
  const { view, phases } = await playDay(town, join(folder, 'agents'), () => {});
  const clone = join(folder, 'look-around');
  await execa('git', ['clone', '--quiet', town.cloneUrl, clone]);
  const { stdout: start } = await execa('git', ['rev-parse', 'HEAD'], { cwd: origin });
  const summary = await summarise(town.onlooker, REPO, {
    ...{ url: town.url, clone, start, pulls: view.pulls, bot: town.bot, phases },
    ...{ measuringSeconds: 0, measurements: view.finishedSeconds.length, seconds: 0 },
  });
  const pull = (title: RegExp) => summary.pulls.find((one) => title.test(one.title))!;
  const [improvement, clock] = [pull(/by three/), pull(/^Let the clock/)];
  const [memory, longer, tenTimes] = [pull(/last three bytes/), pull(/quarter more/), pull(/of ten times/)];

  const { frontier } = summary;
  expect(frontier.open).toEqual([]);
  expect(frontier.certified[0]).toMatchObject({ pulls: [improvement.number], head: improvement.number });
  expect(frontier.certified[1]).toMatchObject({ head: tenTimes.number, runs: 4 });
  expect(new Set(frontier.certified[1]!.pulls)).toEqual(
    new Set([memory.number, longer.number, tenTimes.number]),
  );
  expect([memory, longer].filter((one) => one.composed)).toHaveLength(1);
  expect(frontier.refuted).toMatchObject([{ pulls: [clock.number], runs: 4 }]);
  expect(clock).toMatchObject({ verdict: 'not-held', merged: false, adopted: true, lucky: true });
  for (const one of [improvement, memory, longer, tenTimes])
    expect(one).toMatchObject({ verdict: 'improved', merged: true, adopted: true });

  expect(pull(/^Heads of 48/).paid).toEqual([{ login: 'ada', credits: 36 }]);
  expect(summary.credits.filter(({ free }) => free > 0)).toEqual([{ login: 'ada', free: 214, pending: 0 }]);

  const verdicts = summary.pulls.map(({ verdict }) => verdict);
  for (const verdict of ['regressed', 'crashed', 'timeout', 'refused', 'duplicate'])
    expect(verdicts).toContain(verdict);
  const text = print(summary, new Map(), 'the leaderboard', clone);
  for (const said of [
    'Adopted:',
    'Composed:',
    'Certified at once:',
    'Refuted:',
    'Luck did not merge:',
    '36 credits of ada',
  ])
    expect(text).toContain(said);
}, 400_000);
