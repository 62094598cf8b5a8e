import { asString, type Node, number, type Value } from './value.ts';

/** `a.b`, `a['b']`, `a.*`. */

export function property(node: Node, key: Node): Node {
  return (c) => {
    const owner = node(c);
    const name = key(c);
    if (isFiltered(owner)) return filtered(owner.map((item) => pick(item, name)).filter((v) => v !== null));
    return pick(owner, name);
  };
}

function pick(owner: Value, key: Value): Value {
  if (Array.isArray(owner)) return owner[number(key)] ?? null;
  return owner !== null && typeof owner === 'object' ? lookup(owner, asString(key)) : null;
}

/** Keys are case-insensitive, and only own ones count. */
export function lookup(owner: { [key: string]: Value }, key: string): Value {
  if (Object.hasOwn(owner, key)) return owner[key]!;
  const found = Object.keys(owner).find((k) => k.toLowerCase() === key.toLowerCase());
  return found === undefined ? null : owner[found]!;
}

/** Results of `.*`: a property taken of them is taken of each item. */
const FILTERED = new WeakSet<object>();
function filtered(items: Value[]): Value[] {
  FILTERED.add(items);
  return items;
}
function isFiltered(value: Value): value is Value[] {
  return Array.isArray(value) && FILTERED.has(value);
}
export function every(node: Node): Node {
  return (c) => {
    const owner = node(c);
    return filtered(owner !== null && typeof owner === 'object' ? Object.values(owner) : []);
  };
}
