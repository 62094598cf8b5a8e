import { NotPythonError } from '../problem.ts';

/** A piece of Python's syntax tree, as one text that two pieces share only when they are the same. */
export interface Node {
  kind: string;
  /** The complete piece, as `ast.dump` would print it. */
  dump: string;
  /** Of a tuple, a list, a starred expression: what it holds, where assignment looks for targets. */
  items: Node[];
  /** Written in brackets of its own. */
  grouped: boolean;
  /** Offset of its beginning. */
  at: number;
  /** How many pieces lie in each other here. */
  depth: number;
}

/** Python's compiler goes no deeper than some 2,990. */
const DEEPEST = 2900;

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

function deepest(parts: Part[]): number {
  let depth = 0;
  for (const part of parts) {
    if (part === null || typeof part === 'string') continue;
    depth = Math.max(depth, Array.isArray(part) ? deepest(part) : part.depth);
  }
  return depth;
}

/** Texts among the parts are names or spelt values: none holds a quote. */
export function node(kind: string, at: number, parts: Part[], items: Node[] = []): Node {
  const depth = 1 + deepest(parts);
  if (depth > DEEPEST) throw new NotPythonError('too much is nested here', at);
  return { kind, dump: `(${kind}${dumpsOf(parts)})`, items, grouped: false, at, depth };
}
