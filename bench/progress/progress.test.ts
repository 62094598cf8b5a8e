import { createRequire } from 'node:module';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../acceptance/random.ts';
import { createFrontier } from './frontier.ts';
import { measureProgress } from './measure.ts';
import { plot } from './plot.ts';
import { measureAll } from './report.ts';
import { createTrack, play } from './track.ts';
import { WORLDS } from './worlds.ts';

const require = createRequire(import.meta.url);
const main = require.resolve('./main.ts');
const world = (name: string) => WORLDS.find((one) => one.name === name)!;
const size = { runs: 1000, tracks: 12, seed: 7 };
const mainOf = (name: string, mode: 'greedy' | 'alone' | 'frontier', over = {}) =>
  measureProgress(world(name), mode, { ...size, ...over }).main;

describe('the frontier, simulated', () => {
  it.each([
    ['default', 0.75],
    ['real', 0.85],
    ['small', 1],
    ['plateau', 1.2],
  ])('in the world %s gains on main at least %d of what greedy acceptance does', (name, share) => {
    expect(mainOf(name, 'frontier')).toBeGreaterThan(share * mainOf(name, 'greedy'));
  });

  it('gains much more than each candidate alone', () => {
    expect(mainOf('default', 'frontier')).toBeGreaterThan(1.4 * mainOf('default', 'alone'));
  });

  it('does not slow down with 64 experiments in flight as greedy acceptance does', () => {
    const one = mainOf('default', 'frontier');
    const many = mainOf('default', 'frontier', { inFlight: 64 });
    expect(many).toBeGreaterThan(0.7 * one);
    expect(mainOf('default', 'greedy', { inFlight: 64 })).toBeLessThan(0.5 * one);
  });

  it.each(WORLDS.map(({ name }) => name))('certifies nothing false in the world %s', (name) => {
    const { falseCertifiedPer100 } = measureProgress(world(name), 'frontier', size);
    expect(falseCertifiedPer100).toBeLessThanOrEqual(0.02);
  });
});

it('hardly ever certifies luck where one of two owners flatters every candidate and none changes anything', () => {
  const liar = { owner: 'bell', sigmas: 3, share: 1 };
  const worst = { ...world('neutral'), owners: 2, machinesEach: 1, liar };
  const { counts, falseCertifiedPer100 } = measureProgress(worst, 'frontier', { ...size, tracks: 20 });
  expect(counts.adopted).toBeGreaterThan(20);
  expect(falseCertifiedPer100).toBeLessThanOrEqual(0.03);
});

it('counts every run, and is the same for the same seed', () => {
  const small = { ...size, tracks: 2 };
  const first = measureProgress(world('half'), 'frontier', small);
  expect(Object.values(first.runs).reduce((a, b) => a + b)).toBeCloseTo(1000, 6);
  expect(measureProgress(world('half'), 'frontier', small)).toEqual(first);
  expect(measureProgress(world('half'), 'frontier', { ...small, seed: 8 })).not.toEqual(first);
});

it('prints one JSON document in the promised shape', async () => {
  const { stdout } = await execa(process.execPath, [main, '--json', '--tracks', '1', '--runs', '200']);
  const report = JSON.parse(stdout);
  expect(Object.keys(report.worlds)).toEqual(WORLDS.map(({ name }) => name));
  for (const figures of Object.values<Record<string, Record<string, unknown>>>(report.worlds)) {
    expect(figures.greedy!.main).toBeTypeOf('number');
    expect(figures.alone!.main).toBeTypeOf('number');
    for (const key of ['frontier', 'main', 'falseCertifiedPer100'])
      expect(figures.frontier![key]).toBeTypeOf('number');
  }
  expect(Object.keys(report.parallel)).toEqual(['1', '4', '16', '64']);
  expect(report.parallel['64'].frontier).toBeTypeOf('number');
});

it('prints tables for people, of the worlds that are asked for', async () => {
  const { stdout } = await execa(process.execPath, [
    main,
    '--tracks',
    '1',
    '--runs',
    '100',
    '--worlds',
    'small',
  ]);
  expect(stdout).toContain("the frontier's runs by purpose");
  expect(stdout).not.toContain('plateau');
});

it('says what is wrong with an option it cannot use', async () => {
  const result = await execa(process.execPath, [main, '--worlds', 'smal'], { reject: false });
  expect(result.exitCode).not.toBe(0);
  expect(result.stderr).toContain('knows no world "smal"');
});

it('draws what was measured', () => {
  const svg = plot(measureAll({ runs: 100, tracks: 1, seed: 1, worlds: ['plateau', 'real'] }));
  expect(svg.match(/<path class="frontier"/g)).toHaveLength(3); // two panels and the legend
  expect(svg).not.toContain('NaN');
});

it('moves main by certifying alone: what is adopted or refuted leaves it as it is', () => {
  for (const name of ['liar10', 'half']) {
    const { track, town } = createTrack(world(name), createRandom(3));
    const mode = createFrontier(track);
    let [main, certified, adopted, refuted] = [mode.main(), 0, 0, 0];
    play(mode, town, {
      runs: 1000,
      inFlight: world(name).inFlight,
      watch: () => {
        const counts = mode.counts();
        if (counts.certified === certified) expect(mode.main()).toBe(main);
        if (counts.refuted > refuted) expect(mode.frontier()).toBe(main);
        ({ certified, adopted, refuted } = counts);
        main = mode.main();
      },
    });
    expect(adopted).toBeGreaterThan(certified);
    expect(certified).toBeGreaterThan(0);
  }
});
