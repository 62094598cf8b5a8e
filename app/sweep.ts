import { Octokit } from '@octokit/rest';
import { Command } from 'commander';
import { pino } from 'pino';
import { Probot } from 'probot';
import { botAt } from './bot.ts';
import { EnvironmentProblem, type SweepEnvironment, sweepEnvironment } from './environment.ts';
import { Descent } from './index.ts';
import { Client } from './server.ts';
import { prepareRepository, type Swept, sweepRepository } from './sweep-repository.ts';

/** Looks at everything once and ends: with an App's credentials, or with nothing but a workflow's token. */
export async function sweep(environment: SweepEnvironment, log: pino.Logger): Promise<Record<string, Swept>> {
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
    return new Descent(probot, APP_ID, environment.DESCENT_CACHE, log).sweep(repository);
  }
  const { token, owner, name, GITHUB_API_URL } = environment;
  const bot = botAt(
    new Octokit({ auth: token, baseUrl: GITHUB_API_URL }),
    { owner, name, appId: null },
    environment.DESCENT_CACHE,
    log,
  );
  await prepareRepository(bot);
  return { [`${owner}/${name}`]: await sweepRepository(bot) };
}

async function main(): Promise<void> {
  const options = new Command('npm run sweep --')
    .description('Looks at every request and every recent run once: what the webhooks do, without webhooks.')
    .option('--json', 'print what was looked at as one JSON document')
    .addHelpText(
      'after',
      '\nNeeds APP_ID and PRIVATE_KEY (or PRIVATE_KEY_PATH) of the App,\nor GITHUB_TOKEN and GITHUB_REPOSITORY (OWNER/REPO) without one.',
    )
    .parse()
    .opts<{ json?: boolean }>();
  const environment = sweepEnvironment(process.env);
  const log = pino({ level: environment.LOG_LEVEL }, pino.destination(2));
  const swept = await sweep(environment, log);
  if (options.json) console.log(JSON.stringify({ repositories: swept }));
  else
    for (const [name, { pulls, runs }] of Object.entries(swept))
      console.log(`${name}: ${pulls.length} open requests, ${runs} recent runs looked at`);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof EnvironmentProblem ? error.message : error);
    process.exitCode = 1;
  }
}
