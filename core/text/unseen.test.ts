import fc from 'fast-check';
import { expect, it } from 'vitest';
import { block, clean, commitLine, commitQuote, inline, plain } from './harmless/github.ts';
import { inertLine, inertLog } from './harmless/log.ts';
import * as terminal from './harmless/terminal.ts';
import { firstUnseen, withoutUnseen } from './unseen.ts';

/** One function for each medium, at lengths that cut in the middle too. */
const MEDIA: Record<string, (text: string) => string> = {
  record: (text) => clean(text, 500),
  'record, cut': (text) => clean(text, 9),
  title: (text) => plain(text, 9),
  Markdown: (text) => inline(text, 60),
  'Markdown, cut': (text) => inline(text, 7),
  fence: (text) => block(text, 500),
  'commit line': (text) => commitLine(text, 9),
  'commit message': (text) => commitQuote(text, 500),
  report: inertLog,
  "workflow's log": (text) => inertLine(text, 11),
  terminal: terminal.inert,
  'line of a terminal': (text) => terminal.inertLine(text, 12),
  'JSON on a terminal': terminal.inertJson,
};

/** Named by number, not by property: the list must hold whatever the runtime's Unicode says. */
const HIDDEN = [
  ...[0x00, 0x07, 0x1b, 0x7f, 0x85, 0x9b, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e],
  ...[0x200b, 0x200c, 0x200d, 0x200e, 0x2028, 0x2029, 0x202e, 0x2060, 0x2065, 0x2066, 0x206a, 0x2800],
  ...[0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0x1bca0, 0x1d159, 0x1d173, 0xe0001, 0xe0041, 0xe0100],
].map((code) => String.fromCodePoint(code));
const EMOJI = ['👩‍💻', '❤️', '👨‍👩‍👧‍👦', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👍🏽', '🏳️‍🌈'];

const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(...HIDDEN),
    fc.constantFrom(...EMOJI.flatMap((one) => [one, ...one])),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a', '1', '#', ' ', '\n', 'می'),
  ),
  { maxLength: 14 },
);

it.each(Object.entries(MEDIA))('%s: nothing unseen is left, whatever stands beside it', (_name, shown) => {
  for (const character of HIDDEN) expect(shown(`a${character}b`)).not.toContain(character);
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = shown(parts.join(''));
      expect(firstUnseen(text)).toBeNull();
    }),
    { numRuns: 300 },
  );
});

it.each(HIDDEN.map((one) => [one.codePointAt(0)!.toString(16), one]))(
  'U+%s is found with its line',
  (hex, one) => {
    const name = `U+${hex.toUpperCase().padStart(4, '0')}`;
    expect(firstUnseen(`one 👩‍💻\ntwo ${one}`)).toEqual({ name, line: 2 });
  },
);

it('honest text stays as it is, in any script, and emoji of the RGI list stay whole', () => {
  const honest = ['Größe 漢字 עברית العربية ١٢ \u0600', 'हिन्दी', '\ttab\nline', ...EMOJI];
  for (const text of honest) expect(withoutUnseen(text)).toBe(text);
  for (const text of EMOJI)
    for (const shown of [clean(text, 90), plain(text, 90), inertLine(text), terminal.inertLine(text)])
      expect(shown).toBe(text);
});

it('letters cannot be smuggled in behind an emoji', () => {
  expect(withoutUnseen('🏴󠁧󠁢󠁥󠁮󠁧󠁿\u{e0041}\u{e0042}')).toBe('🏴󠁧󠁢󠁥󠁮󠁧󠁿');
  expect(withoutUnseen('👍\ufe0f\ufe01\u200d')).toBe('👍');
});

it('line ends of every system become newlines', () => {
  expect(withoutUnseen('a\r\nb\rc\nd')).toBe('a\nb\nc\nd');
});
