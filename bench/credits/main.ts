import { Command, InvalidArgumentError } from 'commander';
import { measureAll } from './report.ts';

/** `npm run bench:credits`: the app's own ledger, audits and queue against owners and authors who want more than their share. */

const { json = false, ...options } = new Command('bench:credits')
  .description('Simulate owners and authors who want more credits than their share. Takes two minutes.')
  .option('--json', 'print one JSON document last on standard output, everything else on standard error')
  .option('--seed <n>', 'seed of the simulation', (text) => number(text, 0), 1)
  .option(
    '--size <n>',
    'how much of it is simulated; 1 is what docs/credits.md shows',
    (text) => number(text, 0.01),
    1,
  )
  .addHelpText(
    'after',
    `
Figures:
  liar        an owner who invents a share of the losses, near the incumbent's. creditsPerLie is what each brings beyond what
              the honest runs earn, after all that is taken back: with scorings it must not be above zero. A run pays 288
  preempting  an owner who ends runs that displease him: credits for an hour of the machine, and merges of what changes nothing
  ring        logins that measure junk for each other: what they mint in a day, and for each author, in runs
  queue       minutes that pull requests without bids wait for their first run, while others bid and while they do not

Examples:
  npm run bench:credits
  npm run --silent bench:credits -- --json > credits.json
  npm run bench:credits -- --size 0.1        # a first look

Exit status: 0 a lie pays nothing where weights are scored again, 1 it does or something failed.`,
  )
  .parse()
  .opts<{ json?: boolean; seed: number; size: number }>();

const report = measureAll({ ...options, note: (text) => process.stderr.write(`${text}\n`) });
if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
else
  for (const rows of [report.liar, report.preempting, report.ring, report.queue])
    console.table(rows.map(rounded));
if (report.liar.some((one) => one.scorings > 0 && one.creditsPerLie > 0)) process.exitCode = 1;

function rounded(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === 'number' ? Number(value.toPrecision(3)) : value,
    ]),
  );
}

function number(text: string, least: number): number {
  const value = Number(text);
  if (Number.isNaN(value) || value < least)
    throw new InvalidArgumentError(`must be a number of at least ${least}.`);
  return value;
}
