import { CST, Lexer } from 'yaml';
import { cut } from '../../text/cut.ts';

/**
 * What YAML would leave out of a block without a word: what follows a `#`, tags, anchors and aliases, directives. People who write a
 * sentence mean these as text. A comment is allowed where it cannot be taken for text: at the start of a line, or after a
 * number, a quoted value or a list.
 */

const CLOSED = new Set([
  'single-quoted-scalar',
  'double-quoted-scalar',
  'flow-seq-start',
  'flow-seq-end',
  'flow-map-start',
  'flow-map-end',
  'comma',
]);
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const QUOTE = 'put the whole value in quotes';

const DROPPED: Record<string, string> = {
  tag: `is taken for a tag: ${QUOTE}`,
  anchor: `is taken for an anchor: ${QUOTE}`,
  alias: `is taken for an alias: ${QUOTE}`,
  'directive-line': 'is taken for a directive: remove the line',
};

/** The top-level key that a line belongs to, as a note for a message; empty where there is none. */
export function keyNote(text: string, line: number): string {
  const above = text.split('\n').slice(0, line).reverse();
  const key = above.map((one) => /^["']?([\w-]{1,40})["']?\s*:/.exec(one)?.[1]).find((found) => found);
  return key ? ` (\`${key}\`)` : '';
}

/** A problem for each, with its line, its key, the value and what to do. */
export function droppedByYaml(text: string): string[] {
  const problems: string[] = [];
  let line = 1;
  let before: 'nothing' | 'open' | 'closed' = 'nothing';
  let isIndented = false;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    const type = isScalar ? 'scalar' : CST.tokenType(lexeme);
    isScalar = lexeme === CST.SCALAR;
    const isComment = type === 'comment' && (before === 'open' || (before === 'nothing' && isIndented));
    const why = isComment
      ? `is taken for a comment: ${QUOTE}; a comment stands at the start of a line, or after a number, a quoted value or a list`
      : DROPPED[type ?? ''];
    if (why) {
      const said = cut(lexeme, 60);
      problems.push(`not usable YAML, line ${line}${keyNote(text, line)}: ${JSON.stringify(said)} ${why}`);
    }
    // A newline, or a block scalar, which takes its last newline with it.
    if (lexeme.endsWith('\n')) [before, isIndented] = ['nothing', false];
    else if (type === 'space') isIndented = true;
    else before = CLOSED.has(type ?? '') || NUMBER.test(lexeme) ? 'closed' : 'open';
    line += lexeme.split('\n').length - 1;
  }
  return problems.slice(0, 5);
}
