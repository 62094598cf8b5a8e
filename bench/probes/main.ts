import { Command } from 'commander';
import { smallestCaught } from './bound.ts';
import { CHEATS } from './cheats.ts';
import { boundOf, HEADING, line, type Result } from './table.ts';
import { makeWorld } from './world.ts';

/** `npm run bench:probes [-- --json]`: which gain of a cheat does the second pass miss? (docs/security.md) */

/** As on the H100 track: 2,000 probes over 10,000 rows. Rows are shorter, which changes nothing but the time this takes. */
const [ROWS, LENGTH, PROBES, SEED] = [10_000, 32, 2000, 20261123];
const ONE_RUN = { probes: PROBES, runs: 1, trials: 1000, draws: 8 };
/** A merge passes five runs or more; a pool of more draws, since cheats as small as these are found in fewer of them. */
const MERGE = { probes: PROBES, runs: 5, trials: 1000, draws: 20 };

const values = new Command('npm run bench:probes --')
  .description(
    'Finds the smallest gain in val_bpb of each known cheat that the second pass of the scoring catches 99 times of 100, in one run and in a merge.',
  )
  .option('--json', 'print one JSON document on standard output, everything else on standard error')
  .parse()
  .opts<{ json?: boolean }>();
const say = (text: string) => (values.json ? process.stderr : process.stdout).write(`${text}\n`);

say(
  'Smallest gain in val_bpb that is caught with 99 %: it is refused, or the penalty takes half of it back.',
);
say(HEADING);
const results: Result[] = [];
for (const [index, cheat] of CHEATS.entries()) {
  const world = makeWorld(ROWS, LENGTH, SEED + index);
  const oneRun = await smallestCaught(world, cheat, ONE_RUN);
  const result = { cheat, oneRun, merge: await smallestCaught(world, cheat, MERGE) };
  results.push(result);
  say(line(result));
}
const bound = boundOf(results);
say(`The bound: ${bound.gainCaughtOneRun} bpb in one run, ${bound.gainCaughtMerge} bpb in a merge.`);
if (values.json) process.stdout.write(`${JSON.stringify(bound)}\n`);
