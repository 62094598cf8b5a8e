import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { CommandError, messageOf } from '../core/errors.ts';
import { type Now, parseNow } from '../core/formats/now.ts';
import { findClone } from '../memory/clone/clone.ts';
import { findRepository } from '../memory/clone/repository.ts';
import { buildSite, type Site } from './build.ts';
import { readSource } from './read.ts';
import { serveSite } from './serve.ts';

/** `npm run site`: the dashboard of one commit as static files, served on this machine. */

const program = new Command('npm run site --')
  .description(
    'Builds the dashboard from one commit of a clone, and serves it on loopback until it is interrupted.',
  )
  .option('--clone <folder>', 'the clone to read', '.')
  .option(
    '--commit <name>',
    'the commit to show, by any name git knows (default: main, as the commands find it)',
  )
  .option('--repository <owner/name>', 'the repository on GitHub that links lead to', repositoryOf)
  .option('--server <url>', 'its server', urlOf, 'https://github.com')
  .option('--api <url>', 'its API, where pages ask for the newest commit', urlOf, 'https://api.github.com')
  .option('--raw <url>', 'where pages read its files', urlOf, 'https://raw.githubusercontent.com')
  .option(
    '--queue <file>',
    'who is measured and who waits, as `node app/sweep/now.ts` writes it (default: the pages say that nobody asked)',
  )
  .option(
    '--live <url>',
    "where the bot's /live is, for pages that are left open (default: `site: live` of .github/descent.yml)",
    urlOf,
  )
  .option(
    '--url <address>',
    "where the site will be, for links that are shared (default: `site: url` of .github/descent.yml, else the repository's GitHub Pages)",
    urlOf,
  )
  .option('--out <folder>', 'write the files into this new or empty folder, and do not serve them')
  .option('--port <number>', 'the port to serve on', portOf, 0)
  .option('--json', 'print one line of JSON: {commit, files, bytes, seconds, broken, url, out}')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run site\n  npm run site -- --out _site --repository OWNER/REPO\n  npm run --silent site -- --clone ../descent --json',
  )
  .parse();
const options = program.opts<{
  clone: string;
  commit?: string;
  repository?: string;
  server: string;
  api: string;
  raw: string;
  url?: string;
  live?: string;
  queue?: string;
  out?: string;
  port: number;
  json?: boolean;
}>();
const say = (text: string) => process.stderr.write(`${text}\n`);

try {
  const begun = performance.now();
  const { folder } = await findClone(resolve(options.clone));
  const { commit, ref } = await findRepository(folder, options.commit);
  say(`Reading ${ref} of ${folder} ...`);
  const source = await readSource(folder, commit);
  for (const problem of source.broken) say(`Left out: ${problem}`);
  say(`Building the pages from ${source.events.length} events ...`);
  const { repository = null, server, api, raw, url, live, queue } = options;
  const site = buildSite(source, {
    ...{ repository, server, api, raw },
    ...(url !== undefined && { url }),
    ...(live !== undefined && { live }),
    ...(queue !== undefined && { now: await nowIn(queue) }),
  });
  const figures = {
    commit: source.commit,
    files: site.size,
    bytes: [...site.values()].reduce((sum, file) => sum + Buffer.byteLength(file), 0),
    seconds: Number(((performance.now() - begun) / 1000).toFixed(1)),
    broken: source.broken,
  };
  if (options.out !== undefined) {
    const out = resolve(options.out);
    await save(site, out);
    tell({ ...figures, url: null, out }, `${figures.files} files, ${figures.bytes} bytes: ${out}`);
  } else {
    const served = await serveSite(site, options.port);
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => served.close().then(() => process.exit(0)));
    tell({ ...figures, url: served.url, out: null }, `${served.url}\nPress Ctrl-C to end.`);
  }
} catch (error) {
  const remedy = error instanceof CommandError ? `\n${error.remedy}` : '';
  say(`npm run site: ${messageOf(error)}${remedy}`);
  process.exitCode = 2;
}

function tell(figures: object, words: string) {
  process.stdout.write(options.json ? `${JSON.stringify(figures)}\n` : `${words}\n`);
}

async function nowIn(file: string): Promise<Now> {
  const parsed = parseNow(await readFile(file, 'utf8'));
  if (parsed.ok) return parsed.value;
  throw new CommandError(
    `${file} does not say who is measured: ${parsed.problems.join('; ')}`,
    'Write it again with: node app/sweep/now.ts --out FILE',
  );
}

/** Only into a folder that holds nothing: what was there before would be published with it. */
async function save(site: Site, out: string) {
  await mkdir(out, { recursive: true });
  if ((await readdir(out)).length > 0)
    throw new CommandError(`${out} is not empty`, 'Name another folder with --out, or empty this one.');
  for (const [path, content] of site) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), content);
  }
}

function repositoryOf(text: string): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(text)) return text;
  throw new InvalidArgumentError('It must be OWNER/NAME.');
}

function urlOf(text: string): string {
  if (/^https?:\/\/[\w.:-]+(\/[\w./-]*)?$/.test(text)) return text.replace(/\/$/, '');
  throw new InvalidArgumentError('It must be an address that begins with http:// or https://.');
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}
