import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inertLine, inertLog } from './log.ts';

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

/** Marks that are not seen, anywhere between the letters of a command. */
const unseen = fc.constantFrom(
  '',
  '\u200b',
  '\u202e',
  '\u0000',
  '\u001b[0m',
  '\u009b',
  '\ufeff',
  '\u2066',
  '\u00ad',
  '\u{e0041}',
);
const hidden = (command: string) =>
  fc
    .tuple(fc.string(), ...[...command].map((letter) => unseen.map((mark) => mark + letter)), fc.string())
    .map((parts) => parts.join(''));
const commands = fc.oneof(
  ...['::error::x', '::add-mask::y', '##[group]z', '::stop-commands::w', '\n::set-output name=a::b'].map(
    hidden,
  ),
);

/** What a terminal would obey: an escape, whole or begun, of 7 or 8 bits. */
const TERMINAL = /[\u001b\u0080-\u009f]/;

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

  test('a line has single blanks, and says where it was cut', () => {
    expect(inertLine(' a \t b\n\nc ')).toBe('a b c');
    expect([inertLine('12345', 5), inertLine('123456', 5)]).toEqual(['12345', '12345...']);
  });

  test('a workflow command does not appear when what was hidden in it goes', () => {
    fc.assert(
      fc.property(commands, (text) => {
        expect(inertLine(text)).not.toMatch(/\n|\r|::|##\[/);
      }),
      { numRuns: 1000 },
    );
  });

  test('no terminal obeys it, however escapes are nested or cut', () => {
    const pieces = fc.constantFrom(
      ...[
        '\u001b',
        '[',
        ']',
        '0;title',
        '\u0007',
        '\u001b\\',
        '31m',
        'P',
        'c',
        '\u009b',
        '\u009d',
        '\u0090',
        '2J',
        '?25l',
        'x',
      ],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (words) => {
        for (const inert of [inertLog, inertLine]) expect(inert(words.join(''))).not.toMatch(TERMINAL);
      }),
      { numRuns: 1000 },
    );
  });

  test('of honest text nothing is lost, in any script', () => {
    for (const text of ['val_bpb: 0.9979', 'Größe 漢字 עברית العربية 👍🏽', 'a:b, #[derive], std:vector'])
      expect(inertLine(text)).toBe(text);
  });
});
