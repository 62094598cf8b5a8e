import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resultPath } from '../../../core/formats/result.ts';
import { buildSite } from '../../build.ts';
import { readSource } from '../../read.ts';
import { historyOf, TRACK } from '../../testing/history.ts';
import { makeRepository } from '../../testing/repository.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-evidence-'));
});
afterAll(() => rm(folder, { recursive: true }));

const history = historyOf(400);
const record = history.board.tracks[TRACK]!.incumbent;
const kept = history.events.find((event) => event.kind === 'result' && event.pull === record.pull);
if (kept?.kind !== 'result') throw new Error('the record has no result');
const path = resultPath(kept);

async function pageOf(name: string, more: Record<string, string> = {}) {
  const repository = join(folder, name);
  await makeRepository(repository, history, more);
  const source = await readSource(repository, 'main');
  const web = {
    server: 'https://github.com',
    api: 'https://api.github.com',
    raw: 'https://raw.githubusercontent.com',
  };
  const site = buildSite(source, { repository: 'ada/descent', ...web });
  return { site, source, html: String(site.get(`experiments/${TRACK}/${record.pull}.html`)) };
}

it("shows why: the rules that were asked, the result's own numbers, the runs, and the picture, each as a file too", async () => {
  const { site, source, html } = await pageOf('whole');
  const { evidence, runs } = source.results.get(path)!;
  expect(html).toMatch(
    /<ul class="tree"><li><b>verdict<\/b> decided \(improved\).*<li><b>gain<\/b> passed \(confirmed\)/,
  );
  expect(html.replace(/<[^>]*>/g, ' ')).toMatch(new RegExp(`sigma +${evidence!.sigma.toFixed(5)} `));
  const { low, high } = evidence!.effect;
  const interval = `+${low.toFixed(4)} to +${high.toFixed(4)}`;
  const said = [...html.matchAll(/\(95 %: ([+-][^)]*)\)/g)].map(([, one]) => one);
  expect(new Set(said)).toEqual(new Set([interval])); // one page, one interval
  expect(html).toContain(`should lower the loss.</p></blockquote>`);
  expect(html.match(/<circle class="record"/g)).toHaveLength(
    runs.length + evidence!.incumbentLosses.length + 1,
  );
  const [, csv, svg] = /href="..\/..\/([^"]+\.csv)".*href="..\/..\/([^"]+\.svg)"/.exec(html)!;
  expect(String(site.get(csv!)).split('\r\n')).toHaveLength(1 + runs.length + 1);
  expect(site.get(svg!)).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]*><style>/);
});

it('shows what the events say where the result is not there, and names one that cannot be read', async () => {
  const { source, html } = await pageOf('broken', { [path]: '{"schema":1' });
  expect(source.broken).toEqual([expect.stringMatching(`^${path}: not JSON`)]);
  expect(html).toContain('Its result is not part of this page');
  expect(html).toContain(`<figure id="evidence"`);
  expect(html).not.toContain('class="tree"');
});
