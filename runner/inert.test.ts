import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inertLine, inertLog } from './inert.ts';

const stranger = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '::',
        ':',
        '##',
        '#',
        '[',
        'error',
        '\n',
        '\r',
        ' ',
        '\u001b[31m',
        '\u202e',
        '\u0000',
        '\u200b',
        '\ud800',
      ),
    )
    .map((a) => a.join('')),
);

describe('a stranger’s text', () => {
  test('a log keeps its lines and loses what a terminal would obey', () => {
    expect(inertLog('\u001b[31mred\u001b[0m\r\nnext\u202egnp\u0007\ttab\u001b]0;title\u0007')).toBe(
      'red\nnextgnp\ttab',
    );
  });

  test('whatever it is, no control character, direction mark or half character is left', () => {
    fc.assert(
      fc.property(stranger, (text) => {
        const log = inertLog(text);
        expect(log.isWellFormed()).toBe(true);
        expect(log).not.toMatch(
          /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
        );
        expect(inertLog(log)).toBe(log);
      }),
    );
  });

  test('a line is one line, and no workflow command', () => {
    expect(inertLine('  ::set-output name=x::y\n##[error]z')).toBe(': :set-output name=x: :y ## [error]z');
    fc.assert(
      fc.property(stranger, (text) => {
        const line = inertLine(text);
        expect(line).not.toMatch(/\n|::|##\[/);
        expect(line.length).toBeLessThanOrEqual(1100);
      }),
    );
  });
});
