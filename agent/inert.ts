/** What strangers wrote must not move a terminal's cursor, change its colours, or reverse what a reader sees. */

// C0 but tab and newline, DEL and C1 (a terminal may take U+009B for an escape), zero-width and bidirectional marks.
const STEERING =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text for a terminal: several lines stay several lines, everything that steers is shown as `\u001b`. */
export function inert(text: string): string {
  return text.replace(STEERING, escaped);
}

/** The same on one line, at most `length` characters. */
export function inertLine(text: string, length = 100): string {
  const line = inert(text.replace(/\s+/g, ' ').trim());
  const characters = [...line];
  return characters.length <= length ? line : `${characters.slice(0, length - 1).join('')}…`;
}

/** JSON that is as harmless: what steers stays in its escaped form, so that nothing is lost. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(STEERING, escaped);
}

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
}
