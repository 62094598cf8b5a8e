import { describe, expect, it } from 'vitest';
import { NOW_ON } from '../../testing/examples/now.ts';
import { drawn } from '../render.ts';
import { createRandom } from '../statistics/random.ts';
import type { Summary } from '../summary/summary.ts';
import { summariesOf } from '../summary/summary.ts';
import { type History, historyOf, SIGMA, TRACK } from '../testing/history.ts';
import { condensingView } from './effects/condensing.ts';
import { modesView } from './effects/modes.ts';
import { predictedView } from './effects/predicted.ts';
import { auditsView } from './machines/audits.ts';
import { offsetsView } from './machines/offsets.ts';
import { shapeView } from './noise/shape.ts';
import { agentsView } from './people/agents.ts';
import { luckView } from './rule/luck.ts';
import { PHONE, WIDE } from './size.ts';
import { VIEWS } from './views.ts';

const summaryOf = (history: History, sigma: number | null = SIGMA): Summary =>
  summariesOf({ ...history, sigmas: new Map(sigma === null ? [] : [[TRACK, sigma]]) })[0]!;

/** The same history, every result changed. */
function changed(
  history: History,
  change: (event: Extract<History['events'][number], { kind: 'result' }>) => void,
) {
  for (const event of history.events) if (event.kind === 'result') change(event);
  return summaryOf(history);
}

describe.each([0, 1, 2, 30, 500])('with %i experiments', (n) => {
  it.each(Object.values(VIEWS).flat())('%o says something true and draws figures', (viewOf) => {
    for (const [sigma, now] of [
      [SIGMA, null],
      [null, NOW_ON(TRACK)],
    ] as const) {
      const view = viewOf({ ...summaryOf(historyOf(n), sigma), now });
      const pictures = view.plot ? [drawn(view.plot(WIDE)), drawn(view.plot(PHONE))] : [];
      const all = [view.finding, JSON.stringify(view.table), ...pictures.map((svg) => svg.outerHTML)].join(
        '\n',
      );
      expect(all).not.toMatch(/NaN|undefined|Infinity|\[object/);
      expect(view.finding).toMatch(/^\S.*\.$/);
      for (const row of view.table.rows) expect(row).toHaveLength(view.table.columns.length);
    }
  });
});

describe('a view finds what was planted', () => {
  it('heaps that close in', () => {
    const eras = modesView(summaryOf(historyOf(20_000))).table.rows;
    const width = (row: (typeof eras)[number]) => Number(row.at(-1));
    expect(width(eras[0]!)).toBeLessThan(0.7 * width(eras.at(-1)!)); // the newest is first
    expect(eras.at(-1)![4]).toBeGreaterThan(1);
    expect(condensingView(summaryOf(historyOf(20_000))).finding).toMatch(
      /the width goes down with a rank correlation of -(1\.00|0\.[5-9])/,
    );
  });

  it('a machine that is off', () => {
    const history = historyOf(4000);
    const summary = changed(history, ({ runs }) => {
      for (const run of runs) if (run[2] === 'owner-3.card-3' && run[4] !== null) run[4] += 3 * SIGMA;
    });
    expect(offsetsView(summaryOf(historyOf(4000))).finding).toContain('None is surely off');
    expect(offsetsView(summary).finding).toMatch(/owner-3\.card-3 (is|are) surely off/);
  });

  it('agents that know what they do, and agents that do not', () => {
    const known = changed(historyOf(2000), (one) => {
      one.expect = one.valBpb === null ? null : one.valBpb - one.incumbent!;
    });
    expect(predictedView(known).finding).toContain('100 % had the right sign');
    const wrong = changed(historyOf(2000), (one) => {
      one.expect = one.valBpb === null ? null : one.incumbent! - one.valBpb;
    });
    expect(predictedView(wrong).finding).toMatch(/ 0 % had the right sign.*rank correlation is -1\.00/);
  });

  it('tails that are heavier than those of normal noise', () => {
    expect(shapeView(summaryOf(historyOf(6000))).finding).toContain('as many as chance');
    let turn = 0;
    const heavy = changed(historyOf(6000), ({ runs }) => {
      for (const run of runs) {
        turn += 1;
        if (run[4] !== null && turn % 20 === 0) run[4] += (turn % 40 ? 6 : -6) * SIGMA;
      }
    });
    expect(shapeView(heavy).finding).toContain('the noise is not normal');
  });

  it('records that are luck', () => {
    const expected = (summary: Summary) =>
      Number(/, ([\d.]+) (?:is|are) expected/.exec(luckView(summary).finding)![1]);
    // No candidate gains: the luckiest are called records.
    const random = createRandom(5);
    const made = historyOf(3000);
    made.events = made.events.filter(({ kind }) => kind !== 'record');
    const holders = made.board.tracks[TRACK]!.history;
    holders.splice(1);
    const luck = changed(made, (one) => {
      const z = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      one.effect = z * SIGMA;
      one.standardError = SIGMA;
      one.verdict = z > 2.3 ? 'improved' : 'regressed';
      if (z <= 2.3) return;
      holders.push({
        at: one.at,
        pull: one.pull,
        blob: one.blob.padEnd(40, '0'),
        author: one.author,
        title: one.title,
        valBpb: 1,
        heldoutBpb: null,
      });
    });
    const count = luck.experiments.filter(({ verdict }) => verdict === 'improved').length;
    expect(expected(luck)).toBeGreaterThan(0.5 * count);
    expect(expected(summaryOf(historyOf(3000)))).toBeLessThan(1);
  });

  it("what each of a chain gained: the head is not given what is the others'", () => {
    const history = historyOf(40);
    const [first, second, head] = history.events.filter(
      (event) => event.kind === 'result' && event.valBpb !== null,
    );
    for (const [one, author, effect] of [
      [first, 'ada', 0.2],
      [second, 'bob', 0.25],
      [head, 'kim', 0.9],
    ] as const) {
      if (one?.kind !== 'result') throw new Error('there is no result');
      Object.assign(one, { verdict: 'improved', author, effect, standardError: 0.01 });
    }
    const others = history.events.filter(
      (event) => event.kind === 'result' && ![first, second, head].includes(event),
    );
    for (const one of others) Object.assign(one, { verdict: 'regressed' });
    const [a, b, c] = [first, second, head].map((one) => (one as { pull: number }).pull) as [
      number,
      number,
      number,
    ];
    const { at, blob } = head as { at: string; blob: string };
    history.events.push({ kind: 'certified', at, pull: c, blob, track: TRACK, pulls: [a, b, c] });
    const gains = new Map(agentsView(summaryOf(history)).table.rows.map((row) => [row[0], row[5]]));
    expect([gains.get('ada'), gains.get('bob'), gains.get('kim')]).toEqual(['+0.2000', '+0.2500', '+0.4500']);
  });

  it('what audits said, and who gained', () => {
    const history = historyOf(3000);
    const audits = history.events.flatMap((event) => (event.kind === 'audit' ? [event.outcome] : []));
    const share = audits.filter((one) => one === 'agreed').length / audits.length;
    expect(auditsView(summaryOf(history)).finding).toContain(
      `${(100 * share).toFixed(0)} % of ${audits.length}`,
    );
    const rows = agentsView(summaryOf(history)).table.rows;
    const gains = rows.map((row) => Number(row[5]));
    expect(gains).toEqual(gains.toSorted((a, b) => b - a));
    expect(rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(3000);
  });
});
