import { createHash } from 'node:crypto';
import { parser } from '@lezer/python';

/**
 * The digest that records carried before `content.ts` asked Python's own grammar: old records are still found by it. It took
 * some files that Python refuses for others that it runs, and stood for the bytes of many that Python runs.
 */
export function contentBefore(text: string): string {
  const tokens = tokensOf(text);
  return createHash('sha256')
    .update(tokens === null ? `bytes\0${text}` : `tokens\0${tokens.join('\0')}`)
    .digest('hex')
    .slice(0, 32);
}

/**
 * Trees nest blocks, so brackets show a token's place in them. What lies between leaves and is not blank counts too: the
 * grammar gives some marks no node. Null when the text is not Python.
 */
function tokensOf(text: string): string[] | null {
  const tokens: string[] = [];
  let wrong = false;
  let read = 0;
  const upTo = (from: number, to: number) => {
    const between = text.slice(read, from).replace(/\\\r?\n|\s+/g, '');
    if (between !== '') tokens.push(between);
    read = to;
  };
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) wrong = true;
      if (wrong) return false;
      if (node.name === 'Comment') {
        upTo(node.from, node.to);
        return false;
      }
      if (isLeaf(node.name) || node.node.firstChild === null) {
        upTo(node.from, node.to);
        tokens.push(`${node.name} ${text.slice(node.from, node.to)}`);
        return false;
      }
      upTo(node.from, node.from);
      tokens.push(`(${node.name}`);
      return true;
    },
    leave(node) {
      if (!isLeaf(node.name) && node.node.firstChild !== null) {
        upTo(node.to, node.to);
        tokens.push(')');
      }
    },
  });
  return wrong ? null : tokens;
}

/** Strings hold nodes for their escapes, and the text between those has none. */
function isLeaf(name: string): boolean {
  return name === 'String' || name === 'FormatString' || name === 'ContinuedString';
}
