/**
 * JSON as its author meant it. `JSON.parse` lets the last of two equal keys win and reads 1e999 as Infinity;
 * both let a report say one thing to us and another to the next reader.
 */
export function parseStrictJson(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  // As the bot writes its results: a key that were there twice would be missing here, and a number that is not finite be null.
  if (text === `${JSON.stringify(plain, null, 2)}\n`) return plain;
  const value: unknown = JSON.parse(text, finite);
  refuseDoubledKeys(text);
  return value;
}

function finite(_key: string, item: unknown): unknown {
  if (typeof item === 'number' && !Number.isFinite(item)) throw new SyntaxError('a number is not finite');
  return item;
}

/** Works on text that `JSON.parse` has accepted: only strings and the punctuation of objects are looked at. */
function refuseDoubledKeys(text: string): void {
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}:]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token === ':') {
      const key = JSON.parse(last) as string;
      const keys = open.at(-1)!;
      if (keys.has(key)) throw new SyntaxError(`the key ${last.slice(0, 80)} is there twice`);
      keys.add(key);
    }
    last = token;
  }
}
