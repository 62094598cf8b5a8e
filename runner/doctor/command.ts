import { dirname } from 'node:path';
import { Command, Option } from 'commander';
import { DESCENT } from '../../core/command-name.ts';
import { cacheFolder } from '../../setup/paths.mjs';
import { thisHost } from '../host.ts';
import { localJob, UsageError } from '../local-job.ts';
import type { SandboxKind } from '../sandbox/sandbox.ts';
import { diagnose, isUnsafe } from './doctor.ts';
import { planFor } from './plan.ts';
import { render } from './render.ts';
import { thisMachine } from './this-machine.ts';
import { trial } from './trial.ts';

/** Root of this checkout. */
const HERE = dirname(dirname(import.meta.dirname));

/** What the command takes from its surroundings. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  out: (text: string) => void;
  err: (text: string) => void;
}

interface Options {
  track?: string;
  sandbox: SandboxKind;
  api?: string;
  json?: boolean;
}

/**
 * `descent doctor`. Ends with 1 when a safety check fails, 2 on wrong usage, else 0.
 * @param exit is called with the exit status
 */
export function doctorCommand(
  { env, out, err }: Surroundings,
  exit: (status: number) => void,
  repository = HERE,
): Command {
  return new Command('doctor')
    .description('Check whether this machine can measure safely, and say what to do for each problem.')
    .option('--track <name>', 'a track of .github/descent.yml (default: the primary one)')
    .addOption(
      new Option('--sandbox <kind>', 'what will confine train.py')
        .choices(['bubblewrap', 'docker', 'podman'])
        .default('bubblewrap'),
    )
    .option('--api <url>', 'compare the clock with this server, e.g. https://api.github.com')
    .option('--json', 'print [{name, status, found, remedy, safety}] as JSON')
    .addHelpText(
      'after',
      `
Examples:
  ${DESCENT} doctor
  ${DESCENT} doctor --track h100 --sandbox podman --api https://api.github.com

Exit status: 0 safe, 1 a safety check failed (no runner starts), 2 wrong usage.`,
    )
    .action(async (options: Options) => {
      try {
        const job = await localJob(repository, new Uint8Array(), {
          track: options.track ?? null,
          budgetSeconds: null,
          seed: null,
          device: null,
        });
        const api = options.api ?? env.GITHUB_API_URL ?? null;
        const plan = {
          ...planFor(job, { sandbox: options.sandbox, repository, cache: cacheFolder(env) }),
          api,
        };
        const findings = await diagnose(thisMachine(env), plan);
        findings.push(await trial(job, findings, { ...plan, host: thisHost(env) }));
        out(options.json ? `${JSON.stringify(findings, null, 2)}\n` : render(findings));
        exit(isUnsafe(findings) ? 1 : 0);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        err(`descent doctor: ${error.message}\n`);
        exit(2);
      }
    });
}
