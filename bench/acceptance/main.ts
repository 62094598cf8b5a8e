import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { whole } from '../whole.ts';
import { print } from './print.ts';
import { measureAll } from './report.ts';

/** `npm run bench:acceptance`: Descent's decision code against simulated and real experiments. */

const program = new Command('bench:acceptance')
  .description("Run Descent's decision code on simulated candidates, and compare it with simpler rules")
  .option('--json', 'print one JSON document on stdout')
  .option('--seed <n>', 'seed of the simulation', whole(0), 1)
  .option('--size <n>', 'candidates of each scenario', whole(200), 10_000)
  .parse();
const options = program.opts<{ json?: boolean; seed: number; size: number }>();

const report = measureAll({
  seed: options.seed,
  size: options.size,
  history: readFileSync(new URL('karpathy-autoresearch-h100-mar8.tsv', import.meta.url), 'utf8'),
  clock: () => performance.now(),
  note: (text) => process.stderr.write(`${text}\n`),
});
process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `${print(report)}\n`);
