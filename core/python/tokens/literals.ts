import { NotPythonError } from '../problem.ts';

/** The values of numbers and strings, spelt in one way each: `0x10` is 16, and `'\x61'` is `a`. */

const D = '[0-9](?:_?[0-9])*';
/** A number at a place of the text. What may stand right after it is a keyword, as in `1if x else 2`. */
export const NUMBER = new RegExp(
  `(?:(?:(?:${D}\\.(?:${D})?|\\.${D})(?:[eE][+-]?${D})?|${D}[eE][+-]?${D}|${D}(?=[jJ]))[jJ]?` +
    '|0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*(?![0-9_.])|[1-9](?:_?[0-9])*(?!\\.))' +
    '(?:(?=and|else|for|if|in|is|not|or)|(?![\\w\\u0080-\\u{10ffff}]))',
  'uy',
);

/** Two spellings of one number give one text, and an integer is no float. */
export function numberValue(spelling: string, at: number): string {
  const plain = spelling.replaceAll('_', '');
  const real = plain.replace(/[jJ]$/, '');
  if (real !== plain) return `j${Number(real)}`;
  if (/^\d{4301,}$/.test(plain) && !/^0+$/.test(plain))
    throw new NotPythonError('a number of more than 4,300 digits', at);
  if (/^0[xXoObB]/.test(plain)) return `i${BigInt(plain.toLowerCase())}`;
  return /[.eE]/.test(plain) ? `f${Number(plain)}` : `i${BigInt(plain)}`;
}

/** Code points beyond plain ASCII are written as numbers, so that two halves of a pair differ from the complete character. */
function spelt(point: number): string {
  return point >= 0x20 && point < 0x7f && point !== 0x22 && point !== 0x5c
    ? String.fromCodePoint(point)
    : `\\${point.toString(16)};`;
}

/** Text without escapes, with a spelling for each code point. */
export function spell(text: string): string {
  return text.replace(/[^ !#-[\]-~]/gu, (character) => spelt(character.codePointAt(0)!));
}

const SIMPLE: Record<string, number> = {
  '\\': 92,
  "'": 39,
  '"': 34,
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};
const ESCAPE = /\\(?:([\\'"abfnrtv])|(\n)|([0-7]{1,3})|([xuUN])|)/y;

/**
 * The value of a string's inside, spelt.
 * @param at where it begins, for errors
 */
export function stringValue(body: string, kind: { raw: boolean; bytes: boolean }, at: number): string {
  if (kind.bytes && /[^\0-\x7f]/.test(body)) throw new NotPythonError('bytes can hold ASCII alone', at);
  if (kind.raw || !body.includes('\\')) return spell(body);
  let value = '';
  for (let i = 0; i < body.length; ) {
    if (body[i] !== '\\') {
      const next = body.indexOf('\\', i);
      value += spell(body.slice(i, next < 0 ? undefined : next));
      i = next < 0 ? body.length : next;
      continue;
    }
    ESCAPE.lastIndex = i;
    const [whole, simple, newline, octal, long] = ESCAPE.exec(body)!;
    i += whole.length;
    if (simple !== undefined) value += spelt(SIMPLE[simple]!);
    else if (octal !== undefined) value += spelt(Number.parseInt(octal, 8) & (kind.bytes ? 0xff : 0x1ff));
    else if (newline === undefined && (long === undefined || (kind.bytes && long !== 'x')))
      value += `${spelt(92)}${long ?? ''}`;
    else if (long !== undefined) {
      const { spelling, length } = longEscape(body.slice(i), long, at + i);
      value += spelling;
      i += length;
    }
  }
  return value;
}

/** `\x`, `\u`, `\U` and `\N`. Names of characters are not looked up: a name is another spelling than its character. */
function longEscape(rest: string, kind: string, at: number): { spelling: string; length: number } {
  if (kind === 'N') {
    const name = /^\{([^{}\n]+)\}/.exec(rest);
    if (!name) throw new NotPythonError('\\N needs the name of a character in braces', at);
    return { spelling: `\\N${name[1]!.toUpperCase()};`, length: name[0].length };
  }
  const digits = { x: 2, u: 4, U: 8 }[kind]!;
  const hex = rest.slice(0, digits);
  if (hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex) || Number.parseInt(hex, 16) > 0x10ffff)
    throw new NotPythonError(`the escape \\${kind} needs ${digits} hex digits of a character`, at);
  return { spelling: spelt(Number.parseInt(hex, 16)), length: digits };
}
