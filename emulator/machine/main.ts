import { InvalidArgumentError, program } from 'commander';
import { type MachineEvent, runMachine } from './machine.ts';
import { Server } from './server.ts';

/** `node emulator/machine/main.ts`: a volunteer's machine, as a process of its own. */

program
  .name('machine')
  .description(
    'A self-hosted runner for the emulator: takes jobs and executes the real workflow, step by step.',
  )
  .requiredOption('--url <url>', 'where the emulator listens', parseUrl)
  .requiredOption('--token <token>', "the machine's token, from POST /_emulator/machines")
  .option('--name <name>', 'name to show', 'machine')
  .option('--work <dir>', "folder for the jobs' files (default: the system's temporary folder)")
  .option('--json', 'one JSON event per line on stdout; plain lines go to stderr')
  .addHelpText(
    'after',
    '\nExample: node emulator/machine/main.ts --url http://127.0.0.1:4000 --token TOKEN --name ada.desk',
  )
  .parse();

const options = program.opts<{ url: string; token: string; name: string; work?: string; json?: boolean }>();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

try {
  await runMachine({
    server: new Server(options.url, options.token),
    name: options.name,
    work: options.work,
    env: process.env,
    stop: stop.signal,
    tell: (event) => {
      if (options.json) process.stdout.write(`${JSON.stringify(event)}\n`);
      const line = describe(event);
      if (line) (options.json ? process.stderr : process.stdout).write(`${options.name}: ${line}\n`);
    },
  });
} catch (error) {
  process.stderr.write(`${options.name}: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

function describe(event: MachineEvent): string {
  switch (event.event) {
    case 'ready':
      return 'waiting for a job';
    case 'job':
      return `job ${event.job} of ${event.repository}, run ${event.run}: ${event.name}`;
    case 'step':
      return `job ${event.job}, step ${event.number} ${event.name}: ${event.conclusion ?? 'started'}`;
    case 'completed':
      return `job ${event.job}: ${event.conclusion}`;
    case 'refused':
      return `job ${event.job}: its end was refused, ${event.reason}`;
    case 'command':
    case 'summary':
      return '';
  }
}

function parseUrl(text: string): string {
  if (!URL.canParse(text)) throw new InvalidArgumentError('must be a URL, such as http://127.0.0.1:4000');
  return text;
}
