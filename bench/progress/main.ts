import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { whole } from '../whole.ts';
import { plot } from './plot.ts';
import { print } from './print.ts';
import { measureAll } from './report.ts';
import { WORLDS } from './worlds.ts';

/** `npm run bench:progress`: what a track truly gains by its runs, under three rules of acceptance. */

const names = WORLDS.map(({ name }) => name);
const program = new Command('bench:progress')
  .description(
    "Simulate the true progress of a track by runs: greedily, each gain alone, and by the frontier, with the project's own decision code",
  )
  .option('--json', 'print one JSON document on stdout')
  .option('--runs <n>', 'runs per track', whole(20), 1000)
  .option('--tracks <n>', 'tracks of each world', whole(1), 40)
  .option('--seed <n>', 'seed of the simulation', whole(0), 1)
  .option('--worlds <names>', `some of ${names.join(',')}`, listed, names)
  .option('--plot <file>', 'write an SVG of the progress')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run bench:progress\n  npm run --silent bench:progress -- --json --tracks 10\n  npm run bench:progress -- --worlds default,plateau --plot progress.svg',
  )
  .parse();
const options = program.opts<{
  json?: boolean;
  runs: number;
  tracks: number;
  seed: number;
  worlds: string[];
  plot?: string;
}>();

const report = measureAll({ ...options, note: (text) => process.stderr.write(`${text}\n`) });
if (options.plot !== undefined) writeFileSync(options.plot, plot(report));
process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `${print(report)}\n`);

function listed(text: string): string[] {
  const chosen = text.split(',').map((name) => name.trim());
  const strange = chosen.filter((name) => !names.includes(name));
  if (strange.length > 0)
    throw new InvalidArgumentError(
      `knows no world "${strange.join(', ')}"; choose from ${names.join(', ')}.`,
    );
  return chosen;
}
