import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { execa } from 'execa';
import { startLending } from '../testing/town/lender.ts';
import { Processes } from '../testing/town/processes.ts';
import { startTown } from '../testing/town/start.ts';
import { REPO } from '../testing/town/town.ts';
import { borrowOnce } from './borrow.ts';
import { Dashboard, hasDesktop, openInBrowser } from './dashboard.ts';
import { playDay } from './day.ts';
import { verifyIn } from './ledger.ts';
import { print } from './print.ts';
import { comment, summarise } from './report.ts';
import { makeRepository } from './repository.ts';
import { STEPS, untuned } from './requests.ts';
import { display } from './show.ts';
import { describe, type View } from './watch.ts';

const program = new Command('demo')
  .description(
    'A day of research in some seven minutes on an idle machine: a GitHub on this machine, the bot, two machines, some ten pull requests, a frontier.',
  )
  .option(
    '--no-open',
    'do not open the dashboard in a browser, as is done where there is a terminal and a desktop',
  )
  .option('--keep', 'keep everything running after the day, until Ctrl-C')
  .option('--json', 'print one JSON document last on standard output, everything else on standard error')
  .addHelpText('after', '\nExamples:\n  npm run demo\n  npm run --silent demo -- --json > day.json')
  .parse();
const {
  json = false,
  open,
  keep = false,
} = program.opts<{ json?: boolean; open: boolean; keep?: boolean }>();

const started = Date.now();
const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = await mkdtemp(join(tmpdir(), 'descent-demo-'));
const processes = new Processes(repository, folder);
const say = (text: string) => process.stderr.write(`${text}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    say('Ending the processes of the demo ...');
    await processes.close();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}

let dashboard: Dashboard | null = null;
try {
  say(`The town's folder is ${folder}: each process writes its log there.`);
  const origin = await makeRepository(repository, join(folder, 'origin'), untuned, undefined, { lent: true });
  const machines = [
    { owner: 'ada', name: 'desk' },
    { owner: 'bob', name: 'attic', accepts: 'commons,bids,borrowed' },
  ];
  const { town, live } = await startTown(processes, origin, []);
  say(`GitHub is played at ${town.url}. Two owners set up a machine each, with descent lend.`);
  const lent = await Promise.all(machines.map((machine) => startLending(processes, town, machine)));
  say('Both are known to the swarm, which needs no runner of its own. Agents begin.');
  say(`Each run trains for ${STEPS} steps: a busy machine takes longer, the verdicts stay.`);

  const place = { cloneUrl: town.cloneUrl, repository: `${REPO.owner}/${REPO.repo}`, server: town.url, live };
  dashboard = await Dashboard.open(place, join(folder, 'dashboard')).catch((error: Error) => {
    say(`The day goes on without a dashboard: ${error.message}`);
    return null;
  });
  if (dashboard) say(`Watch it descend: ${dashboard.url}`);
  if (dashboard && open && hasDesktop()) openInBrowser(dashboard.url);
  const screen = display(process.stderr, started);
  const draw = (view: View) => {
    screen.draw(describe(view, Date.now()), Date.now());
    dashboard?.refreshSoon();
  };
  const { view, phases } = await playDay(town, join(folder, 'agents'), draw, lent);
  screen.done();
  say("The day is decided. Ada has lent her machine, and runs a file of her own on Bob's.");
  const borrowed = await borrowOnce(town, 'ada', folder);
  await dashboard
    ?.refresh()
    .catch((error: Error) => say(`The dashboard is as old as it says: ${error.message}`));

  const clone = join(folder, 'look-around');
  await execa('git', ['clone', '--quiet', town.cloneUrl, clone]);
  const { stdout: start } = await execa('git', ['rev-parse', 'HEAD'], { cwd: origin });
  const day = await summarise(town.onlooker, REPO, {
    url: town.url,
    clone,
    start,
    pulls: view.pulls,
    bot: town.bot,
    phases,
    measuringSeconds: view.finishedSeconds.reduce((sum, seconds) => sum + seconds, 0),
    measurements: view.finishedSeconds.length,
    seconds: (Date.now() - started) / 1000,
  });
  const summary = { ...day, borrowed };
  const answers = new Map<number, string>();
  for (const { number } of summary.pulls)
    answers.set(number, await comment(town.onlooker, REPO, number, town.bot));
  const { stdout: leaderboard } = await execa('git', ['show', 'main:results/README.md'], { cwd: clone });
  const verified = `The ledger: ${await verifyIn(clone, folder)}\n`;
  const text = print(summary, answers, leaderboard, clone) + verified;
  if (json) {
    say(text);
    process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  } else {
    process.stdout.write(text);
  }
  if (keep && dashboard) {
    say(`The dashboard stays until Ctrl-C: ${dashboard.url}`);
    await new Promise<never>(() => {}); // Ctrl-C ends it, above
  }
  await dashboard?.close();
  await processes.close();
  for (const own of ['agents', 'dashboard']) await rm(join(folder, own), { recursive: true, force: true });
} catch (error) {
  await dashboard?.close(); // else it would keep this process
  await processes.close();
  say(
    `The demo failed: ${error instanceof Error ? error.message : String(error)}\nThe logs are in ${folder}.`,
  );
  process.exitCode = 1;
}
