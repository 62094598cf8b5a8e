import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSite } from './build.ts';
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

async function siteOf(name: string, history = historyOf(400), more: Record<string, string> = {}) {
  const repository = join(folder, name);
  await makeRepository(repository, history, more);
  return buildSite(await readSource(repository, 'main'), OPTIONS);
}

describe('a site', () => {
  it('is made from one commit alone: twice the same bytes', async () => {
    const [one, two] = [await siteOf('one'), await siteOf('two')];
    expect([...two]).toEqual([...one]);
    expect(await siteOf('three', historyOf(401))).not.toEqual(one);
  });

  it('names each file by what it holds, but for those with a known address', async () => {
    const [one, two] = [await siteOf('names'), await siteOf('more-names', historyOf(401))];
    const known = /^(index\.html|tracks\/h100\/.*|head\.json|feed\.atom|badge\.json)$/;
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
    expect(text).toContain(`${incumbent.valBpb.toFixed(4)} ±`);
    expect(text).toContain(`#${incumbent.pull} ${incumbent.title}`);
    expect(text).toContain(`${all} experiments`);
    expect(JSON.parse(site.get('badge.json')!).message).toBe(incumbent.valBpb.toFixed(4));
    expect(site.get('feed.atom')).toContain(
      `<link href="https://github.com/ada/descent/pull/${incumbent.pull}"/>`,
    );
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
