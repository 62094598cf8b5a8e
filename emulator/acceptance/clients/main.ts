import { Command } from 'commander';
import { acceptClients } from './accept.ts';

/** `npm run accept:clients`: programs with PyGithub and go-github, which pip and go install, against the emulator. */

const { json } = new Command('accept:clients')
  .description(
    'Installs PyGithub and go-github and lets a program with each ask the emulator, one call after the other.',
  )
  .option(
    '--json',
    'print {clients: [{client, calls: [{call, ok, why?}], why?}]}; calls is null where it cannot be installed',
  )
  .parse()
  .opts<{ json?: boolean }>();

const clients = await acceptClients();
if (json) process.stdout.write(`${JSON.stringify({ clients })}\n`);
else
  for (const { client, calls, why } of clients) {
    if (calls === null) process.stdout.write(`left    ${client} cannot be installed here: ${why}\n`);
    for (const { call, ok, why: said } of calls ?? [])
      process.stdout.write(
        `${ok ? 'ok    ' : 'FAILED'}  ${client}: ${call}${said ? `\n        ${said}` : ''}\n`,
      );
  }
process.exitCode = clients.some(({ calls }) => calls?.some(({ ok }) => !ok)) ? 1 : 0;
