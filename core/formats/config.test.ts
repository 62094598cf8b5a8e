import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { config } from '../../testing/examples/config.ts';
import { jobSettings, parseConfig } from './config.ts';
import { parseLeaderboard } from './leaderboard.ts';

const GOOD = readFileSync(new URL('../../.github/descent.yml', import.meta.url), 'utf8');

function problems(text: string | null): string {
  const parsed = parseConfig(text);
  return parsed.ok ? '' : parsed.problems.join('\n');
}

describe('.github/descent.yml', () => {
  it('of this repository is right', () => {
    expect(problems(GOOD)).toBe('');
  });

  it.each([
    ['a misspelt key', GOOD.replace('capacity: 2', 'capasity: 2'), 'unknown key `capasity` in `tracks.cpu`'],
    ['a missing key', GOOD.replace(/ {4}probes: 128\n/, ''), '`tracks.cpu.probes` is missing'],
    [
      'a track without labels that nobody can lend a machine to',
      GOOD.replace(/ {4}runs-on: \[self-hosted, descent-cpu\].*\n/, ''),
      'may be left out only where `lending` names an App',
    ],
    ['neither sigma nor margin', GOOD.replace('    sigma: 0.1\n', ''), '`tracks.cpu.sigma` is missing'],
    [
      'sigma and margin at once',
      GOOD.replace('    sigma: 0.1\n', '    sigma: 0.1\n    margin: 0.2\n'),
      '`tracks.cpu.margin` is 0.2: a track decides by `sigma`',
    ],
    [
      'few-owners beside a margin',
      GOOD.replace('sigma: 0.001', 'margin: 0.002'),
      '`tracks.h100.few-owners` is "wait": goes with `sigma`',
    ],
    ['a sigma of nothing', GOOD.replace('sigma: 0.001', 'sigma: 0'), '`tracks.h100.sigma` is 0'],
    ['a wrong value', GOOD.replace('capacity: 2', 'capacity: many'), '`tracks.cpu.capacity` is "many"'],
    [
      'an unknown primary track',
      GOOD.replace('primary: cpu', 'primary: tpu'),
      'must be one of the tracks (cpu, h100)',
    ],
    ['a misspelt key of the dashboard', `${GOOD}site: { alive: x }\n`, 'unknown key `alive` in `site`'],
    [
      'an address that would end a part of a page’s policy',
      `${GOOD}site: { live: "https://bot.example.org/live; script-src *" }\n`,
      'must begin with https://',
    ],
    ['an address that is not safe on its way', `${GOOD}site: { url: "http://example.org" }\n`, '`site.url`'],
    ['no YAML', 'primary: [', 'not YAML, line 1'],
    ['aliases, of which a few lines grow to gigabytes', 'a: &a [x]\nb: *a', 'not usable YAML'],
    [
      'a wrong value inside one that is wrong',
      GOOD.replace(/^tracks:\n(?:[ #].*\n|\n)*/m, 'tracks: { cpu: null }\n'),
      '`tracks.cpu` is null',
    ],
  ])('with %s names it', (_name, text, reason) => {
    expect(problems(text)).toContain(reason);
  });

  it('may let one run decide, by a margin alone', () => {
    const margin = GOOD.replace('    sigma: 0.1\n', '    margin: 0.1\n').replace(/ {4}few-owners: .*\n/, '');
    expect(problems(margin.replace(/ {4}frontier: .*\n/, ''))).toBe('');
  });

  it('has a frontier only where several runs decide and the bot merges', () => {
    const margin = GOOD.replace('    sigma: 0.1\n', '    margin: 0.1\n').replace(/ {4}few-owners: .*\n/, '');
    expect(problems(margin)).toMatch(/^`tracks\.cpu\.frontier` is true: goes with `sigma`/);
    expect(problems(GOOD.replace('merge: true', 'merge: false'))).toContain('needs `merge: true`');
  });

  it('with much wrong names the first problems, each on one line', () => {
    const doubled = problems(GOOD.replace('merge:', `${'primary: cpu\n'.repeat(9)}merge:`));
    expect(doubled.split('\n')).toHaveLength(5);
    for (const line of doubled.split('\n')) expect(line).toContain('(`primary`)');
    const wrong = GOOD.replace(/ {4}runs-on: \[.*\]/, `    runs-on: [${'0,'.repeat(30)}]`);
    expect(problems(wrong).split('\n')).toHaveLength(20);
  });

  it('gives a job what its track says, and asks nothing of machines that the track does not ask', () => {
    const track = config.tracks.cpu!;
    expect(jobSettings(track)).toEqual({
      dataset: 'pysource',
      device: 'cpu',
      budgetSeconds: 60,
      scoringSeconds: 120,
      validationTokens: 1000,
      probes: 10,
      threads: 1,
      memoryMiB: 4096,
      weightsMiB: 64,
      loadSeconds: 10,
    });
    const asks = { python: '3.12', hardware: { memoryMiB: 8000 } };
    expect(jobSettings({ ...track, ...asks })).toMatchObject(asks);
  });

  it('that is missing is reported as missing', () => {
    expect(problems(null)).toContain('is missing on main');
  });
});

describe('results/leaderboard.json', () => {
  it.each([
    [null, 'is missing on main'],
    ['', 'is not JSON'],
    ['{"schema": 1, "primary": "cpu", "tracks": {}}', '`owners`'],
    ['{"schema": 1, "primary": "cpu", "tracks": {}, "owners": {}, "owners": {}}', 'there twice'],
  ])('broken as %j stops the bot', (text, reason) => {
    const parsed = parseLeaderboard(text);
    expect(parsed.ok ? '' : parsed.problems.join('\n')).toContain(reason);
  });

  it('that is empty and valid is the beginning', () => {
    expect(parseLeaderboard('{"schema": 1, "primary": "cpu", "tracks": {}, "owners": {}}').ok).toBe(true);
  });
});
