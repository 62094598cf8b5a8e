import { Command } from 'commander';
import { ofManyMachines } from './fleet.ts';
import { setupSeconds } from './setup.ts';
import { vanishedSeconds } from './vanished.ts';
import { yieldSeconds } from './yields.ts';

/** `npm run bench:lending`: what lending a machine costs its owner and the swarm, with all parts real on this machine. */

const {
  json = false,
  returns,
  owners,
} = new Command('bench:lending')
  .description(
    'Measure, in the emulator, how long a machine’s set-up takes, how soon the machine is its owner’s again, how soon a run of a machine that vanished is ordered again, and what a run costs of its owner’s limit. Takes some minutes.',
  )
  .option('--json', 'print one JSON document last on standard output, everything else on standard error')
  .option('--returns <number>', 'how often the owner comes back', Number, 20)
  .option('--owners <number>', 'how many owners lend two machines each', Number, 100)
  .addHelpText('after', '\nExamples:\n  npm run bench:lending\n  npm run --silent bench:lending -- --json')
  .parse()
  .opts<{ json?: boolean; returns: number; owners: number }>();

const say = (text: string) => process.stderr.write(`${text}\n`);

/** The smallest value that at least this share of all does not exceed. */
function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

const figures = {
  setupSeconds: await setupSeconds(say),
  yieldSecondsP99: quantile(await yieldSeconds(returns, say), 0.99),
  vanishedToReorderSeconds: await vanishedSeconds(say),
  ...(await ofManyMachines(owners, 2, say)),
};
if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
else console.table(figures);
