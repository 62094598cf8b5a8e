import { Command } from 'commander';
import { whole } from '../whole.ts';
import { simulate, WORLDS } from './simulate.ts';

/** `npm run bench:worn`: when a worn-out validation text is noticed, and how many alarms are false. */

const { json, tracks, seed } = new Command('bench:worn')
  .description(
    'Count how often tracks are called worn out, with and without selection that fits the validation text',
  )
  .option('--json', 'print one JSON document on stdout')
  .option('--tracks <n>', 'tracks of each kind', whole(1), 1000)
  .option('--seed <n>', 'seed of the simulation', whole(0), 1)
  .parse()
  .opts<{ json?: boolean; tracks: number; seed: number }>();

const CANDIDATES = [100, 300, 1000];
const report = Object.fromEntries(
  WORLDS.map((world) => {
    process.stderr.write(`${world.name}: ${world.about}\n`);
    const figures = CANDIDATES.map((candidates) => [
      candidates,
      simulate(world, { tracks, candidates, seed }),
    ]);
    return [world.name, { about: world.about, ...Object.fromEntries(figures) }];
  }),
);

if (json) process.stdout.write(`${JSON.stringify({ tracks, seed, worlds: report }, null, 2)}\n`);
else {
  const cells = (values: readonly (string | number)[]) =>
    values.map((value) => String(value).padStart(11)).join('');
  const lines = WORLDS.flatMap(({ name }) =>
    CANDIDATES.map((candidates, i) => {
      const { warned, estimated, true: truth, selected, others } = report[name]![candidates]!;
      const figures = [
        warned.toFixed(4),
        estimated.toFixed(5),
        truth.toFixed(5),
        selected.toFixed(0),
        others.toFixed(0),
      ];
      return `  ${(i === 0 ? name : '').padEnd(10)}${cells([candidates, ...figures])}`;
    }),
  );
  const head = `  ${'world'.padEnd(10)}${cells(['candidates', 'warned', 'estimated', 'true', 'selected', 'others'])}`;
  process.stdout.write(`${[head, ...lines].join('\n')}\n`);
}
