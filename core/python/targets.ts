import type { Node } from './node.ts';
import { NotPython } from './problem.ts';

/** Refuses what nothing can be bound to, or what cannot be deleted. */
export function assignable(target: Node, what: 'assign to' | 'delete', isItem = false): void {
  const { kind, items, at } = target;
  if (kind === 'Name' || kind === 'Attribute') {
    if (/ "__debug__"\)$/.test(target.dump))
      throw new NotPython(`nothing can be assigned to \`__debug__\``, at);
    return;
  }
  if (kind === 'Subscript') return;
  if (kind === 'Starred' && what === 'assign to' && isItem) {
    assignable(items[0]!, what);
    return;
  }
  if (kind !== 'Tuple' && kind !== 'List') throw new NotPython(`Python cannot ${what} this`, at);
  if (items.filter((one) => one.kind === 'Starred').length > 1)
    throw new NotPython('two stars stand in one assignment', at);
  for (const item of items) assignable(item, what, true);
}
