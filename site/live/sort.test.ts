import { describe, expect, it } from 'vitest';
import { csvOf } from '../csv.ts';
import { HOSTILE } from '../stories/hostile.ts';
import { rowsIn } from './csv.ts';
import { isFigures, sorted } from './sort.ts';

describe('rows of a file', () => {
  it('are what the site wrote, whatever strangers call themselves', () => {
    const rows = [
      ...HOSTILE.map((text, i) => [text, String(i), '-0.5']),
      ['a, "b"\nc', '', '+1'],
      ['\tx', "'quoted", '@y'],
    ];
    expect(rowsIn(csvOf({ columns: ['name', 'n', 'gain'], rows }))).toEqual([['name', 'n', 'gain'], ...rows]);
    expect(rowsIn('a,b\r\n,\r\n')).toEqual([
      ['a', 'b'],
      ['', ''],
    ]);
    expect(rowsIn('')).toEqual([]);
  });
});

describe('sorted rows', () => {
  const by = (values: string[], rising: boolean) =>
    sorted(
      values.map((value) => [value]),
      { column: 0, rising },
    ).map(([value]) => value);

  it('go by size: figures, shares, intervals, dates, names with numbers', () => {
    expect(by(['9', '10', '-1.5', '+2'], false)).toEqual(['10', '9', '+2', '-1.5']);
    expect(by(['9 %', '10 %', '1.5 %'], true)).toEqual(['1.5 %', '9 %', '10 %']);
    expect(by(['-0.2 to 9', '-0.1 to 0'], false)).toEqual(['-0.1 to 0', '-0.2 to 9']);
    expect(by(['2026-11-02', '2026-01-30'], true)).toEqual(['2026-01-30', '2026-11-02']);
    expect(by(['owner-10', 'owner-9'], true)).toEqual(['owner-9', 'owner-10']);
    expect(by(['#101', '#12'], true)).toEqual(['#12', '#101']);
  });

  it('have what is not known at the end, either way, and keep the order of equal ones', () => {
    expect(by(['', '1', '2'], true)).toEqual(['1', '2', '']);
    expect(by(['', '1', '2'], false)).toEqual(['2', '1', '']);
    const rows = [
      ['b', '1'],
      ['a', '1'],
    ];
    expect(sorted(rows, { column: 1, rising: false })).toEqual(rows);
    expect(
      isFigures(
        [
          ['1', 'x'],
          ['', ''],
        ],
        0,
      ),
    ).toBe(true);
    expect(
      isFigures(
        [
          ['1', 'x'],
          ['', ''],
        ],
        1,
      ),
    ).toBe(false);
    expect(isFigures([['', '']], 1)).toBe(false);
  });
});
