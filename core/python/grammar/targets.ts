import { NotPythonError } from '../problem.ts';
import type { Node } from './node.ts';

/** So many targets may stand before a star. */
const BEFORE_A_STAR = 255;

export function notDebug(name: string, at: number): void {
  if (name === '__debug__') throw new NotPythonError('nothing can be assigned to `__debug__`', at);
}

/**
 * Refuses what nothing can be bound to, or what cannot be deleted.
 * @param bind is called with each name among the targets
 */
export function assignable(
  target: Node,
  what: 'assign to' | 'delete',
  bind: (name: string, at: number) => void,
  isItem = false,
): void {
  const { kind, items, at } = target;
  if (kind === 'Name' || kind === 'Attribute') {
    const name = / "([^"]*)"\)$/.exec(target.dump)![1]!;
    if (kind === 'Name' || what === 'assign to') notDebug(name, at);
    if (kind === 'Name') bind(name, at);
    return;
  }
  if (kind === 'Subscript') return;
  if (kind === 'Starred' && what === 'assign to' && isItem) {
    assignable(items[0]!, what, bind);
    return;
  }
  if (kind !== 'Tuple' && kind !== 'List') throw new NotPythonError(`Python cannot ${what} this`, at);
  if (items.filter((one) => one.kind === 'Starred').length > 1)
    throw new NotPythonError('two stars stand in one assignment', at);
  if (items.findIndex((one) => one.kind === 'Starred') > BEFORE_A_STAR)
    throw new NotPythonError('too many targets stand before a star', at);
  for (const item of items) assignable(item, what, bind, true);
}
