import { describe, expect, it } from 'vitest';
import { EVENTS_EXAMPLE } from '../../testing/examples/events.ts';
import { appended, type Event, eventLine, eventsNumber, LINES, parseEvents } from './events.ts';

const text = EVENTS_EXAMPLE.map((event) => `${eventLine(event)}\n`).join('');
const many = (count: number): Event[] => Array.from({ length: count }, () => EVENTS_EXAMPLE[6]!);

describe('a file of events', () => {
  it('is read as it was written', () => {
    expect(parseEvents(text)).toEqual({ ok: true, value: EVENTS_EXAMPLE });
    expect(parseEvents('')).toEqual({ ok: true, value: [] });
  });

  it.each([
    ['a line that was cut', text.slice(0, -5), /^line 7 .*cut/],
    ['a line that is no JSON', `${text}nonsense\n`, /^line 8 is not JSON/],
    ['a kind from the future', `${text}["moon",1]\n`, /^line 8 .*not known/],
    ['a kind that objects inherit', '["constructor"]\n', /^line 1 .*not known/],
    ['a place too many', text.replace('"ada"]', '"ada",1]'), /^line 7 is not a whole machine/],
    ['a place of another type', text.replace('"improved"', '"better"'), /^line 1 is not a whole result/],
    ['an object', '{"kind":"machine"}\n', /^line 1 .*not known/],
    ['a line too many', `${eventLine(EVENTS_EXAMPLE[6]!)}\n`.repeat(LINES + 1), /^line 251 /],
  ])('with %s is refused, and the line is named', (_what, broken, problem) => {
    const parsed = parseEvents(broken);
    expect(parsed).toMatchObject({ ok: false, problems: [expect.stringMatching(problem)] });
  });

  it('grows at its end to 250 lines, and what is full stays as it is', () => {
    const [first] = appended(null, many(249));
    expect(first!.path).toBe('results/events/0.jsonl');
    const next = appended({ number: 0, text: first!.content }, many(3));
    expect(next.map(({ path }) => path)).toEqual(['results/events/0.jsonl', 'results/events/1.jsonl']);
    expect(next[0]!.content.startsWith(first!.content)).toBe(true);
    expect(next.map(({ content }) => content.split('\n').length - 1)).toEqual([250, 2]);
    const after = appended({ number: 0, text: next[0]!.content }, many(1));
    expect(after.map(({ path }) => path)).toEqual(['results/events/1.jsonl']);
  });

  it('is left alone when it is broken or not there: the next one begins', () => {
    for (const broken of [text.slice(0, -1), null])
      expect(appended({ number: 4, text: broken }, many(1))).toEqual([
        { path: 'results/events/5.jsonl', content: `${eventLine(many(1)[0]!)}\n` },
      ]);
    expect(appended({ number: 4, text }, [])).toEqual([]);
  });

  it('ends before GitHub would cut it, whatever machines are called', () => {
    const wide: Event = { ...EVENTS_EXAMPLE[6]!, kind: 'machine', machine: 'm'.repeat(5000) } as Event;
    const files = appended(
      null,
      Array.from({ length: 200 }, () => wide),
    );
    expect(files.length).toBeGreaterThan(1);
    for (const { content } of files) expect(content.length).toBeLessThan(512_000 / 2);
  });

  it('is known by its name', () => {
    expect(['0.jsonl', '12.jsonl', '007.jsonl', '1.json', '-1.jsonl'].map(eventsNumber)).toEqual([
      ...[0, 12, null, null, null],
    ]);
  });
});
