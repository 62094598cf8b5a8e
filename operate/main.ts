import { serve } from '@hono/node-server';
import { Command } from 'commander';
import { Hono } from 'hono';
import { appCreation } from './create-app.ts';

const program = new Command('create-app')
  .description("Creates Descent's GitHub App from its manifest and writes its credentials to a file.")
  .requiredOption(
    '--webhook-url <url>',
    'where GitHub shall deliver webhooks, e.g. https://bot.example.org/api/github/webhooks',
  )
  .option('--name <name>', 'name of the App, unique on GitHub', `descent-${Date.now().toString(36)}`)
  .option('--organisation <login>', 'owner of the App; your own account otherwise')
  .option('--env-file <file>', 'where to write APP_ID, PRIVATE_KEY and WEBHOOK_SECRET', '.env')
  .option('--port <number>', 'port of the local page', '3001')
  .addHelpText(
    'after',
    '\nExample:\n  npm run create-app -- --name descent-nanochat --webhook-url https://bot.example.org/api/github/webhooks',
  )
  .parse();
const options = program.opts<
  Record<'webhookUrl' | 'name' | 'envFile' | 'port', string> & { organisation?: string }
>();

const localUrl = `http://localhost:${options.port}`;
const creation = appCreation({
  name: options.name,
  organisation: options.organisation ?? null,
  webhookUrl: options.webhookUrl,
  localUrl,
  envFile: options.envFile,
  github: 'https://github.com',
  api: 'https://api.github.com',
});

const pages = new Hono();
pages.get('/', (c) => c.html(creation.form()));
pages.get('/created', async (c) => {
  try {
    const install = await creation.finish(c.req.query());
    console.log(`Wrote ${options.envFile}. Install the App on your repository: ${install}`);
    setTimeout(() => server.close(), 500);
    return c.redirect(install);
  } catch (error) {
    console.error(String(error));
    return c.text(String(error), 400);
  }
});
pages.onError((error, c) => c.text(error.message, 500));
const server = serve({ fetch: pages.fetch, port: Number(options.port), hostname: '127.0.0.1' }, () =>
  console.log(`Open ${localUrl} in your browser.`),
);
