import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block, clean, commitLine, commitQuote, inline, plain } from './github.ts';

const NASTY = [
  '@octocat',
  'fixes #1',
  'GH-12',
  'https://github.com/a/b/issues/3',
  '<img src=x onerror=alert(1)>',
  '![x](http://e/x.png)',
  '```',
  '````',
  '`',
  '|',
  '\n',
  '\r\n',
  '\u001b[31m',
  '\u001b]8;;http://e\u0007',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u0000',
  '\u009b31m',
  '<!-- descent:comment -->',
  '-->',
  'Verdict: improved',
  '\n\nOwner: mallory\n',
  '[skip ci]',
  '::error::x',
  '##[command]',
  '\ud800',
  '#1',
  '@',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary' }), fc.string()), { maxLength: 12 })
  .map((parts) => parts.join(''));

const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

describe('texts of strangers', () => {
  it('carry no control, bidirectional or invisible character anywhere', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const shown of [
          clean(text, 500),
          plain(text, 100),
          inline(text, 100),
          block(text, 500),
          commitLine(text, 70),
          commitQuote(text, 500),
        ]) {
          expect(shown).not.toMatch(HIDDEN);
          expect(shown.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it('stay on one line where one line is shown', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const shown of [plain(text, 80), inline(text, 80), commitLine(text, 80)])
          expect(shown).not.toMatch(/[\r\n\t]/);
      }),
    );
  });

  it('cannot leave their fence in Markdown', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = block(text, 2000).split('\n');
        const fence = shown[0]!.replace('text', '');
        expect(shown.at(-1)).toBe(fence);
        for (const line of shown.slice(1, -1)) expect(line.trim().startsWith(fence)).toBe(false);
      }),
    );
  });

  it('cannot leave their code span or their table cell', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = inline(text, 200);
        if (shown === '(empty)') return;
        const ticks = /^`+/.exec(shown)![0];
        const inside = shown.slice(ticks.length, -ticks.length);
        expect(shown.endsWith(ticks)).toBe(true);
        expect([...inside.matchAll(/`+/g)].every((run) => run[0].length !== ticks.length)).toBe(true);
        expect(shown).not.toContain('|');
      }),
    );
  });

  it('send no pings, close nothing and forge no trailer in a commit message', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const shown of [commitLine(text, 72), commitQuote(text, 2000)]) {
          expect(shown).not.toMatch(/@[\p{L}\p{N}_-]/u);
          expect(shown).not.toMatch(/#\d/);
          expect(shown).not.toMatch(/\bGH-\d/i);
          expect(shown).not.toMatch(/:\/\//);
          expect(shown).not.toMatch(/\[\s*skip/i);
        }
        for (const line of commitQuote(text, 2000).split('\n')) expect(line.startsWith('>')).toBe(true);
      }),
    );
  });

  it('are no longer than what there is room for', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, limit) => {
        for (const shown of [plain(text, limit), commitLine(text, limit)])
          expect(shown.length).toBeLessThanOrEqual(limit);
        expect(clean(text, limit).replace(/ \[\.\.\.\]$/, '').length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('are cut where the room ends, which a record says, and lose no character but half a one', () => {
    expect([plain('12345', 5), plain('123456', 5)]).toEqual(['12345', '12345']);
    expect([clean('12345', 5), clean('123456', 5)]).toEqual(['12345', '12345 [...]']);
    expect(clean('\ufffd234🙂', 5)).toBe('\ufffd234 [...]');
  });

  it('have single blanks in a line, and none at its ends', () => {
    expect(plain(' a  b\n\tc ', 50)).toBe('a b c');
    expect(inline(' ', 50)).toBe('(empty)');
    expect(commitQuote('  a\n\n b ', 50)).toBe('> a\n>\n> b');
  });

  it('lose what GitHub would act on, and no more', () => {
    expect(commitLine('@ada and @1up, not a @ b', 50)).toBe('@ ada and @ 1up, not a @ b');
    expect(commitLine('[ skip ci] [ski] [no-op]', 50)).toBe('( skip ci] [ski] (no-op]');
    expect(inline('a `` b', 50)).toBe('``` a `` b ```');
  });

  it('remain readable when they are honest', () => {
    expect(plain('Halve the batch: 2**19 -> 2**18', 80)).toBe('Halve the batch: 2**19 -> 2**18');
    expect(commitQuote('More steps.\nFewer tokens each.', 100)).toBe('> More steps.\n> Fewer tokens each.');
    expect(inline('a `b` c', 50)).toBe('`` a `b` c ``');
    expect(clean('\u001b[31mred\u001b[0m', 50)).toBe('red');
  });
});
