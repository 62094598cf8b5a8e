/** Global node ids: a prefix of GitHub's own, then what finds the thing again. */
export type NodePrefix =
  | 'U'
  | 'BOT'
  | 'A'
  | 'R'
  | 'I'
  | 'PR'
  | 'IC'
  | 'LA'
  | 'CR'
  | 'CS'
  | 'C'
  | 'T'
  | 'B'
  | 'REF'
  | 'REA'
  | 'SCR'
  | 'EV';

export function nodeId(prefix: NodePrefix, ...parts: (string | number)[]): string {
  return `${prefix}_${Buffer.from(JSON.stringify(parts)).toString('base64url')}`;
}

export function readNodeId(id: string): { prefix: string; parts: (string | number)[] } | null {
  const found = /^([A-Z]+)_([A-Za-z0-9_-]+)$/.exec(id);
  if (!found) return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(found[2]!, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? { prefix: found[1]!, parts } : null;
  } catch {
    return null; // not an id of ours: the caller answers NOT_FOUND
  }
}
