import ranges from '@fontsource/inter/unicode.json' with { type: 'json' };
import { plain } from '../../core/text/harmless/github.ts';
import { legal } from '../xml.ts';

/** Strangers' words on a card: only characters that its font has, in lines that fit. */

/** Subsets of the font that cards are drawn with. */
export const SUBSETS = ['latin', 'latin-ext', 'cyrillic', 'greek'] as const;
export type Subset = (typeof SUBSETS)[number];

const HAS = Object.fromEntries(SUBSETS.map((name) => [name, classOf(ranges[name])])) as Record<
  Subset,
  RegExp
>;

/** The subsets that a text needs; Latin always. */
export function subsetsOf(text: string): Subset[] {
  return SUBSETS.filter((name, i) => i === 0 || HAS[name].test(text));
}

/** One line without what the font cannot draw. */
export function drawable(text: string, limit: number): string {
  const kept = Array.from(legal(plain(text, limit)), (one) =>
    /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(one) && SUBSETS.some((name) => HAS[name].test(one)) ? one : ' ',
  );
  return kept.join('').replace(/ +/g, ' ').trim();
}

/** Lines of at most so many pixels; what does not fit ends in dots. @param size of the letters, pixels */
export function wrapped(text: string, size: number, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '' && lines.length < most) {
    const last = lines.length === most - 1;
    const line = fitting(rest, size, width, last);
    lines.push(line.text);
    rest = rest.slice(line.taken).trimStart();
  }
  return lines;
}

function fitting(text: string, size: number, width: number, last: boolean): { text: string; taken: number } {
  if (widthOf(text, size) <= width) return { text, taken: text.length };
  const room = last ? width - widthOf('…', size) : width;
  let taken = 0;
  for (const one of text) {
    if (widthOf(text.slice(0, taken) + one, size) > room) break;
    taken += one.length;
  }
  const space = text.lastIndexOf(' ', taken);
  if (!last && space > taken / 3) taken = space;
  return { text: `${text.slice(0, taken).trimEnd()}${last ? '…' : ''}`, taken };
}

/** No less than what the font needs: the renderer does not say before it has drawn. */
function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const one of text)
    ems += /[ijlI.,:;'|!()[\] ]/.test(one)
      ? 0.4
      : /[a-z0-9\-+/=?_"]/.test(one) && !/[mw]/.test(one)
        ? 0.68
        : 1.1;
  return ems * size;
}

/** `U+0000-00FF,U+0131` as a class of a regular expression. */
function classOf(list: string): RegExp {
  const body = list.replace(/U\+([\dA-F]+)(?:-([\dA-F]+))?,?/g, (_all, from, to) => {
    return to ? `\\u{${from}}-\\u{${to}}` : `\\u{${from}}`;
  });
  return new RegExp(`[${body}]`, 'u');
}
