import { replaceUnseen } from '../unseen.ts';

/** What strangers wrote must not move a terminal's cursor, change its colours, or reverse what a reader sees. */

/** Text for a terminal: several lines stay several lines, everything that steers is shown as `\u001b`. */
export function inert(text: string): string {
  return replaceUnseen(text, escaped);
}

/** The same on one line, at most `length` characters. */
export function inertLine(text: string, length = 100): string {
  const line = inert(text.replace(/\s+/g, ' ').trim());
  const characters = [...line];
  return characters.length <= length ? line : `${inert(characters.slice(0, length - 1).join(''))}…`;
}

/** JSON that is as harmless: what steers stays in its escaped form, so that nothing is lost. */
export function inertJson(value: unknown, indent = 2): string {
  return replaceUnseen(JSON.stringify(value, null, indent), escaped);
}

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
}
