import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { program } from 'commander';
import { EXIT, listen } from './listen.ts';

/** `bin/Runner.Listener`: a stand-in for GitHub's own runner, for one job. It lies in `bin/` of the unpacked archive. */

const INPUT = 'ACTIONS_RUNNER_INPUT_JITCONFIG';
const root = dirname(import.meta.dirname);
const version = readFileSync(join(import.meta.dirname, 'version'), 'utf8').trim();

program
  .name('Runner.Listener')
  .description(
    "A stand-in for GitHub's runner: takes one job of the emulator by a just-in-time configuration.",
  )
  .version(version);
program
  .command('run')
  .option('--jitconfig <text>', `the configuration (default: ${INPUT} of the environment)`)
  .action(async ({ jitconfig }: { jitconfig?: string }) => {
    const { [INPUT]: given, ...env } = process.env;
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
    const say = (line: string) => process.stdout.write(`${line}\n`);
    const jitConfig = jitconfig ?? given;
    if (!jitConfig) {
      say('Runner is not configured.');
      process.exitCode = EXIT.terminated;
      return;
    }
    process.exitCode = await listen({ root, version, jitConfig, env, stop: stop.signal, say });
  });
await program.parseAsync();
