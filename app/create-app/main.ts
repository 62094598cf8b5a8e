import { serve } from '@hono/node-server';
import { Command, InvalidArgumentError } from 'commander';
import { Hono } from 'hono';
import { z } from 'zod';
import { appCreation } from './create-app.ts';
import { checkFile, FileError, keepCredentials } from './credentials-file.ts';

const urlSchema = z.url({ protocol: /^https$/, error: 'must be a URL that begins with https://' });
const portSchema = z.coerce.number().pipe(z.int().min(1).max(65535));

const program = new Command('npm run create-app --')
  .description("Creates Descent's GitHub App from its manifest and writes its credentials to a file.")
  .requiredOption(
    '--webhook-url <url>',
    'where GitHub delivers webhooks, e.g. https://bot.example.org/api/github/webhooks',
    checked(urlSchema),
  )
  .option(
    '--name <name>',
    'name of the App, unique on GitHub, at most 34 characters',
    checked(z.string().min(1).max(34)),
    `descent-${Date.now().toString(36)}`,
  )
  .option('--organisation <login>', 'owner of the App; your own account otherwise')
  .option('--out <file>', 'where APP_ID, PRIVATE_KEY and WEBHOOK_SECRET are written', '.env')
  .option('--port <number>', 'port of the local page', checked(portSchema), 3001)
  .addHelpText(
    'after',
    `
The page is on this machine alone. When this machine is a server, open a tunnel from your own first:
  ssh -L 3001:localhost:3001 YOUR-SERVER

Example:
  npm run create-app -- --name descent-nanochat --webhook-url https://bot.example.org/api/github/webhooks`,
  )
  .parse();
const options = program.opts<{
  webhookUrl: string;
  name: string;
  out: string;
  port: number;
  organisation?: string;
}>();

/** An option's value as a schema reads it; commander says which option is wrong. */
function checked<T>(schema: z.ZodType<T>): (value: string) => T {
  return (value) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(parsed.error.issues[0]!.message);
  };
}

try {
  await checkFile(options.out);
} catch (error) {
  if (!(error instanceof FileError)) throw error;
  console.error(error.message);
  process.exit(1);
}
const localUrl = `http://localhost:${options.port}`;
const creation = appCreation({
  name: options.name,
  organisation: options.organisation ?? null,
  webhookUrl: options.webhookUrl,
  localUrl,
  keep: (lines) => keepCredentials(options.out, lines, console.error),
  github: 'https://github.com',
  api: 'https://api.github.com',
});

const pages = new Hono();
pages.get('/', (c) => c.html(creation.form()));
pages.get('/created', async (c) => {
  try {
    const install = await creation.finish(c.req.query());
    console.log(`The credentials are in ${options.out}. Install the App on your repository: ${install}`);
    setTimeout(() => server.close(), 500);
    return c.redirect(install);
  } catch (error) {
    console.error(String(error));
    return c.text(String(error), 400);
  }
});
pages.onError((error, c) => c.text(error.message, 500));
const server = serve({ fetch: pages.fetch, port: options.port, hostname: '127.0.0.1' }, () =>
  console.log(`Open ${localUrl} in your browser.`),
);
server.on('error', (error) => {
  console.error(
    `The page cannot be shown on port ${options.port} (${error.message}). Choose another: --port NUMBER`,
  );
  process.exit(1);
});
