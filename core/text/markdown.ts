import MarkdownIt from 'markdown-it';

/**
 * What GitHub shows of a description: its fences, its headings and the text below them, without HTML comments. Only the rules
 * of Markdown that decide these are switched on; they are linear, as the bot reads strangers' texts.
 */

export interface Markdown {
  /** The contents of fenced blocks in YAML. */
  yaml: string[];
  /** The text below each heading of this name, up to the next heading of its level or above. */
  sections: string[];
}

const reader = new MarkdownIt('zero', { html: true })
  .enable(['fence', 'code', 'blockquote', 'list', 'html_block', 'heading', 'lheading'])
  .enable(['escape', 'backticks']);

reader.inline.ruler.push('comment', (state, silent) => {
  if (state.env.unclosed === state.src || !state.src.startsWith('<!--', state.pos)) return false;
  const end = state.src.indexOf('-->', state.pos + 2);
  if (end < 0) {
    state.env.unclosed = state.src; // so that thousands of openings are searched once
    return false;
  }
  if (!silent) state.push('comment', '', 0).meta = [state.pos, end + 3];
  state.pos = end + 3;
  return true;
});

/** One that a block of HTML opens and does not close hides whatever follows, up to the block of HTML that closes it. */
function withoutComments(html: string, isOpen: boolean): { text: string; isOpen: boolean } {
  const parts: string[] = [];
  let hidden = isOpen;
  let from = 0;
  for (;;) {
    const mark = html.indexOf(hidden ? '-->' : '<!--', from);
    if (!hidden) parts.push(html.slice(from, mark < 0 ? undefined : mark));
    if (mark < 0) return { text: parts.join('').trimEnd(), isOpen: hidden };
    from = mark + (hidden ? 3 : 2);
    hidden = !hidden;
  }
}

export function readMarkdown(text: string, heading: string): Markdown {
  const lines: (string | null)[] = text.split('\n');
  const yaml: string[] = [];
  const headings: { depth: number; isWanted: boolean; from: number; below: number }[] = [];
  let hidden = false;
  let title: { depth: number; from: number; below: number } | null = null;
  for (const token of reader.parse(text, {})) {
    const [from, below] = token.map ?? [0, 0];
    if (token.type === 'html_block' && token.level === 0) {
      const shown = withoutComments(lines.slice(from, below).join('\n'), hidden);
      hidden = shown.isOpen;
      lines.fill(null, from, below);
      lines[from] = shown.text;
    } else if (hidden) lines.fill(null, from, below);
    else if (token.type === 'fence' && token.level === 0) {
      if (/^ya?ml$/i.test(token.info.trim().split(/\s/)[0]!)) yaml.push(token.content);
    } else if (token.type === 'heading_open' && token.level === 0)
      title = { depth: Number(token.tag.slice(1)), from, below };
    else if (token.type === 'inline' && token.level === 1) {
      const comments = (token.children ?? []).filter((part) => part.type === 'comment').reverse();
      let shown = token.content;
      for (const { meta } of comments) shown = shown.slice(0, meta[0]) + shown.slice(meta[1]);
      if (title) {
        const isWanted =
          shown
            .replace(/[*_:#]/g, '')
            .trim()
            .toLowerCase() === heading;
        headings.push({ ...title, isWanted });
        title = null;
      } else if (comments.length > 0) {
        lines.fill(null, from, below);
        lines[from] = shown;
      }
    }
  }
  const sections = headings.flatMap(({ isWanted, depth, below }, i) => {
    if (!isWanted) return [];
    const end = headings.slice(i + 1).find((next) => next.depth <= depth)?.from;
    return [
      lines
        .slice(below, end)
        .filter((line) => line !== null)
        .join('\n')
        .trim(),
    ];
  });
  return { yaml, sections };
}
