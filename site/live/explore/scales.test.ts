import { describe, expect, it } from 'vitest';
import { type Choice, columnAt, moved, scalesOf, within, zoomed } from './scales.ts';
import { saidOf } from './words.ts';

const DAY = 1440;
const N = 100;
/** One each day; the loss falls by a thousandth of a bit per byte a day, and every tenth fails. */
const columns = {
  pull: Array.from({ length: N }, (_, i) => 1000 + i),
  minute: Array.from({ length: N }, (_, i) => i * DAY),
  loss: Array.from({ length: N }, (_, i) => (i % 10 === 9 ? null : 1_000_000 - 1000 * i)),
  verdict: Array.from({ length: N }, () => 0),
};
const BEST = 1_000_000 - 1000 * 98;
const choice = (change: Partial<Choice> = {}): Choice => ({
  x: 'time',
  y: 'loss',
  range: 'all',
  from: null,
  to: null,
  ...change,
});
const scales = (change: Partial<Choice> = {}) => scalesOf(columns, choice(change), BEST);

describe('what is shown of all experiments', () => {
  it('is all of it, the last days, or a part that is chosen, by time and in order alike', () => {
    expect(scales()).toMatchObject({ from: 0, to: 99 * DAY });
    expect(scales({ range: '7' })).toMatchObject({ from: 92 * DAY, to: 99 * DAY });
    expect(scales({ x: 'order' })).toMatchObject({ from: 1, to: 100 });
    expect(scales({ x: 'order', range: '7' })).toMatchObject({ from: 93, to: 100 });
    expect(scales({ x: 'order', range: 'own', from: 20, to: 10 })).toMatchObject({ from: 10, to: 20 });
    expect(scales({ x: 'order', range: 'own', from: -5, to: 1e9 })).toMatchObject({ from: 1, to: 100 });
  });

  it('reaches from the lowest loss to almost the highest of what is shown; a gap is a power of ten', () => {
    const near = scales({ range: '7' });
    expect(near.low).toBeLessThan(BEST);
    expect(near.high).toBeLessThan(1_000_000 - 1000 * 91);
    const gap = scales({ y: 'gap' });
    expect(gap.heightOf(BEST + 10_000)).toBeCloseTo(4);
    expect(gap.heightOf(BEST - 5000)).toBe(gap.heightOf(BEST)); // below the record: luck, at the foot
    expect(gap.high).toBeLessThan(5.2);
  });

  it('is enlarged around a place and moved, and never leaves what there is', () => {
    const half = zoomed(scales({ x: 'order' }), 0.5, 80);
    expect(half.to - half.from).toBeCloseTo(49.5, -1);
    expect(half.from).toBeLessThan(80);
    expect(zoomed(scales({ x: 'order', range: 'own', from: 90, to: 100 }), 2, 99)).toEqual({
      from: 80,
      to: 100,
    });
    expect(zoomed(scales({ x: 'order' }), 2, 50)).toEqual({ from: 1, to: 100 });
    const part = scales({ x: 'order', range: 'own', from: 90, to: 98 });
    expect(moved(part, 0.25)).toEqual({ from: 92, to: 100 });
    expect(moved(part, 1)).toEqual({ from: 92, to: 100 });
    expect(moved(part, -0.25)).toEqual({ from: 88, to: 96 });
    expect(within({ from: 5, to: 5 }, { from: 1, to: 100 })).toEqual({ from: 5, to: 6 });
    expect(within({ from: 100, to: 100 }, { from: 1, to: 100 })).toEqual({ from: 99, to: 100 });
  });

  it('counts each experiment in one column, the last one too', () => {
    const { xs, ...span } = scales();
    const found = xs.map((x) => columnAt(x, span, 10));
    expect(found.filter((column) => column === 9)).toHaveLength(10);
    expect(found).not.toContain(null);
    expect(columnAt(-1, span, 10)).toBeNull();
  });

  it('is said in words, with the best where the cursor stands', () => {
    const all = scales({ x: 'order' });
    expect(saidOf(columns, all, choice({ x: 'order' }), null, 10).text).toMatch(
      /^All 100 experiments from number 1 to number 100; loss from 0\.8972 to 1\.0028/,
    );
    expect(saidOf(columns, all, choice({ x: 'order' }), 0, 10)).toEqual({
      text: 'From experiment 1: 9 with a loss, the lowest 0.9920, 1 failed.',
      lowest: 1008,
    });
    expect(saidOf(columns, scales({ y: 'gap' }), choice({ y: 'gap' }), null, 10).text).toContain(
      'each power of ten as high',
    );
  });

  it('stands on nothing where nothing was measured', () => {
    const none = { pull: [], minute: [], loss: [], verdict: [] };
    const empty = scalesOf(none, choice(), BEST);
    expect(saidOf(none, empty, choice(), null, 10).text).not.toMatch(/NaN|undefined/);
  });
});
