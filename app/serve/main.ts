import { Command } from 'commander';
import { EnvironmentError, serverEnvironment } from './environment.ts';
import { CredentialsError } from './installations.ts';
import { type Running, startServer } from './server.ts';

new Command('npm start')
  .description('The bot: listens for webhooks, has pull requests measured, merges what beats the record.')
  .addHelpText(
    'after',
    `
Environment:
  APP_ID            number of the GitHub App
  PRIVATE_KEY       its private key (PEM), or PRIVATE_KEY_PATH, a file
  WEBHOOK_SECRET    signs the webhooks
  HOST, PORT        where to listen (127.0.0.1, 3000; HOST=0.0.0.0 in a container)
  GITHUB_API_URL    another API than https://api.github.com (the emulator's)
  LOG_LEVEL         trace, debug, info, warn, error, fatal or silent (info)
  SWEEP_MINUTES     how often everything is checked without a webhook (10; 0 never)
  PAGES_MINUTES     least time between two makings of results/MEMORY.md, in the long run (5; 0 at sweeps alone)
  SWARMS            OWNER/REPO[,...]: serves these alone, whoever installs the App
  DESCENT_CACHE     folder for the bot's clone of the repository and its index

docs/operating.md says how to get these.`,
  )
  .parse();

const running = await start();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    void running.close().then(() => process.exit(0));
  });

/** An operator's mistake is reported in a line or two; anything else is our bug and keeps its stack. */
async function start(): Promise<Running> {
  try {
    return await startServer(serverEnvironment(process.env));
  } catch (error) {
    console.error(mistakeOf(error as Error) ?? error);
    process.exit(1);
  }
}

function mistakeOf(error: NodeJS.ErrnoException): string | null {
  if (error instanceof EnvironmentError || error instanceof CredentialsError) return error.message;
  const where = `HOST ${process.env.HOST || '127.0.0.1'}, PORT ${process.env.PORT || '3000'}`;
  if (error.code === 'EADDRINUSE')
    return `Another program listens there already (${where}). End it, or set another PORT.`;
  if (error.code === 'EACCES')
    return `This user may not listen there (${where}). Set a PORT of 1024 or more.`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `This machine has no such address (${where}). Set HOST to 127.0.0.1 or 0.0.0.0.`;
  return null;
}
