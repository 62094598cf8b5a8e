import type { ObjectStore, TreeEntry } from './objects.ts';

/** What a path becomes in the new tree; null removes it. */
export type TreeChange = Pick<TreeEntry, 'mode' | 'type' | 'sha'> | null;

/** Whether git would accept the path in a tree. */
export function isTreePath(path: string): boolean {
  return path.split('/').every((name) => !/^(\.{0,2}|\.git)$/i.test(name) && !name.includes('\0'));
}

/** A tree like `base` (null: the empty one) with some paths set or removed; answers its sha. Folders left empty vanish. */
export async function editTree(
  store: ObjectStore,
  base: string | null,
  changes: Map<string, TreeChange>,
): Promise<string> {
  return (await edited(store, base, changes)) ?? store.writeTree([]);
}

async function edited(
  store: ObjectStore,
  base: string | null,
  changes: Map<string, TreeChange>,
): Promise<string | null> {
  const entries = new Map(((base && (await store.tree(base))) || []).map((entry) => [entry.name, entry]));
  const below = new Map<string, Map<string, TreeChange>>();
  for (const [path, change] of changes) {
    const slash = path.indexOf('/');
    if (slash !== -1) {
      const name = path.slice(0, slash);
      const inner = below.get(name) ?? new Map<string, TreeChange>();
      below.set(name, inner.set(path.slice(slash + 1), change));
    } else if (change) entries.set(path, { ...change, name: path });
    else entries.delete(path);
  }
  for (const [name, inner] of below) {
    const old = entries.get(name);
    const sha = await edited(store, old?.type === 'tree' ? old.sha : null, inner);
    if (sha) entries.set(name, { name, mode: '040000', type: 'tree', sha });
    else entries.delete(name);
  }
  return entries.size === 0 ? null : store.writeTree([...entries.values()]);
}
