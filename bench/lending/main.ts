import { Command } from 'commander';
import { yieldSeconds } from './yields.ts';

/** `npm run bench:lending`: what lending a machine costs its owner and the swarm, with all parts real on this machine. */

const { json = false, returns } = new Command('bench:lending')
  .description(
    'Measure, on a machine that is lent in the emulator, how soon it is its owner’s again. Takes some minutes.',
  )
  .option('--json', 'print one JSON document last on standard output, everything else on standard error')
  .option('--returns <number>', 'how often the owner comes back', Number, 20)
  .addHelpText('after', '\nExamples:\n  npm run bench:lending\n  npm run --silent bench:lending -- --json')
  .parse()
  .opts<{ json?: boolean; returns: number }>();

const say = (text: string) => process.stderr.write(`${text}\n`);

/** The smallest value that at least this share of all does not exceed. */
function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

const figures = { yieldSecondsP99: quantile(await yieldSeconds(returns, say), 0.99) };
if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
else console.table(figures);
