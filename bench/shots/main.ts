import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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
import { EMPTY, historyOf } from '../../site/testing/history.ts';
import { makeRepository } from '../../site/testing/repository.ts';

/** `npm run site:shots`: pictures of the dashboard, for people who look whether it is right. */

const program = new Command('npm run site:shots --')
  .description(
    'Writes pictures of the dashboard: empty, one experiment, a day, a year of 100,000; on a desk and a phone, light and dark.',
  )
  .argument('<folder>', 'where the pictures are written')
  .option(
    '--clone <folder>',
    'pictures of this clone as well, for instance the one that `npm run demo` names',
  )
  .option('--only <state>', 'pictures of this state alone: empty, one, day, year or clone')
  .option('--json', 'print one JSON document: the names of the pictures')
  .parse();
const folder = resolve(program.args[0]!);
const { clone, only, json } = program.opts<{ clone?: string; only?: string; json?: boolean }>();

const HISTORIES = {
  empty: () => EMPTY,
  one: () => historyOf(1),
  day: () => historyOf(288),
  year: () => historyOf(100_000),
};
const SCREENS = {
  desk: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  'phone-dark': { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
} as const;

const work = await mkdtemp(join(tmpdir(), 'descent-shots-'));
try {
  if (!hasBrowser) throw new Error('chromium is not installed: apt-get install chromium');
  await mkdir(folder, { recursive: true });
  const names: string[] = [];
  const states = (await sources()).filter(([state]) => only === undefined || state === only);
  if (states.length === 0)
    throw new Error(`there is no state "${only}": it is empty, one, day, year, or with --clone also clone`);
  for (const [state, source] of states)
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
      await makeRepository(join(work, state), history());
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
  const site = buildSite(source, { repository: null, url: 'http://localhost/', ...github });
  const served = await serveSite(site, 0);
  const browser = await openBrowser();
  const names: string[] = [];
  try {
    const primary = Object.keys(source.board.tracks).length > 0 ? source.board.primary : null;
    const last = (folder: string) => [...site.keys()].findLast((path) => path.startsWith(folder));
    const pages = [
      ...[...site.keys()].filter((path) => path.startsWith(`tracks/${primary}/`)),
      ...['index.html', 'join.html', last('experiments/'), last('people/')].filter(
        (path) => path !== undefined,
      ),
    ];
    for (const path of site.keys())
      if (path.startsWith('cards/')) {
        const name = `${state}-card.png`;
        await writeFile(join(folder, name), site.get(path)!);
        names.push(...(names.includes(name) ? [] : [name]));
      }
    for (const [screen, options] of Object.entries(SCREENS)) {
      const page = await browser.newPage(options);
      for (const path of pages.filter((one) => !one.endsWith('/index.html'))) {
        await page.goto(served.url + path, { waitUntil: 'networkidle' });
        const name = `${state}-${nameOf(path)}-${screen}.png`;
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

/** `index`, `results`; of the pages that are many, their kind: `experiment`, `person`. */
function nameOf(path: string): string {
  if (path.startsWith('experiments/')) return 'experiment';
  if (path.startsWith('people/')) return 'person';
  return path.split('/').at(-1)!.replace('.html', '');
}
