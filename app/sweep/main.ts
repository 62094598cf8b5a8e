import { Octokit } from '@octokit/rest';
import { Command } from 'commander';
import { pino } from 'pino';
import { Probot } from 'probot';
import { botAt } from '../flow/bot.ts';
import { type Sweep, sweepOne } from '../flow/sweep-repository.ts';
import { Descent } from '../serve/app.ts';
import { EnvironmentError, type SweepEnvironment, sweepEnvironment } from '../serve/environment.ts';
import { CredentialsError } from '../serve/installations.ts';
import { errorForLog } from '../serve/log.ts';
import { Client } from '../serve/server.ts';

/** Looks at everything once and ends: with an App's credentials, or with nothing but a workflow's token. */
export async function sweep(environment: SweepEnvironment, log: pino.Logger): Promise<Sweep> {
  // It makes the pages when it ends.
  const ledgerKey = environment.DESCENT_LEDGER_KEY ?? null;
  const settings = { cache: environment.DESCENT_CACHE, pagesMinutes: 0, ledgerKey };
  if (environment.kind === 'app') {
    const { APP_ID, PRIVATE_KEY, GITHUB_API_URL, repository } = environment;
    const probot = new Probot({
      appId: APP_ID,
      privateKey: PRIVATE_KEY,
      baseUrl: GITHUB_API_URL,
      log,
      Octokit: Client,
    });
    await probot.ready();
    const descent = new Descent(probot, APP_ID, { ...settings, swarms: environment.SWARMS }, log);
    await descent.installations.login(); // wrong credentials end here, with one line
    return descent.sweep(repository);
  }
  const { token, owner, name, GITHUB_API_URL } = environment;
  const bot = botAt(
    new Octokit({ auth: token, baseUrl: GITHUB_API_URL }),
    { owner, name, appId: null },
    settings,
    log,
  );
  const swept = await sweepOne(bot);
  return { [`${owner}/${name}`]: 'leftAlone' in swept ? { failed: swept.leftAlone } : swept };
}

async function main(): Promise<void> {
  const options = new Command('npm run sweep --')
    .description(
      'Looks at every pull request and every recent run once: what the webhooks do, without webhooks.',
    )
    .option('--json', 'print what was looked at as one JSON document')
    .addHelpText(
      'after',
      '\nNeeds APP_ID and PRIVATE_KEY (or PRIVATE_KEY_PATH) of the App,\nor GITHUB_TOKEN and GITHUB_REPOSITORY (OWNER/REPO) without one.',
    )
    .parse()
    .opts<{ json?: boolean }>();
  const environment = sweepEnvironment(process.env);
  const log = pino({ level: environment.LOG_LEVEL, serializers: { err: errorForLog } }, pino.destination(2));
  const swept = await sweep(environment, log);
  if (options.json) console.log(JSON.stringify({ repositories: swept }));
  else for (const [name, done] of Object.entries(swept)) console.log(`${name}: ${inWords(done)}`);
  if (Object.values(swept).some((done) => 'failed' in done)) process.exitCode = 1;
}

function inWords(done: Sweep[string]): string {
  if ('failed' in done) return `failed: ${done.failed}`;
  return `checked ${done.pulls.length} open pull requests and ${done.runs} recent runs`;
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    const isMistake = error instanceof EnvironmentError || error instanceof CredentialsError;
    console.error(isMistake ? error.message : error);
    process.exitCode = 1;
  }
}
