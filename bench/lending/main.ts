import { Command } from 'commander';
import { whole } from '../whole.ts';
import { ofFleet } from './fleet.ts';
import { setupFigures } from './setup.ts';
import { inLendingTown } from './town.ts';
import { vanishedToReorderSeconds } from './vanished.ts';
import { yieldSeconds } from './yields.ts';

/** `npm run bench:lending`: what lending a machine costs its owner and the swarm, with all parts real on this machine. */

const count = (least: number) => whole(least, `It must be a whole number of at least ${least}.`);
const { json = false, ...options } = new Command('bench:lending')
  .description(
    'Measure what lending costs, over a GitHub that is played on this machine. Takes a quarter of an hour.',
  )
  .option('--json', 'print one JSON document last on standard output, everything else on standard error')
  .option('--returns <number>', 'how often the owner comes back', count(1), 20)
  .option('--owners <number>', 'owners of the fleet', count(6), 100)
  .addHelpText(
    'after',
    `
Figures:
  setupSeconds              from git clone and descent lend --setup to the first job that counts, its training included
  setupToAnswerSeconds      of these: until the swarm has answered
  setupTrainingSeconds      of these: the training of that job
  yieldSecondsP99           from the owner's return until no process of the sandbox lives
  vanishedToReorderSeconds  from the kill -9 of a client in the middle of a job until another owner is given its seed
  requestsPerRun            the bot's requests in a machine's repository for each run that counts, in a fleet
  machines                  of that fleet, two of each owner
Bot, clients, git, sandbox, training and clocks are real; the machines of the fleet are played. Clients take a job at once
(--free-for 0), where people's wait until nobody has used the machine for three minutes. Other work on this computer shows.

Examples:
  npm run bench:lending
  npm run --silent bench:lending -- --json > lending.json
  npm run bench:lending -- --owners 6 --returns 3        # a first look

Exit status: 0 within all limits, 1 one is missed or something failed.`,
  )
  .parse()
  .opts<{ json?: boolean; returns: number; owners: number }>();

/** Of the issue that asked for lending; a figure without one is there to explain another. */
const LIMITS: Record<string, number> = {
  setupSeconds: 60,
  yieldSecondsP99: 1,
  vanishedToReorderSeconds: 120,
  requestsPerRun: 6,
};

const started = Date.now();
const say = (text: string) =>
  process.stderr.write(`${Math.round((Date.now() - started) / 1000)} s: ${text}\n`);

say('an owner sets up a machine');
// A computer lends the machine of one repository once: owners of a demo beside this have other names.
const ada = { owner: `ada${process.pid}`, name: 'desk' };
const bob = { owner: `bob${process.pid}`, name: 'attic' };
const ofTown = await inLendingTown(say, async (lending) => ({
  ...(await setupFigures(lending, ada, say)),
  vanishedToReorderSeconds: await vanishedToReorderSeconds(lending, [ada, bob], say),
}));
say('an owner comes back in the middle of jobs');
const yields = await yieldSeconds(options.returns, say);
say(`a fleet of ${options.owners} owners begins`);
const fleet = await ofFleet(options.owners, say);

const { setupSeconds, setupToAnswerSeconds, setupTrainingSeconds } = ofTown;
const figures: Record<string, number> = {
  ...{ setupSeconds, setupToAnswerSeconds, setupTrainingSeconds },
  yieldSecondsP99: quantile(yields, 0.99),
  vanishedToReorderSeconds: ofTown.vanishedToReorderSeconds,
  ...fleet,
};
if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
else
  console.table(
    Object.entries(figures).map(([figure, value]) => ({
      figure,
      value: Math.round(value * 1000) / 1000,
      'at most': LIMITS[figure] ?? '',
    })),
  );
for (const [figure, limit] of Object.entries(LIMITS))
  if (!(figures[figure]! <= limit)) {
    say(`${figure} is ${figures[figure]}: more than ${limit}`);
    process.exitCode = 1;
  }

/** The smallest value that at least this share of all does not exceed. */
function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
