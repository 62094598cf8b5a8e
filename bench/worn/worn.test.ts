import { expect, it } from 'vitest';
import { simulate, WORLDS } from './simulate.ts';

const warned = (name: string, candidates = 300, tracks = 200) =>
  simulate(WORLDS.find((world) => world.name === name)!, { tracks, candidates, seed: 5 }).warned;

it.each(['honest', 'curved', 'step', 'noisy', 'unlike', 'loose', 'margin'])(
  'hardly ever warns when nothing is worn out: %s',
  (name) => {
    expect(warned(name)).toBeLessThanOrEqual(0.01);
    expect(warned(name, 100)).toBeLessThanOrEqual(0.01);
  },
);

it('warns where records are fitted to the validation text, sooner when they are fitted more', () => {
  expect(warned('fitted 2')).toBeGreaterThan(0.9);
  expect(warned('fitted 4', 100)).toBeGreaterThan(0.9);
  expect(warned('fitted 1')).toBeLessThan(warned('fitted 2'));
  expect(warned('fitted 1', 1000, 50)).toBeGreaterThan(0.9);
});
