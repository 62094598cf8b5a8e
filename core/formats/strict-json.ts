/**
 * JSON as its author meant it. `JSON.parse` lets the last of two equal keys win and reads 1e999 as Infinity;
 * both let a report say one thing to us and another to the next reader.
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = LARGE.test(text) ? JSON.parse(text, finite) : JSON.parse(text);
  refuseDoubledKeys(text);
  return value;
}

/** What may be a number with an exponent, or one of very many digits: others are finite. Most texts have none, and are read faster. */
const LARGE = /(?:^|[:,[])\s*-?[\d.]*(?:\d[eE]|\d{300})/;

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
