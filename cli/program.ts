import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { DESCENT } from '../core/command-name.ts';
import type { Context } from '../core/context.ts';
import { CommandError } from '../core/errors.ts';
import { inert, inertJson } from '../core/text/harmless/terminal.ts';
import { addVerb } from './command-line.ts';
import { isVerb, loadVerbs } from './verbs.ts';

const require = createRequire(import.meta.url);

/** For a start from outside the clone, where npx would find a stranger's package of this name. */
const PROGRAM = require.resolve('./descent.mjs');

/** The collective memory and the swarm from the command line. @returns the exit status: 0 done, 1 the answer is no, 2 failed. */
export async function main(args: string[], context: Context): Promise<number> {
  let exitStatus = 0;
  const exit = (status: number) => {
    exitStatus = status;
  };
  const program = new Command(DESCENT)
    .description(
      'Descent: a repository whose loss only goes down. Read what was tried, then try something new.',
    )
    .exitOverride()
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .showHelpAfterError('(see --help)');
  for (const verb of await loadVerbs(args[0])) addVerb(program, verb, context, exit);
  program
    .command('mcp')
    .description('serve the same verbs to an agent over the Model Context Protocol (stdio)')
    .addHelpText(
      'after',
      `\nExample, for a client that starts it in any folder:\n  $ claude mcp add descent -- node ${PROGRAM} mcp\n`,
    )
    .action(async () => (await import('./mcp/serve.ts')).serve(context));
  if (!isVerb(args[0])) {
    // Only when it may be needed: the runner would be most of what a short command loads.
    const { runCommand } = await import('../runner/command/run.ts');
    const { doctorCommand } = await import('../runner/doctor/command.ts');
    const { prepareCommand } = await import('../runner/command/prepare.ts');
    const { lendCommand } = await import('./commands/lend.ts');
    const { borrowCommand } = await import('./commands/borrow.ts');
    const terminal = process.stderr.isTTY ? process.stderr : null;
    const others = [
      runCommand({ ...context, terminal }, exit),
      doctorCommand(context, exit),
      prepareCommand(context, exit),
      lendCommand(context, exit),
      borrowCommand(context, exit),
    ];
    for (const command of others) program.addCommand(command.copyInheritedSettings(program));
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitStatus;
  } catch (error) {
    const tell = (what: string, remedy: string) => {
      if (args.includes('--json')) context.out(`${inertJson({ error: { what, remedy } })}\n`);
    };
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      tell(error.message.replace(/^error: /, ''), 'See --help.'); // commander has already printed it on standard error
      return 2;
    }
    if (!(error instanceof CommandError)) throw error;
    tell(error.message, error.remedy);
    context.err(inert(`descent: ${error.message}\n  ${error.remedy}\n`));
    return error.status;
  }
}
