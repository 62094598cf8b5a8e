import { createInterface } from 'node:readline/promises';
import { Command, InvalidArgumentError } from 'commander';
import { DESCENT } from '../../core/command-name.ts';
import type { Context } from '../../core/context.ts';
import { CommandError } from '../../core/errors.ts';
import { parseLendOptions } from '../../lend/options.ts';
import { listenToSignals } from '../../lend/session/signals.ts';
import { GITHUB, siteOf } from '../../memory/clone/remote-url.ts';
import { findToken } from '../github/token.ts';

/** `descent lend`: for the owner of a machine. It is no verb, since no agent calls it. */
export function lendCommand(context: Context, exit: (status: number) => void): Command {
  return new Command('lend')
    .description('lend this machine to the swarm whenever you do not use it (docs/lending.md)')
    .option(
      '--setup',
      'make the repository of this machine in your account, or fix it, and wait for the swarm',
    )
    .option('--once', 'end after one job')
    .option('--until <time>', 'end at this time of day, such as 08:00')
    .option('--schedule <cron>', 'begin at these times, such as "0 22 * * *"; with --until, lend until then')
    .option('--when <command>', 'lend only while this command ends with 0')
    .option(
      '--finish',
      'when you come back, let the job in hand end first; where a client lends already, tell it to end after its job',
    )
    .option('--price <money>', 'what a kilowatt-hour costs you, such as 0.31', toNumber)
    .option('--follow', "run whatever stands on the swarm's main, without being asked")
    .option('--accept <commit>', "accept this commit of the swarm's main, after reading what changed")
    .option('--repository <name>', 'the repository of this machine (default: descent-machine)')
    .option('--machine <name>', "what you call this machine (default: the computer's name)")
    .option('--tracks <list>', 'tracks to lend to, with commas (default: those that fit)', toList)
    .option(
      '--accepts <list>',
      'with --setup: what to lend it to, of commons, bids, borrowed (default: commons,bids)',
      toList,
    )
    .option(
      '--free-for <seconds>',
      'how long nobody must use it before a job begins (default: 180)',
      toNumber,
    )
    .option(
      '--hottest <celsius>',
      'no job while the card or the processor is as hot (default: 90, the card)',
      toNumber,
    )
    .option('--install', 'install a service of your user that lends from now on')
    .option('--uninstall', 'stop that service and remove it')
    .option('--json', 'print one JSON object a line')
    .addHelpText(
      'after',
      `
Examples:
  $ ${DESCENT} lend --setup                              # once: your repository, one click, the swarm's answer
  $ ${DESCENT} lend                                      # lend until you press Ctrl+C
  $ ${DESCENT} lend --once --price 0.31                  # one job, and what it cost
  $ ${DESCENT} lend --until 08:00                        # tonight
  $ ${DESCENT} lend --finish                             # the client that lends already ends after its job
  $ ${DESCENT} lend --schedule "0 22 * * *" --until 08:00
  $ ${DESCENT} lend --schedule "0 22 * * 1-5 for 10h in Europe/Berlin"
  $ ${DESCENT} lend --when 'test ! -e ~/busy'            # a rule of your own
  $ ${DESCENT} lend --accept COMMIT                      # after the swarm's code changed and you have read it
  $ ${DESCENT} lend --install --schedule "0 22 * * *" --until 08:00

It needs a token that may create a repository and its workflow: \`gh auth login\`, then \`gh auth refresh -s workflow\`,
or GH_TOKEN. The token stays on this machine. Press Ctrl+C to end after the
job in hand, once more to give it up, once more to kill it; SIGTERM gives it up, SIGUSR2 ends after it.

Exit status: 0 done, 1 the machine or the swarm said no, 2 failed or wrong usage.`,
    )
    .action(async (given: Record<string, unknown>) => {
      const options = parseLendOptions(given);
      const site = siteOf(context.env);
      const { lend } = await import('../../lend/main.ts');
      exit(
        await lend(options, {
          context,
          api: context.env.GITHUB_API_URL || GITHUB,
          server: context.env.GITHUB_SERVER_URL || `${site.protocol}//${site.host}`,
          swarm: async () => {
            const { connect } = await import('../github/client.ts');
            const { home } = await connect(context);
            return `${home.owner}/${home.repo}`;
          },
          token: async () => {
            const found = await findToken(context.env, site.host);
            if (found.token === null) throw new CommandError('there is no token to lend with', found.remedy);
            return found.token;
          },
          ask: process.stdin.isTTY && process.stderr.isTTY ? yesOrNo : null,
          typed: process.stdin.isTTY && process.stderr.isTTY ? typed : null,
          terminal: process.stdout.isTTY ? process.stdout : null,
          listen: listenToSignals(process),
        }),
      );
    });
}

async function yesOrNo(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await typed(`${question} [y/N] `)).trim());
}

async function typed(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl+C and Ctrl+D leave the question open for ever.
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  try {
    return await terminal.question(question, { signal: closed.signal });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    throw new CommandError(
      'the question was not answered',
      'Run it again, or answer by --price and --accept.',
      {
        status: 1,
      },
    );
  } finally {
    terminal.close();
  }
}

function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

function toList(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}
