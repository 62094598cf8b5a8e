import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { whole } from '../whole.ts';
import { print } from './print.ts';
import { reportOf } from './report.ts';
import { simulatedUsage, usageOf } from './usage.ts';

/** `npm run bench:economics`: what a run, a candidate and a merge cost. */

const FORMULA = `
Formulas, for each track and machine:
  an hour      = what it is rented for, or kilowatts x price of electricity for one that is there anyway
  a run        = an hour x seconds / 3600
  a candidate  = a run x (its runs + runs of the record + audits + scorings / 6) / candidates
  a merge      = a candidate x candidates / merges
Prices, with source and date, are in bench/economics/prices.json. docs/economics.md explains them.
The purchase and the wear of a machine are left out.

Examples:
  npm run bench:economics
  npm run --silent bench:economics -- --json --repository ../descent --kwh 0.28`;

const count = whole(0, 'must be a whole number.');
const program = new Command('bench:economics')
  .description(
    'What a run, a candidate and a merge cost on rented machines, at home and on a laptop: by the results of a repository, or by the simulation of bench:acceptance where it has none',
  )
  .option('--json', 'print one JSON document on stdout')
  .option('--repository <path>', 'a clone whose results count', '.')
  .option(
    '--kwh <usd>',
    'price of electricity in US dollars a kWh (default: a cheap and a dear household)',
    price,
  )
  .option('--size <n>', 'candidates that are simulated in each world', count, 10_000)
  .option('--seed <n>', 'seed of the simulation', count, 1)
  .addHelpText('after', FORMULA)
  .parse();
const options = program.opts<{
  json?: boolean;
  repository: string;
  kwh?: number;
  size: number;
  seed: number;
}>();

try {
  if (!existsSync(options.repository))
    throw new Error(`${options.repository} is not there: name a clone with --repository`);
  const own = await usageOf(options.repository);
  if (own.length === 0)
    process.stderr.write(
      `${options.repository} has no results yet: the figures are those of a simulation (bench:acceptance).\n`,
    );
  const usages = own.length > 0 ? own : simulatedUsage(options.size, options.seed);
  const { kwh } = options;
  const report = reportOf(
    usages,
    own.length > 0 ? options.repository : null,
    kwh === undefined ? undefined : [kwh, kwh],
  );
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `${print(report)}\n`);
} catch (error) {
  process.stderr.write(`bench:economics: ${(error as Error).message}\n`);
  process.exitCode = 2;
}

function price(text: string): number {
  const value = Number(text);
  if (!(value > 0) || value > 10) throw new InvalidArgumentError('must be US dollars a kWh, above 0.');
  return value;
}
