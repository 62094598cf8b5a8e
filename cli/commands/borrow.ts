import { createInterface } from 'node:readline/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { DESCENT } from '../../core/command-name.ts';
import type { Context } from '../../core/context.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';

/** `descent borrow`: for the person whose credits it spends. It is no verb, since no agent spends them unasked. */
export function borrowCommand(context: Context, exit: (status: number) => void): Command {
  return new Command('borrow')
    .description('run a file of yours on machines of others, for credits (docs/borrow.md)')
    .option('--seconds <n>', 'of training, for each run', toNumber)
    .option(
      '--copies <n>',
      'runs, each with another seed, on as many machines as are free (default: 1)',
      toNumber,
    )
    .option('--track <name>', 'whose machines (default: the primary track)')
    .option('--data <name>', 'a data set that a track here uses (default: that of the track)')
    .option('--file <path>', `the file to run (default: ${TRAIN_PATH})`)
    .addOption(
      new Option('--keep <what>', 'what its file `task.weights` holds').choices(['weights', 'outputs']),
    )
    .option('--input <url>', 'a file of yours at GitHub, which train.py finds beside itself as `input`')
    .option('--input-sha256 <hex>', 'its digest')
    .option('--identity <file>', 'your key of age (default: ~/.config/descent/borrow.key, made once)')
    .option('--yes', 'do not ask before credits are held')
    .option('--wait', 'wait until all runs have ended')
    .option('--collect <pull>', 'fetch and decrypt what a pull request borrowed', toNumber)
    .option('--into <folder>', 'where the outcomes go')
    .option('--json', 'answer one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  $ ${DESCENT} borrow --file train.py --track cpu --seconds 60 --copies 4
  $ ${DESCENT} borrow --seconds 1200 --copies 10 --track h100 --yes --wait --into outcomes
  $ ${DESCENT} borrow --collect 42 --into outcomes
  $ ${DESCENT} borrow --seconds 600 --track h100 --data pysource
  $ ${DESCENT} borrow --seconds 300 --keep outputs --input https://github.com/ME/REPO/releases/download/v1/rows.bin --input-sha256 HEX

It says first what it costs and what you have. Nothing of it touches the leaderboard. Exit status: 0 done, 1 the swarm
said no or a run left no outcome, 2 failed or wrong usage.`,
    )
    .action(async (given: Record<string, unknown>) => {
      const { parseBorrowOptions } = await import('../borrow/options.ts');
      const options = parseBorrowOptions(given);
      const { borrow } = await import('../borrow/borrow.ts');
      exit(await borrow(options, context, process.stdin.isTTY && process.stderr.isTTY ? yesOrNo : null));
    });
}

async function yesOrNo(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

function toNumber(text: string): number {
  const value = Number(text.replace(/^#/, ''));
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}
