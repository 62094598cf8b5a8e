/** Maps whose keys strangers choose, such as names of machines: `constructor` and `__proto__` are names like any other. */

export function own<T>(map: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
}

/** A copy to be filled in, without the names that every object has. */
export function namedMap<T>(map: Readonly<Record<string, T>> = {}): Record<string, T> {
  return Object.assign(Object.create(null), map);
}
