import { describe, expect, it } from 'vitest';
import { eventLine, LINES } from '../../core/formats/events.ts';
import { Past } from './past.ts';

const line = (n: number, machine = `m${n}`) =>
  eventLine({ kind: 'machine', at: '2026-11-27T00:00:00Z', track: 'cpu', machine, owner: 'ada' });
const file = (from: number, n: number) => Array.from({ length: n }, (_, i) => `${line(from + i)}\n`).join('');

/** Files of events as main has them, and how often one was asked for by itself. */
function main(files: Record<number, string>) {
  const asked: string[] = [];
  const read = async (path: string) => {
    asked.push(path);
    return files[Number(/(\d+)\.jsonl$/.exec(path)![1])] ?? null;
  };
  return { files, asked, read, newest: (number: number) => ({ number, text: files[number]! }) };
}

describe('the newest events', () => {
  it('are sent from a position on, each with its place, over as many files as are kept', async () => {
    const { read, newest, asked } = main({ 0: file(0, LINES), 1: file(250, LINES), 2: file(500, 3) });
    const past = new Past(newest(2), read);
    expect(past.after({ file: 2, lines: 1 })!.map(({ id }) => id)).toEqual(['2:2', '2:3']);
    await past.reach({ file: 1, lines: 248 });
    expect(past.after({ file: 1, lines: 248 })!.map(({ id }) => id)).toEqual([
      '1:249',
      '1:250',
      '2:1',
      '2:2',
      '2:3',
    ]);
    expect(past.after({ file: 1, lines: 248 })![0]!.line).toBe(line(498));
    await past.reach({ file: 1, lines: 0 });
    expect(asked).toEqual(['results/events/1.jsonl']);
  });

  it('are not sent to who is too far behind or ahead, and that costs nothing', async () => {
    const { read, newest, asked } = main({ 90: file(0, 2) });
    const past = new Past(newest(90), read);
    for (const position of [
      { file: 0, lines: 0 },
      { file: 86, lines: 0 },
      { file: 90, lines: 3 },
      { file: 91, lines: 0 },
    ]) {
      await past.reach(position);
      expect(past.after(position)).toBeNull();
    }
    expect(asked).toEqual([]);
  });

  it('are not sent where they are more than a page is sent at once', () => {
    const long = `${line(0, 'x'.repeat(190))}\n`.repeat(1500);
    expect(new Past({ number: 0, text: long }, async () => null).after({ file: 0, lines: 0 })).toBeNull();
  });

  it('are sent without lines that are no events, and without one that does not end yet', () => {
    const text = `${line(0)}\n<!doctype html>\n["record"]\n${line(3)}\n${line(4)}`;
    const past = new Past({ number: 0, text }, async () => null);
    expect(past.after({ file: 0, lines: 0 })!.map(({ id }) => id)).toEqual(['0:1', '0:4']);
  });
});

describe('main', () => {
  it('goes on within a file and over files that were filled meanwhile', async () => {
    const at = main({ 0: file(0, 3) });
    const past = new Past(at.newest(0), at.read);
    at.files[0] = file(0, LINES);
    at.files[1] = file(250, LINES);
    at.files[2] = file(500, 1);
    expect(await past.goOn(at.newest(2))).toBe(true);
    expect(past.after({ file: 0, lines: 3 })).toHaveLength(LINES - 3 + LINES + 1);
    expect(past.end).toEqual({ file: 2, lines: 1 });
  });

  it.each([
    ['a line is another', 0, `${line(7)}\n${line(1)}\n`],
    ['a line is gone', 0, file(0, 1)],
    ['a file is gone', null, null],
    ['more is new than is kept', 9, file(0, 1)],
  ])('does not go on where %s', async (_what, number, text) => {
    const at = main({ 0: file(0, 2), 1: file(5, 1) });
    const past = new Past(number === null ? at.newest(1) : at.newest(0), at.read);
    expect(await past.goOn(number === null ? at.newest(0) : { number, text })).toBe(false);
  });
});
