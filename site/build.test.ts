import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerText, openLedger } from '../core/formats/ledger.ts';
import { buildSite, type Options } from './build.ts';
import { readSource } from './read.ts';
import { historyOf } from './testing/history.ts';
import { makeRepository } from './testing/repository.ts';

const OPTIONS = {
  repository: 'ada/descent',
  server: 'https://github.com',
  api: 'https://api.github.com',
  raw: 'https://raw.githubusercontent.com',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-site-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function builtOf(name: string, history = historyOf(400), more: Record<string, string> = {}) {
  const repository = join(folder, name);
  await makeRepository(repository, history, more);
  return buildSite(await readSource(repository, 'main'), OPTIONS);
}

/** The texts of a site. */
async function siteOf(...args: Parameters<typeof builtOf>): Promise<Map<string, string>> {
  const texts = [...(await builtOf(...args))].filter((file) => typeof file[1] === 'string');
  return new Map(texts as [string, string][]);
}

describe('a site', () => {
  it('is made from one commit alone: twice the same bytes', async () => {
    const [one, two] = [await builtOf('one'), await builtOf('two')];
    expect([...two]).toEqual([...one]);
    expect(await builtOf('three', historyOf(401))).not.toEqual(one);
  });

  it('names each file by what it holds, but for those with a known address', async () => {
    const [one, two] = [await siteOf('names'), await siteOf('more-names', historyOf(401))];
    const known = /\.html$|^people\/|^(head\.json|feed\.atom|badge\.json)$/;
    for (const [path, text] of one) if (!known.test(path) && two.has(path)) expect(two.get(path)).toBe(text);
    const head = JSON.parse(one.get('head.json')!);
    expect(one.has(head.summary)).toBe(true);
    const summary = JSON.parse(one.get(head.summary)!);
    for (const path of summary.tracks.h100.columns) expect(one.has(path)).toBe(true);
  });

  it('says what the leaderboard says: the record, its interval, the counts', async () => {
    const history = historyOf(400);
    const site = await siteOf('truth', history);
    const { incumbent, counts } = history.board.tracks.h100!;
    const all = Object.values(counts).reduce((a, b) => a + b, 0);
    const text = site
      .get('index.html')!
      .replace(/<[^>]*>/g, '')
      .replace(/\s+/g, ' ');
    expect(text).toMatch(
      new RegExp(`${incumbent.valBpb.toFixed(4)} 95 %: 0\\.\\d{4} to 0\\.\\d{4}bits per byte`),
    );
    expect(text).toContain(`#${incumbent.pull} ${incumbent.title}`);
    expect(text).toContain(`experiments${all}improvements`);
    expect(JSON.parse(site.get('badge.json')!).message).toBe(incumbent.valBpb.toFixed(4));
    expect(site.get('feed.atom')).toContain(
      `<link rel="alternate" href="https://github.com/ada/descent/pull/${incumbent.pull}"/>`,
    );
  });

  it('has a page for each late experiment, each record and each author; every link within the site leads somewhere', async () => {
    const history = historyOf(600);
    const site = await siteOf('links', history);
    const { pull } = history.board.tracks.h100!.incumbent;
    const experiment = site.get(`experiments/h100/${pull}.html`)!;
    expect(experiment).toContain('og:description" content="Improved: val_bpb');
    expect(site.has('experiments/h100/600.html')).toBe(true);
    expect(site.has('experiments/h100/1.html')).toBe(false); // old, and nothing became of it
    const author = history.board.tracks.h100!.incumbent.author!;
    expect(site.get(`people/${author}.html`)).toMatch(/Confirmed gain: \+0\.\d{4}/);
    let links = 0;
    for (const [path, text] of site) {
      if (!path.endsWith('.html')) continue;
      for (const [, href] of text.matchAll(/(?:href|src)="((?!https?:|data:|#)[^"]+)"/g)) {
        links += 1;
        const { pathname } = new URL(href!, `http://site/${path}`);
        expect(site.has(pathname.slice(1)), `${path}: ${href}`).toBe(true);
      }
    }
    expect(links).toBeGreaterThan(1000);
  });

  it('has a picture for links that are shared: of each late record, and of its track for all other pages', async () => {
    const history = historyOf(600);
    const site = await builtOf('cards', history);
    const { pull } = history.board.tracks.h100!.incumbent;
    const meta = (path: string, name: string) =>
      new RegExp(`<meta (?:property|name)="${name}" content="([^"]*)"`).exec(String(site.get(path)))?.[1];
    const home = 'https://ada.github.io/descent/';
    const pages = [...site.keys()].filter((path) => path.endsWith('.html'));
    for (const path of pages) {
      const image = meta(path, 'og:image')!;
      expect(image.startsWith(`${home}cards/h100-`), path).toBe(true);
      expect(site.get(image.slice(home.length)), path).toBeInstanceOf(Uint8Array);
      expect(meta(path, 'og:url')).toBe(home + path.replace(/^index\.html$/, ''));
      expect(meta(path, 'twitter:card')).toBe('summary_large_image');
    }
    const front = meta('index.html', 'og:image');
    expect(front).toContain(`cards/h100-${pull}.`);
    expect(meta('index.html', 'og:image:alt')).toMatch(
      /^0\.\d{4} \(95 %: 0\.\d{4} to 0\.\d{4}\) bits per byte on track h100: #\d+ /,
    );
    expect(meta('experiments/h100/600.html', 'og:image')).toBe(front);
    const record = history.events.flatMap((one) => (one.kind === 'record' && one.pull ? [one.pull] : []))[0]!;
    expect(meta(`experiments/h100/${record}.html`, 'og:image')).toContain(`cards/h100-${record}.`);
    const cards = [...site].filter(([path]) => path.startsWith('cards/'));
    expect(cards.length).toBeLessThanOrEqual(12);
  });

  it('names no picture where nobody knows its address', async () => {
    const repository = join(folder, 'nowhere');
    await makeRepository(repository, historyOf(30));
    const source = await readSource(repository, 'main');
    const front = (options: Partial<Options>) =>
      String(buildSite(source, { ...OPTIONS, ...options }).get('index.html'));
    expect(front({ repository: null })).not.toContain('og:image');
    expect(front({ server: 'https://github.example' })).not.toContain('og:image');
    expect(front({ url: 'https://swarm.example/d' })).toContain('content="https://swarm.example/d/cards/');
    const configured = { ...source, site: { url: 'https://swarm.example' } };
    expect(String(buildSite(configured, OPTIONS).get('index.html'))).toContain(
      'content="https://swarm.example/cards/',
    );
    expect(front({ repository: 'Ada/ada.github.io' })).toContain('content="https://ada.github.io/cards/');
  });

  it('makes no page of a name that is no login', async () => {
    const history = historyOf(30);
    const names = ['../x', 'a/b', 'A"b', 'x'.repeat(60), 'dependabot[bot]', 'Ada-1'];
    let next = 0;
    for (const event of history.events)
      if (event.kind === 'result') event.author = names[next++ % names.length]!;
    const site = await siteOf('names-of-people', history);
    expect([...site.keys()].filter((path) => /^people\/(?!owner-)/.test(path))).toEqual([
      'people/ada-1.html',
    ]);
  });

  it('has a page for everybody who tried or measured: badges, credits, machines, whatever their names', async () => {
    const history = historyOf(400);
    const swap: Record<string, string> = {
      'owner-3': 'constructor',
      'owner-4': 'toString',
      'owner-5': 'ada_acme',
    };
    for (const event of history.events)
      if (event.kind === 'result')
        event.runs = event.runs.map(([stage, owner, ...rest]) => [stage, swap[owner] ?? owner, ...rest]);
    const ledger = {
      ...openLedger('2026-01-01T00:00:00Z', {}),
      accounts: { '#7': { lots: [{ week: '2026-01-05', milli: 1_234_567 }], debt: 0 } },
      owners: {
        '#7': { login: 'Constructor', runs: 42, milli: 5_000_999 },
        '#8': { login: 'Owner-0', runs: 2, milli: 2_500 },
        '@owner-0': { login: 'owner-0', runs: 1, milli: 1_600 },
      },
    };
    const site = await siteOf('people', history, { 'results/ledger.json': ledgerText(ledger) });
    const page = site
      .get('people/constructor.html')!
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ');
    expect(page).toContain('earned by 42 runs 5,000');
    expect(page).toContain('to be spent 1,234');
    // Two accounts of one person: of lent machines and of runners.
    expect(site.get('people/owner-0.html')).toMatch(/earned by 3 runs<\/dt><dd>4<\/dd>/);
    expect(page).toContain('First run A machine of theirs measured');
    expect(page).toMatch(/Machines.* owner-3\.card-3 h100 \d+ /);
    expect(site.get('people/constructor.svg')).toMatch(/^<svg[^>]*>/);
    expect(page).toContain('(https://ada.github.io/descent/people/constructor.svg)');
    expect(site.get('tracks/h100/people.html')).toContain('href="../../people/ada_acme.html"');
    for (const login of ['tostring', 'ada_acme', 'agent-0', 'owner-0'])
      expect(site.has(`people/${login}.html`)).toBe(true);
    expect(site.get('people/tostring.html')).not.toContain('>Credits<');
  });

  it('shows no badges of those who want none', async () => {
    const config = (await execa('git', ['show', 'main:.github/descent.yml'], { cwd: join(folder, 'people') }))
      .stdout;
    const site = await siteOf('without', historyOf(400), {
      '.github/descent.yml': `${config}\nno-badges: [Owner-0]\n`,
    });
    expect(site.get('people/owner-0.html')).not.toContain('>Badges<');
    expect(site.has('people/owner-0.svg')).toBe(false);
    expect(site.get('people/owner-1.html')).toContain('>Badges<');
  });

  it('shows what it can read, and names a file of events that it cannot', async () => {
    const site = await siteOf('broken', historyOf(600), { 'results/events/1.jsonl': '["result", "cut' });
    expect(JSON.parse(site.get('head.json')!).broken).toEqual([
      expect.stringContaining('results/events/1.jsonl: line 1 does not end'),
    ]);
    expect(site.get('index.html')).toContain('experiments');
  });

  it('says so where nothing has been measured, and stops where there is no leaderboard', async () => {
    const empty = { events: [], board: { schema: 1, primary: 'cpu', tracks: {}, owners: {} } as const };
    const site = await siteOf('empty', empty);
    expect(site.get('index.html')).toContain('Nothing has been measured yet');
    expect(JSON.parse(site.get('badge.json')!).message).toBe('not measured yet');
    await expect(siteOf('none', empty, { 'results/leaderboard.json': '{' })).rejects.toThrow('restore it');
  });
});
