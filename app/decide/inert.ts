/**
 * Texts of strangers, made inert: one function for each medium they are shown in. Nothing they write may ping a person,
 * refer to or close an issue, forge a marker, carry HTML, images, terminal codes or characters that reorder or hide text.
 */

/** Control characters, C1, bidirectional controls, zero-width characters, line separators, tags. Newline and tab stay. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** Terminal sequences go as a whole, so that their tails do not stay behind as litter. */
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text
    .slice(0, limit)
    .toWellFormed()
    .replace(/\ufffd$/, '')} [...]`;
}

/** For JSON in records: the author's words without what only deceives. */
export function clean(text: string, limit: number): string {
  return cut(text.replaceAll('\r\n', '\n').toWellFormed().replace(ANSI, '').replace(UNSEEN, ''), limit);
}

/** One line of plain text: check run titles, logs, terminals. */
export function plain(text: string, limit: number): string {
  return clean(text, limit * 2)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, limit)
    .toWellFormed();
}

/** One line inside Markdown, in a table as well: a code span, where GitHub neither pings nor links. */
export function inline(text: string, limit: number): string {
  const line = plain(text, limit).replaceAll('|', '\u2223');
  if (line === '') return '(empty)';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((run) => run[0].length));
  const ticks = '`'.repeat(longest + 1);
  return longest === 0 ? `${ticks}${line}${ticks}` : `${ticks} ${line} ${ticks}`;
}

/** Several lines inside Markdown: a fence longer than any run of backticks in the text. */
export function block(text: string, limit: number): string {
  const body = clean(text, limit);
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${body}\n${fence}`;
}

/** Breaks whatever GitHub turns into a ping, a reference, a closing word's object or an order to CI. */
function unlinked(text: string): string {
  return text
    .replace(/@(?=[\p{L}\p{N}_-])/gu, '@ ')
    .replace(/#(?=\d)/g, '# ')
    .replace(/\b(GH)-(?=\d)/gi, '$1 ')
    .replace(/:\/\//g, ': //')
    .replace(/\[(?=\s*(?:skip|ci|no|actions)\b)/gi, '(');
}

/** One line of a commit message. */
export function commitLine(text: string, limit: number): string {
  return unlinked(plain(text, limit)).slice(0, limit).toWellFormed();
}

/** Several lines of a commit message, quoted, so that no line can pass for a trailer. */
export function commitQuote(text: string, limit: number): string {
  return unlinked(clean(text, limit))
    .split('\n')
    .map((line) => `> ${line.trim()}`.trimEnd())
    .join('\n');
}
