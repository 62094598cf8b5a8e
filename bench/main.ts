import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { makeRepository } from '../demo/repository.ts';
import { untuned } from '../demo/requests.ts';
import { Processes } from '../testing/town/processes.ts';
import { type Machine, startTown } from '../testing/town/start.ts';
import type { Town } from '../testing/town/town.ts';
import { benchCrowd } from './crowd.ts';
import { benchExperiments } from './experiments.ts';

const { json = false, pulls } = new Command('bench')
  .description(
    'Measure HTTP requests to GitHub, latency, the runner’s overhead and the bot’s memory on this machine. Takes some minutes.',
  )
  .option('--json', 'print one JSON document last on standard output, everything else on standard error')
  .option('--pulls <number>', 'pull requests of the crowd', Number, 200)
  .addHelpText('after', '\nExamples:\n  npm run bench\n  npm run --silent bench -- --json')
  .parse()
  .opts<{ json?: boolean; pulls: number }>();

const started = Date.now();
const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (text: string) =>
  process.stderr.write(`${Math.round((Date.now() - started) / 1000)} s: ${text}\n`);

/** Runs `work` in a town of its own, and ends all its processes. */
async function inTown<T>(
  name: string,
  machines: Machine[],
  settings: NodeJS.ProcessEnv,
  work: (town: Town, folder: string, botPid: number) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `descent-bench-${name}-`));
  const processes = new Processes(repository, folder);
  try {
    // One run decides, so these figures are those of a single measurement.
    const origin = await makeRepository(repository, join(folder, 'origin'), untuned, { margin: 0.1 });
    const { town, botPid } = await startTown(processes, origin, machines, settings);
    const agents = join(folder, 'agents');
    await mkdir(agents);
    const figures = await work(town, agents, botPid);
    await processes.close();
    await rm(folder, { recursive: true, force: true });
    return figures;
  } catch (error) {
    await processes.close();
    say(`the logs are in ${folder}`);
    throw error;
  }
}

const trainPy = await readFile(join(repository, 'train/train.py'), 'utf8');
// The pages are no pull request's own: however many verdicts come together, they are made once.
const noPages = { PAGES_MINUTES: '0' };
const experiments = await inTown('real', [{ owner: 'ada', name: 'desk' }], noPages, (town, folder) =>
  benchExperiments(town, folder, trainPy, say),
);
const crowd = await inTown('crowd', [], {}, (town, folder, botPid) =>
  benchCrowd(town, botPid, folder, trainPy, pulls, say),
);

const figures = { ...experiments, ...crowd };
const limits = {
  requestsRejected: 11,
  requestsMerged: 13,
  dispatchMedianMs: 100,
  runnerOverheadSeconds: 3,
  appPeakMiB: 250,
} satisfies Record<keyof typeof figures, number>;
const rows = Object.entries(figures).map(([figure, value]) => ({
  figure,
  value: Math.round(value * 100) / 100,
  'at most': limits[figure as keyof typeof figures],
}));
if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
else console.table(rows);
