import { describe, expect, it } from 'vitest';
import { leaderboardOf } from '../../../testing/examples/leaderboard.ts';
import type { Place } from './dots.ts';
import { readmePlot } from './readme.ts';

const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T00:00:00Z`;
const first = leaderboardOf({ at: at(1) }).tracks.cpu!.incumbent;
const history = [first, { ...first, pull: 7, title: 'Better', valBpb: 1.5, at: at(5) }];
const plotOf = (kept: typeof history, tried: Place[], guesses: Place[] = []) =>
  readmePlot({ track: 'cpu', history: kept, tried, guesses });
const plot = (tried: Place[], guesses?: Place[]) => plotOf(history, tried, guesses);

/** The measured experiments of a plot, as places. */
const dotsOf = (svg: string) =>
  /<path d="([^"]*)" class="tried"/.exec(svg)![1]!.match(/M[\d.]+ [\d.]+h0/g) ?? [];
const circlesOf = (svg: string, name: string) => {
  const group = new RegExp(`class="${name}">\\n?((?:<circle[^>]*/>\\n?)*)`).exec(svg)?.[1] ?? '';
  return [...group.matchAll(/<circle r="[\d.]+" cy="([\d.]+)" cx="([\d.]+)"/g)].map(([, y, x]) => ({
    x: Number(x),
    y: Number(y),
  }));
};
/** What the style says of a class, in both colour schemes: the light one first. */
const colours = (svg: string, name: string, part: string) =>
  [...svg.matchAll(new RegExp(`\\.${name} \\{([^}]*)\\}`, 'g'))].map(
    ([, style]) => new RegExp(`${part}: ([^;}\\s]+)`).exec(style!)?.[1],
  );

describe('a plot of progress', () => {
  it('has a dot for each measured experiment, six wide and round, and one for those on the same place', () => {
    const svg = plot([
      { at: at(2), valBpb: 1.9 },
      { at: at(3), valBpb: 1.7 },
      { at: at(3), valBpb: 1.7 },
    ]);
    expect(dotsOf(svg)).toHaveLength(2);
    expect(colours(svg, 'tried', 'stroke-width')[0]).toBe('6');
    expect(colours(svg, 'tried', 'stroke-linecap')[0]).toBe('round');
    const holders = circlesOf(svg, 'record');
    expect(holders).toHaveLength(2);
    expect(holders[1]!.y).toBeGreaterThan(holders[0]!.y); // a lower loss stands lower
  });

  it('draws what is adopted as rings beside the line, and says that they are guesses; none where nothing is', () => {
    const svg = plot([{ at: at(2), valBpb: 1.9 }], [{ at: at(6), valBpb: 1.4 }]);
    expect(dotsOf(svg)).toHaveLength(1);
    expect(circlesOf(svg, 'guess')).toHaveLength(1);
    expect(circlesOf(svg, 'record')).toHaveLength(2);
    expect(svg).toContain('1 adopted, guesses that are not certified');
    expect(svg).toContain('val_bpb 1.5000');
    const certain = plot([{ at: at(2), valBpb: 1.9 }]);
    expect(circlesOf(certain, 'guess')).toEqual([]);
    expect(certain).not.toContain('guesses');
  });

  it('keeps what lies beyond the frame on its edge', () => {
    const [high = '', low = ''] = dotsOf(
      plot([
        { at: at(2), valBpb: 9 },
        { at: at(3), valBpb: 0.1 },
      ]),
    );
    const y = (dot: string) => Number(dot.match(/ (\d+)h0$/)![1]);
    expect(y(high)).toBeGreaterThanOrEqual(56);
    expect(y(high)).toBeLessThanOrEqual(60);
    expect(y(low)).toBeGreaterThanOrEqual(430);
    expect(y(low)).toBeLessThanOrEqual(434);
  });

  it('keeps every mark in its place as experiments come, whatever their order: its axes grow in steps', () => {
    const dot = (hours: number) => ({
      at: new Date(Date.parse(at(2)) + hours * 3_600_000).toISOString(),
      valBpb: 1.9 - hours * 0.001,
    });
    const dots = Array.from({ length: 200 }, (_, i) => dot(i));
    const [before, after] = [plot(dots), plot([...dots, dot(203), dot(207)].reverse())];
    expect(dotsOf(after).slice(0, dotsOf(before).length)).toEqual(dotsOf(before));
    const grid = (svg: string) => [...svg.matchAll(/<line y2="([^"]*)"/g)].map((one) => one[1]);
    expect(grid(after)).toEqual(grid(before));
    // A record moves only the line, unless it leaves the axis.
    const record = { ...first, pull: 8, title: 'Best', valBpb: 1.498, at: dot(208).at };
    const next = plotOf([...history, record], dots);
    expect(dotsOf(next)).toEqual(dotsOf(before));
    // One that does moves all of them, once for many.
    expect(dotsOf(plot([...dots, dot(2000)]))).not.toEqual(dotsOf(before));
  });

  it('fills most of its width, however long the time', () => {
    for (const minutes of [0.2, 5, 59, 1000, 1400, 10_000, 400_000]) {
      const end = new Date(Date.parse(at(1)) + minutes * 60_000).toISOString();
      const svg = plotOf([first], [{ at: end, valBpb: 2 }]);
      const [x] = dotsOf(svg).map((one) => Number(/M([\d.]+)/.exec(one)![1]));
      expect(x).toBeLessThanOrEqual(984);
      if (minutes >= 1) expect(x).toBeGreaterThan(600);
    }
  });

  it('has a legend that names the colours it draws with, in both colour schemes', () => {
    const svg = plot([{ at: at(2), valBpb: 1.9 }]);
    expect(svg).toContain('1 measured experiment, 1 improvement; bits per byte, lower is better.');
    expect(svg).toContain('Grey: measured; green: held the record.');
    for (const colour of colours(svg, 'tried', 'stroke')) expect(hue(colour!)).toBe('grey');
    for (const colour of colours(svg, 'record', 'fill')) expect(hue(colour!)).toBe('green');
    for (const colour of colours(svg, 'best', 'stroke')) expect(hue(colour!)).toBe('green');
    expect(colours(svg, 'tried', 'stroke')).toHaveLength(2);
    expect(colours(svg, 'record', 'fill')).toHaveLength(2);
  });

  it('counts no improvement where the first file still holds', () => {
    const svg = plotOf([first], []);
    expect(svg).toContain('0 measured experiments, 0 improvements;');
    expect(dotsOf(svg)).toEqual([]);
    expect(svg).not.toContain('since the beginning');
  });
});

function hue(colour: string): 'grey' | 'green' | 'another' {
  const [red, green, blue] = [1, 3, 5].map((from) => Number.parseInt(colour.slice(from, from + 2), 16)) as [
    number,
    number,
    number,
  ];
  if (Math.max(red, green, blue) - Math.min(red, green, blue) < 24) return 'grey';
  return green > red + 30 && green > blue + 30 ? 'green' : 'another';
}
