import { withoutUnseen } from '../unseen.ts';

/**
 * Texts of strangers, made inert: one function for each medium they are shown in. Nothing they write may ping a person,
 * refer to or close an issue, forge a marker, carry HTML, images, terminal codes or characters that reorder or hide text.
 */

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${start(text, limit).replace(/\ufffd$/, '')} [...]`;
}

/** A cut may leave half an emoji: its joiner goes as well. */
function start(text: string, limit: number): string {
  return withoutUnseen(text.slice(0, limit));
}

/** For JSON in records: the author's words without what only deceives. */
export function clean(text: string, limit: number): string {
  return cut(withoutUnseen(text), limit);
}

/** One line of plain text: check run titles, logs, terminals. */
export function plain(text: string, limit: number): string {
  return start(
    clean(text, limit * 2)
      .replace(/\s+/g, ' ')
      .trim(),
    limit,
  );
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
  return start(unlinked(plain(text, limit)), limit);
}

/** Several lines of a commit message, quoted, so that no line can pass for a trailer. */
export function commitQuote(text: string, limit: number): string {
  return unlinked(clean(text, limit))
    .split('\n')
    .map((line) => `> ${line.trim()}`.trimEnd())
    .join('\n');
}
