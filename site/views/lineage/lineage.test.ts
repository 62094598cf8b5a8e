import { describe, expect, it } from 'vitest';
import type { Event } from '../../../core/formats/events.ts';
import { drawn } from '../../render.ts';
import { ancestorsOf, depthOf, familiesByPull, stemOf } from '../../summary/lineage.ts';
import { summariesOf } from '../../summary/summary.ts';
import { type History, historyOf, TRACK } from '../../testing/history.ts';
import { PHONE, WIDE } from '../size.ts';
import { lineageView } from './lineage.ts';

const summaryOf = (history: History) => summariesOf({ ...history, sigmas: new Map() })[0]!;

/** A history of so many experiments, of which some are said to build on others. */
function built(n: number, on: Record<number, number[]>) {
  const history = historyOf(n);
  for (const event of history.events) if (event.kind === 'result') event.buildsOn = on[event.pull] ?? [];
  return summaryOf(history);
}

describe('lineage', () => {
  it('follows what authors say, to its end, and not in a circle', () => {
    const { experiments } = built(12, { 2: [1], 3: [2], 4: [3, 1], 7: [8], 8: [9], 9: [7], 10: [10, 99] });
    const families = familiesByPull(experiments);
    expect(families.children.get(1)).toEqual([2, 4]);
    expect(depthOf(familiesByPull(experiments.filter(({ pull }) => pull < 7)))).toBe(3);
    expect(depthOf(families)).toBeGreaterThanOrEqual(3);
    const names = (of: ReturnType<typeof ancestorsOf>): unknown => [of.pull, ...of.parents.map(names)];
    expect(names(ancestorsOf(families, 4, 50))).toEqual([4, [3, [2]], [1]]);
    expect(names(ancestorsOf(families, 7, 50))).toEqual([7, [8, [9]]]);
    expect(names(ancestorsOf(families, 10, 50))).toEqual([10, [99]]);
    expect(names(ancestorsOf(families, 4, 2))).toEqual([4, [3], [1]]);
  });

  it('counts every verdict once, under the record that held', () => {
    const summary = summaryOf(historyOf(3000));
    const steps = stemOf(summary, familiesByPull(summary.experiments));
    expect(steps.reduce((sum, { tries }) => sum + tries, 0)).toBe(3000);
    expect(steps.reduce((sum, { failed }) => sum + failed, 0)).toBe(
      summary.experiments.filter(({ valBpb }) => valBpb === null).length,
    );
  });

  it('draws records, what was certified with them, claims among them, and what is adopted since', () => {
    const history = historyOf(400);
    const holders = history.board.tracks[TRACK]!.history;
    const [before, last] = holders.slice(-2);
    for (const event of history.events)
      if (event.kind === 'result') event.buildsOn = event.pull === last!.pull ? [before!.pull!, 3] : [];
    const name = { at: last!.at, pull: last!.pull!, blob: last!.blob.slice(0, 12), track: TRACK };
    const certified: Event = { kind: 'certified', ...name, pulls: [5, 6, last!.pull!] };
    const summary = {
      ...summaryOf({ ...history, events: [...history.events, certified] }),
      chain: [{ pull: 398 }],
    };
    const view = lineageView(summary);
    expect(view.finding).toContain('1 adopted since');
    expect(view.table.rows[0]!.slice(4, 6)).toEqual(['#5, #6', `#${before!.pull}, #3`]);
    expect(view.tree!.root.under.map((one) => one.name)).toEqual([`#${before!.pull}`, '#3']);
    for (const size of [WIDE, PHONE]) {
      const svg = drawn(view.plot!(size));
      const words = [...svg.querySelectorAll('text')].map((text) => text.textContent);
      expect(words).toEqual(expect.arrayContaining([`#${last!.pull}`, '◇ #5', '· #3', '#398']));
      expect(svg.querySelectorAll('.claim')).toHaveLength(1);
      expect(svg.querySelectorAll('circle.guess')).toHaveLength(1);
    }
  });

  it('is as small for a long history', () => {
    const view = lineageView(summaryOf(historyOf(20_000)));
    for (const size of [WIDE, PHONE])
      expect(drawn(view.plot!(size)).querySelectorAll('*').length).toBeLessThan(200);
  });
});
