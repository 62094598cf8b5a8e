import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { messageOf } from '../../core/errors.ts';
import { findClone } from '../../memory/clone/clone.ts';
import { findRepository } from '../../memory/clone/repository.ts';
import { buildSite } from '../../site/build.ts';
import { readSource, type Source } from '../../site/read.ts';
import { serveSite } from '../../site/serve.ts';
import { hasBrowser, openBrowser } from '../../site/testing/browser.ts';
import { historyOf } from '../../site/testing/history.ts';
import { makeRepository } from '../../site/testing/repository.ts';

/** `npm run site:shots`: pictures of the dashboard, for people who look whether it is right. */

const program = new Command('npm run site:shots --')
  .description(
    'Writes pictures of the dashboard: empty, one experiment, a day, a year; on a desk and a phone, light and dark.',
  )
  .argument('<folder>', 'where the pictures are written')
  .option(
    '--clone <folder>',
    'pictures of this clone as well, for instance the one that `npm run demo` names',
  )
  .option('--json', 'print one JSON document: the names of the pictures')
  .parse();
const folder = resolve(program.args[0]!);
const { clone, json } = program.opts<{ clone?: string; json?: boolean }>();

const EMPTY = { events: [], board: { schema: 1 as const, primary: 'h100', tracks: {}, owners: {} } };
const HISTORIES = { empty: EMPTY, one: historyOf(1), day: historyOf(288), year: historyOf(100_000) };
const SCREENS = {
  desk: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
} as const;

const work = await mkdtemp(join(tmpdir(), 'descent-shots-'));
try {
  if (!hasBrowser) throw new Error('chromium is not installed: apt-get install chromium');
  await mkdir(folder, { recursive: true });
  const names: string[] = [];
  for (const [state, source] of await sources())
    for (const name of await pictures(state, await source())) {
      names.push(name);
      process.stderr.write(`${name}\n`);
    }
  process.stdout.write(
    json ? `${JSON.stringify({ folder, names })}\n` : `${names.length} pictures in ${folder}\n`,
  );
} catch (error) {
  process.stderr.write(`npm run site:shots: ${messageOf(error)}\n`);
  process.exitCode = 2;
} finally {
  await rm(work, { recursive: true, force: true });
}

async function sources(): Promise<[string, () => Promise<Source>][]> {
  const made = Object.entries(HISTORIES).map(([state, history]): [string, () => Promise<Source>] => [
    state,
    async () => {
      await makeRepository(join(work, state), history);
      return readSource(join(work, state), 'main');
    },
  ]);
  if (clone === undefined) return made;
  const found = await findClone(resolve(clone));
  const { commit } = await findRepository(found.folder);
  return [...made, ['clone', () => readSource(found.folder, commit)]];
}

async function pictures(state: string, source: Source): Promise<string[]> {
  const github = {
    server: 'https://github.com',
    api: 'https://api.github.com',
    raw: 'https://raw.githubusercontent.com',
  };
  const site = buildSite(source, { repository: null, ...github });
  const served = await serveSite(site, 0);
  const browser = await openBrowser();
  const names: string[] = [];
  try {
    const primary = Object.keys(source.board.tracks).length > 0 ? source.board.primary : null;
    const pages = [...site.keys()].filter(
      (path) => path === 'index.html' || path.startsWith(`tracks/${primary}/`),
    );
    for (const [screen, options] of Object.entries(SCREENS)) {
      const page = await browser.newPage(options);
      for (const path of pages.filter((one) => !one.endsWith('/index.html'))) {
        await page.goto(served.url + path, { waitUntil: 'networkidle' });
        const name = `${state}-${path.split('/').at(-1)!.replace('.html', '')}-${screen}.png`;
        await page.screenshot({ path: join(folder, name), fullPage: true });
        names.push(name);
      }
      await page.close();
    }
  } finally {
    await browser.close();
    await served.close();
  }
  return names;
}
