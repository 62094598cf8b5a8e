import { Command } from 'commander';
import { EnvironmentProblem, type ServerEnvironment, serverEnvironment } from './environment.ts';
import { startServer } from './server.ts';

new Command('npm start')
  .description('The bot: listens for webhooks, has requests measured, merges what beats the record.')
  .addHelpText(
    'after',
    `
Environment:
  APP_ID            number of the GitHub App
  PRIVATE_KEY       its private key (PEM), or PRIVATE_KEY_PATH, a file
  WEBHOOK_SECRET    signs the webhooks
  HOST, PORT        where to listen (127.0.0.1, 3000)
  GITHUB_API_URL    another API than https://api.github.com
  LOG_LEVEL         trace, debug, info, warn, error, fatal or silent (info)
  SWEEP_MINUTES     how often everything is looked at without a webhook (10; 0 never)

docs/operating.md says how to get these.`,
  )
  .parse();

let environment: ServerEnvironment;
try {
  environment = serverEnvironment(process.env);
} catch (error) {
  if (!(error instanceof EnvironmentProblem)) throw error;
  console.error(error.message);
  process.exit(1);
}
const running = await startServer(environment);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    void running.close().then(() => process.exit(0));
  });
