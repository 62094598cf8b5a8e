import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { DESCENT } from '../../core/command-name.ts';
import { cacheFolder, dataFolder, pythonInterpreter } from '../../setup/paths.mjs';
import { localJob, UsageError } from '../local-job.ts';

const HERE = dirname(dirname(import.meta.dirname));

interface Surroundings {
  env: NodeJS.ProcessEnv;
  out: (text: string) => void;
  err: (text: string) => void;
}

/** What is installed once: its download, its size on the disk, and the time it takes on an ordinary connection. */
interface Cost {
  what: string;
  downloadMB: number;
  diskMB: number;
  minutes: string;
}

/** The CUDA libraries are most of it, also where no card is. */
const PYTHON: Cost = { what: 'the Python environment', downloadMB: 2500, diskMB: 5900, minutes: '2 to 10' };
const DATA: Record<string, Omit<Cost, 'what'>> = {
  pysource: { downloadMB: 25, diskMB: 75, minutes: 'less than 1' },
  // Twelve shards, which stay until the data set is whole.
  climbmix: { downloadMB: 1100, diskMB: 2500, minutes: '10 to 40' },
};

/**
 * `descent prepare`. Says what a track needs and what that costs, then installs it. Ends with 0 when all is there, 1 when it could
 * not be installed, 2 on wrong usage.
 * @param exit is called with the exit status
 */
export function prepareCommand({ env, out, err }: Surroundings, exit: (status: number) => void): Command {
  return new Command('prepare')
    .description(
      'Install what a track needs on this machine, the Python environment and its data; first list what that costs.',
    )
    .argument('[track]', 'a track of .github/descent.yml (default: the primary one)')
    .option('--dry-run', 'only list what is missing and what it costs')
    .addHelpText(
      'after',
      `
Examples:
  ${DESCENT} prepare
  ${DESCENT} prepare h100 --dry-run

Exit status: 0 all is there, 1 something is missing or could not be installed, 2 wrong usage.`,
    )
    .action(async (track: string | undefined, { dryRun }: { dryRun?: boolean }) => {
      try {
        const choice = { track: track ?? null, budgetSeconds: null, seed: null, device: null };
        const { dataset } = await localJob(HERE, new Uint8Array(), choice);
        const costs = missing(dataset, env);
        out(await saidOf(costs, cacheFolder(env)));
        if (costs.length === 0) return exit(0);
        if (dryRun) return exit(1);
        exit(await bootstrap(dataset, env));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        err(`descent prepare: ${error.message}\n`);
        exit(2);
      }
    });
}

/** What is missing. */
function missing(dataset: string, env: NodeJS.ProcessEnv): Cost[] {
  const costs: Cost[] = [];
  if (!existsSync(pythonInterpreter(HERE, env))) costs.push(PYTHON);
  if (!existsSync(join(dataFolder(cacheFolder(env), dataset), 'meta.json'))) {
    const [name = '', shards] = dataset.split('-');
    const { downloadMB, diskMB, minutes } = DATA[name] ?? { downloadMB: 0, diskMB: 0, minutes: 'unknown' };
    // Two more shards than those to train on are always read, for validation and for the held-out text.
    const share = shards === undefined ? 1 : (Number(shards) + 2) / 12;
    const sized = (megabytes: number) => Math.ceil(megabytes * share);
    costs.push({
      what: `data set ${dataset}`,
      downloadMB: sized(downloadMB),
      diskMB: sized(diskMB),
      minutes,
    });
  }
  return costs;
}

async function saidOf(costs: Cost[], cache: string): Promise<string> {
  if (costs.length === 0) return `All that the track needs is in ${cache}.\n`;
  const lines = costs.map(
    ({ what, downloadMB, diskMB, minutes }) =>
      `${what}: about ${downloadMB} MB to download, ${diskMB} MB on the disk, ${minutes} minutes`,
  );
  const need = costs.reduce((sum, { diskMB }) => sum + diskMB, 0);
  const free = await freeMB(cache);
  const short =
    free < need ? ' That is too little: free some space, or choose another folder (DESCENT_CACHE).' : '';
  return `${lines.join('\n')}\nAll of it goes to ${cache}, where ${free} MB are free.${short}\n`;
}

/** The nearest folder that exists. */
async function freeMB(folder: string): Promise<number> {
  let there = folder;
  while (!existsSync(there)) there = dirname(there);
  const { bavail, bsize } = await statfs(there);
  return Math.floor((bavail * bsize) / 1e6);
}

async function bootstrap(dataset: string, env: NodeJS.ProcessEnv): Promise<number> {
  const args = [join(HERE, 'setup/bootstrap.mjs'), '--only', 'python', '--data', dataset];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'close');
  return code === 0 ? 0 : 1;
}
