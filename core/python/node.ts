/** A piece of Python's syntax tree, as one text that two pieces share only when they are the same. */
export interface Node {
  kind: string;
  /** The whole piece, as `ast.dump` would tell it. */
  dump: string;
  /** Of a tuple, a list, a starred expression: what it holds, where assignment looks for targets. */
  items: Node[];
  /** Written in brackets of its own. */
  grouped: boolean;
  /** Offset of its beginning. */
  at: number;
}

type Part = Node | string | null | Part[];

/** Added piece by piece: texts that are joined at once are copied at every level of a long chain. */
function dumpsOf(parts: Part[]): string {
  let dump = '';
  for (const part of parts) {
    if (part === null) dump += ' -';
    else if (typeof part === 'string') dump += ` "${part}"`;
    else if (Array.isArray(part)) dump += ` [${dumpsOf(part)}]`;
    else dump += ` ${part.dump}`;
  }
  return dump;
}

/** Texts among the parts are names or spelt values: none holds a quote. */
export function node(kind: string, at: number, parts: Part[], items: Node[] = []): Node {
  return { kind, dump: `(${kind}${dumpsOf(parts)})`, items, grouped: false, at };
}
