import { writeFile } from 'node:fs/promises';
import { Octokit } from '@octokit/rest';
import { Command } from 'commander';
import { messageOf } from '../../core/errors.ts';
import { parseConfig } from '../../core/formats/config.ts';
import type { Now } from '../../core/formats/now.ts';
import { makePatient, PATIENT } from '../../core/github/patience.ts';
import { octokitPort } from '../github/octokit.ts';
import { nowOf } from '../live/now.ts';
import { EnvironmentError, sweepEnvironment } from '../serve/environment.ts';

/** Who is measured and who waits, asked once with a workflow's token: for a dashboard that is built where no bot can be heard. */

const options = new Command('node app/sweep/now.ts')
  .description(
    'Writes who is measured and who waits, as one JSON document, for `npm run site -- --queue FILE`.',
  )
  .option('--out <file>', 'write it there (default: print it)')
  .option(
    '--app <name>',
    "the App that runs the swarm, as in github.com/apps/NAME (default: that of `lending`, else the token's own)",
  )
  .addHelpText(
    'after',
    '\nNeeds GITHUB_TOKEN, which may read, and GITHUB_REPOSITORY (OWNER/REPO). It changes nothing.',
  )
  .parse()
  .opts<{ out?: string; app?: string }>();

try {
  const text = `${JSON.stringify(await asked())}\n`;
  if (options.out === undefined) process.stdout.write(text);
  else await writeFile(options.out, text);
} catch (error) {
  process.stderr.write(`${error instanceof EnvironmentError ? error.message : messageOf(error)}\n`);
  process.exitCode = 1;
}

async function asked(): Promise<Now> {
  const environment = sweepEnvironment({ ...process.env, APP_ID: undefined });
  if (environment.kind !== 'token') throw new EnvironmentError('GITHUB_TOKEN is not set');
  const { token, owner, name, GITHUB_API_URL } = environment;
  const octokit = new Octokit({ auth: token, baseUrl: GITHUB_API_URL });
  makePatient(octokit, PATIENT);
  const read = (app: string | undefined) => {
    const where = { owner, name, appId: null, ...(app !== undefined && { bot: `${app}[bot]` }) };
    return octokitPort(octokit, where).readMain();
  };
  const first = await read(options.app);
  const config = parseConfig(first.main.config);
  const lender = config.ok ? config.value.lending?.app : undefined;
  const main = options.app === undefined && lender !== undefined ? await read(lender) : first;
  const now = nowOf(main, [], new Date());
  if (now) return now;
  throw new Error(
    `.github/descent.yml of ${owner}/${name} cannot be read: ${config.ok ? '' : config.problems.join('; ')}`,
  );
}
