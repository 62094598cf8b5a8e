import { describe, expect, it } from 'vitest';
import type { Event } from '../../../core/formats/events.ts';
import { drawn } from '../../render.ts';
import { guessesOf } from '../../summary/frontier.ts';
import { summariesOf } from '../../summary/summary.ts';
import { historyOf, TRACK } from '../../testing/history.ts';
import { PHONE, WIDE } from '../size.ts';
import { progressView } from './view.ts';

const name = { blob: 'b'.repeat(12), track: TRACK };
const adopted = (minute: number, pull: number, loss: number): Event => {
  return { kind: 'adopted', at: timeOf(minute), pull, ...name, gain: 0.001, loss };
};
const ended = (kind: 'certified' | 'refuted', minute: number, pulls: number[]): Event => {
  return { kind, at: timeOf(minute), pull: pulls.at(-1)!, ...name, pulls };
};
const timeOf = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const losses = (events: Event[]) => guessesOf(events).map(({ valBpb }) => valBpb);

describe('the line of what is adopted', () => {
  it('is the newest of the chain; what stands on a certified chain stays, nothing stays of a refuted one', () => {
    const chain = [adopted(1, 1, 0.99), adopted(2, 2, 0.98), adopted(3, 3, 0.97)];
    expect(losses(chain)).toEqual([0.99, 0.98, 0.97]);
    expect(losses([...chain, ended('certified', 4, [1, 2])])).toEqual([0.99, 0.98, 0.97, 0.97]);
    expect(losses([...chain, ended('certified', 4, [1, 2, 3])]).at(-1)).toBeNull();
    expect(losses([...chain, ended('refuted', 4, [1])]).at(-1)).toBeNull();
  });

  it('is drawn beside the record, with a gap where nothing is adopted, and is as short for a year', () => {
    const history = historyOf(50);
    const holders = history.events.filter(({ kind }) => kind === 'record' || kind === 'result');
    const events = [
      ...holders,
      ...[adopted(20, 1, 0.999), ended('refuted', 60, [1]), adopted(120, 2, 0.9999), adopted(180, 3, 0.9996)],
    ];
    const [summary] = summariesOf({ board: history.board, events, sigmas: new Map() });
    const view = progressView(summary!);
    expect(view.finding).toContain('the newest expected at 0.9996.');
    const d = drawn(view.plot!(WIDE)).querySelector('.frontier')!.getAttribute('d')!;
    expect(d.match(/M/g)).toHaveLength(2);
    const [, , second] = /^(M[^M]*)(M.*)$/.exec(d)!;
    expect(second!.match(/V/g)).toHaveLength(1);

    const year = progressView(summariesOf({ ...historyOf(20_000), sigmas: new Map() })[0]!);
    for (const size of [WIDE, PHONE]) {
      const line = drawn(year.plot!(size)).querySelector('.frontier')!.getAttribute('d')!;
      expect(line.length).toBeLessThan(4000);
    }
  });
});

describe('failures', () => {
  it('are drawn within the frame, those after the last loss as well', () => {
    const history = historyOf(200);
    const results = history.events.filter((one) => one.kind === 'result');
    const last = {
      ...results.at(-1)!,
      pull: 9999,
      blob: 'c'.repeat(12),
      valBpb: null,
      verdict: 'crashed' as const,
    };
    for (const days of [0.01, 1, 40]) {
      const at = new Date(Date.parse(last.at) + days * 86_400_000).toISOString();
      const events = [...history.events, { ...last, at }];
      const [summary] = summariesOf({ board: history.board, events, sigmas: new Map() });
      for (const size of [WIDE, PHONE]) {
        const d = drawn(progressView(summary!).plot!(size)).querySelector('.failed')!.getAttribute('d')!;
        const places = [...d.matchAll(/M([\d.]+)/g)].map(([, x]) => Number(x));
        expect(Math.max(...places)).toBeLessThanOrEqual(size.width - 12);
        expect(places.length).toBeGreaterThan(days < 1 ? 2 : 0);
      }
    }
  });
});
