import { parser } from '@lezer/python';

/** The line where a text stops being Python; null when all of it is. The grammar does not know every form of Python: a hint. */
export function brokenLine(text: string): number | null {
  let at: number | null = null;
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) at ??= node.from;
    },
  });
  return at === null ? null : text.slice(0, at).split('\n').length;
}
