import { Command, CommanderError } from 'commander';
import { addVerb } from './command-line.ts';
import { best } from './commands/best.ts';
import { check } from './commands/check.ts';
import { diff } from './commands/diff.ts';
import { history } from './commands/history.ts';
import { lineage } from './commands/lineage.ts';
import { search } from './commands/search.ts';
import { show } from './commands/show.ts';
import { status } from './commands/status.ts';
import type { Context } from './context.ts';
import { Failure } from './failure.ts';
import { inertJson } from './inert.ts';

const VERBS = [status, best, history, show, search, lineage, diff, check];

/** The collective memory and the swarm from the command line. @returns the exit status: 0 done, 1 a negative answer, 2 could not. */
export async function main(args: string[], context: Context): Promise<number> {
  let exitStatus = 0;
  const program = new Command('descent')
    .description(
      'Descent: a repository whose loss only goes down. Read what was tried, then try something new.',
    )
    .exitOverride()
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .showHelpAfterError('(see --help)');
  for (const verb of VERBS) {
    addVerb(program, verb, context, (status) => {
      exitStatus = status;
    });
  }
  if (!VERBS.some((verb) => verb.name === args[0])) {
    // Only when it may be meant: the runner is most of what a short command would otherwise load.
    const { runCommand } = await import('../runner/cli.ts');
    const { doctorCommand } = await import('../runner/doctor/command.ts');
    const terminal = process.stderr.isTTY ? process.stderr : null;
    const run = runCommand({ ...context, terminal }, (status) => {
      exitStatus = status;
    });
    program.addCommand(run.copyInheritedSettings(program));
    const doctor = doctorCommand(context, (status) => {
      exitStatus = status;
    });
    program.addCommand(doctor.copyInheritedSettings(program));
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitStatus;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof Failure)) throw error;
    if (args.includes('--json'))
      context.out(`${inertJson({ error: { what: error.message, remedy: error.remedy } })}\n`);
    context.err(`descent: ${error.message}\n  ${error.remedy}\n`);
    return error.status;
  }
}
