import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { execa } from 'execa';
import { z } from 'zod';
import { parseConfig } from '../../core/formats/config.ts';
import { registerOnce, wantedSchema } from './registration.ts';

/** `npm run runner`: a maintainer's registration of one machine for one job. */

const program = new Command('npm run runner --')
  .description(
    'Prints a registration of one machine for one job, for its owner to give to run.sh --jitconfig.',
  )
  .argument('<owner>', "GitHub login of the machine's owner")
  .argument('<machine>', 'what the owner calls the machine, e.g. desk')
  .option('--track <name>', 'a track of .github/descent.yml (default: the primary one)')
  .option('--group <id>', 'runner group of an organisation (docs/operating.md)', Number, 1)
  .option('--repo <owner/repo>', 'the repository (default: REPO of the environment)')
  .option('--api <url>', "GitHub's API", 'https://api.github.com')
  .addHelpText(
    'after',
    `
The token is GITHUB_TOKEN or GH_TOKEN of the environment, else what \`gh auth token\` says; it needs administration of the
repository. The holder of the printed line can run one job under this name. Send it only to the owner. Print another for the next job.

Example:
  npm run --silent runner -- ada desk --track cpu > ada-desk.jit
  ./run.sh --jitconfig "$(cat ada-desk.jit)"     # on ada's machine`,
  )
  .parse();
const options = program.opts<{ track?: string; group: number; repo?: string; api: string }>();
const [owner, machine] = program.args;

try {
  const repository = z
    .string({ error: 'Name the repository: --repo OWNER/REPO, or REPO in the environment' })
    .regex(/^[^/\s]+\/[^/\s]+$/, 'must be OWNER/REPO')
    .parse(options.repo ?? process.env.REPO);
  const labels = await labelsOf(options.track);
  const wanted = wantedSchema.parse({ owner, machine, labels, group: options.group });
  process.stdout.write(
    `${await registerOnce({ repository, token: await tokenOf(), api: options.api }, wanted)}\n`,
  );
} catch (error) {
  const what = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
  process.stderr.write(`runner: ${what}\n`);
  process.exit(1);
}

async function labelsOf(track: string | undefined): Promise<string[]> {
  const text = await readFile(join(import.meta.dirname, '../../.github/descent.yml'), 'utf8');
  const config = parseConfig(text);
  if (!config.ok) throw new Error(config.problems.join('\n'));
  const name = track ?? config.value.primary;
  const found = Object.hasOwn(config.value.tracks, name) ? config.value.tracks[name] : undefined;
  if (!found)
    throw new Error(
      `There is no track ${name}; .github/descent.yml has ${Object.keys(config.value.tracks).join(', ')}`,
    );
  if (found['runs-on'].length === 0)
    throw new Error(`Track ${name} has no \`runs-on\`: its machines are lent, by \`descent lend\``);
  return found['runs-on'];
}

async function tokenOf(): Promise<string> {
  const given = process.env.GITHUB_TOKEN ?? process.env.GH_TOKEN;
  if (given) return given;
  const { stdout, failed } = await execa('gh', ['auth', 'token'], { reject: false });
  if (failed || !stdout)
    throw new Error('There is no token: set GITHUB_TOKEN, or sign in with gh auth login');
  return stdout.trim();
}
