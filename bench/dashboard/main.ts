import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { whole } from '../whole.ts';
import { lines } from './lines.ts';
import { packedBytes } from './packed.ts';
import { pageFigures } from './page.ts';
import { plots } from './plots.ts';

/** What the dashboard costs: those who build it, those who look at it, and git. */

const PLOTTED = 20_000;
const atLeastTwo = whole(2, 'It must be a number of 2 or more.');

const program = new Command('npm run bench:dashboard --')
  .description(
    'Measures the dashboard of so many experiments on a slow phone, and what its files cost in a git pack.',
  )
  .option('--experiments <n>', 'experiments of the history', atLeastTwo, 100_000)
  .option('--versions <n>', 'versions that are committed', atLeastTwo, 100)
  .option('--json', 'print one JSON document')
  .parse();
const { experiments, versions, json } = program.opts<{
  experiments: number;
  versions: number;
  json?: boolean;
}>();

const folder = await mkdtemp(join(tmpdir(), 'descent-dashboard-'));
try {
  const figures = {
    experiments,
    versions,
    ...(await pageFigures(join(folder, 'page'), experiments)),
    /** What is measured on a smaller history, since a version takes long. */
    plotExperiments: Math.min(experiments, PLOTTED),
    plotBytesPerVersion: {
      stretching: await plotBytes('stretching'),
      stepped: await plotBytes('stepped'),
    },
    /** What a verdict adds for lists, plots and feeds. */
    gitBytesPerCommit: await linesBytes(),
  };
  process.stdout.write(json ? `${JSON.stringify(figures)}\n` : inWords(figures));
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Bytes a version, the first one not counted. */
async function plotBytes(axis: 'stretching' | 'stepped'): Promise<number> {
  const cost = (count: number) =>
    packedBytes(join(folder, `${axis}-${count}`), plots(Math.min(experiments, PLOTTED), count, axis));
  return Math.round(((await cost(versions)) - (await cost(1))) / (versions - 1));
}

async function linesBytes(): Promise<number> {
  const cost = (count: number) => packedBytes(join(folder, `lines-${count}`), lines(experiments, count));
  return Math.round((await cost(versions)) / versions - (await cost(0)) / versions);
}

function inWords(figures: object): string {
  const lines = Object.entries(figures).map(([name, value]) => `${name.padEnd(22)} ${JSON.stringify(value)}`);
  return `${lines.join('\n')}\n`;
}
