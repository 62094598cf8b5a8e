import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { execa } from 'execa';
import { appended } from '../../core/formats/events.ts';
import { writeHistory } from '../../testing/clone/write-history.ts';
import { whole } from '../whole.ts';
import { syntheticEvents, syntheticLeaderboard, syntheticResult } from './synthetic.ts';

const require = createRequire(import.meta.url);
const MAIN = require.resolve('../../cli/main.ts');

const values = new Command('npm run bench:memory --')
  .description(
    'Generates a history of experiments in a real git repository, and measures what an agent waits for.',
  )
  .option(
    '--experiments <number>',
    'experiments of the history, 100 or more',
    whole(100, 'It must be a whole number of 100 or more.'),
    100_000,
  )
  .option('--json', 'print one JSON document')
  .addHelpText(
    'after',
    '\nsearchMedianMs and incrementalMs are measured in a process that stays; statusMs and the commands are whole processes.',
  )
  .parse()
  .opts<{ experiments: number; json?: boolean }>();
await bench(values.experiments);

async function bench(experiments: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-memory-'));
  try {
    const clone = join(folder, 'clone');
    say(`Generating ${experiments} experiments`);
    const records = range(experiments).map((_, i) => i + 1);
    await writeHistory(clone, {
      leaderboard: syntheticLeaderboard(experiments),
      results: mapped(records),
      files: { 'train/train.py': 'print("train")\n', ...eventFiles(records) },
    });
    say('Building the index and searching');
    const env = { DESCENT_CACHE: join(folder, 'cache') };
    const measured = await measure(clone, env, experiments);
    const statusMs = await commandMs(clone, env, ['status', '--json']);
    const searchCommandMs = await commandMs(clone, env, ['search', 'smaller', 'batch', '--json']);
    const clones = await cloneCosts(clone, folder);
    const { stdout: git } = await execa('git', ['--version']);
    report({
      experiments,
      statusMs,
      ...measured,
      searchCommandMs,
      clones,
      cores: availableParallelism(),
      node: process.version,
      git,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Index, searches and update, in a fresh process, so that its memory is that of the memory alone. */
async function measure(clone: string, env: Record<string, string>, experiments: number) {
  const script = require.resolve('./measure.ts');
  const { stdout } = await execa(process.execPath, [script, clone, String(experiments)], {
    env,
    stderr: 'inherit',
  });
  return JSON.parse(stdout) as Record<string, number>;
}

/** Median wall clock of a whole command, in milliseconds, over seven runs. */
async function commandMs(clone: string, env: Record<string, string>, args: string[]): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 7; i += 1) {
    const start = performance.now();
    await execa(process.execPath, [MAIN, ...args], { cwd: clone, env });
    times.push(performance.now() - start);
  }
  return Math.round(times.sort((a, b) => a - b)[3]!);
}

/** What three ways to clone cost: seconds, MiB on disk, and seconds of the first command, which builds the index. */
async function cloneCosts(clone: string, folder: string) {
  await execa('git', ['config', 'uploadpack.allowFilter', 'true'], { cwd: clone });
  await execa('git', ['config', 'uploadpack.allowAnySHA1InWant', 'true'], { cwd: clone });
  const url = `file://${clone}`;
  const ways: Record<string, string[]> = {
    full: [],
    shallow: ['--depth=1'],
    sparse: ['--filter=blob:none', '--sparse'],
  };
  const costs: Record<string, { seconds: number; mib: number; firstStatusSeconds: number }> = {};
  for (const [name, flags] of Object.entries(ways)) {
    say(`Cloning: ${name}`);
    const to = join(folder, name);
    const start = performance.now();
    await execa('git', ['clone', '--quiet', ...flags, url, to]);
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    const { stdout } = await execa('du', ['-sm', to]);
    const env = { DESCENT_CACHE: join(folder, `cache-${name}`) };
    const first = performance.now();
    await execa(process.execPath, [MAIN, 'status'], { cwd: to, env });
    const firstStatusSeconds = Math.round((performance.now() - first) / 100) / 10;
    costs[name] = { seconds, mib: Number(stdout.split('\t')[0]), firstStatusSeconds };
    await rm(to, { recursive: true, force: true });
  }
  return costs;
}

function* mapped(numbers: number[]) {
  for (const number of numbers) yield syntheticResult(number);
}

/** What the bot wrote of them with their verdicts. */
function eventFiles(numbers: number[]): Record<string, string> {
  const events = numbers.flatMap((number) => syntheticEvents(syntheticResult(number)));
  return Object.fromEntries(appended(null, events).map(({ path, content }) => [path, content]));
}

function range(length: number): undefined[] {
  return Array.from({ length });
}

function say(text: string): void {
  process.stderr.write(`${text} ...\n`);
}

function report(figures: Record<string, unknown>): void {
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else
    for (const [name, value] of Object.entries(figures))
      process.stdout.write(
        `${name.padEnd(20)} ${typeof value === 'object' ? JSON.stringify(value) : value}\n`,
      );
}
