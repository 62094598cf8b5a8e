import { call } from './functions.ts';
import { every, lookup, property } from './members.ts';
import { asString, ExpressionError, equal, type Node, ordered, truthy, type Value } from './value.ts';

/** From text to a function of the context. */

type Token = { kind: 'value'; value: Value } | { kind: 'name' | 'sign'; text: string };

const TOKEN =
  /\s*(?:(?<number>[+-]?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w]))|(?<string>'(?:[^']|'')*')|(?<name>[A-Za-z_][\w-]*)|(?<sign>&&|\|\||[<>=!]=|[<>!()[\].,*]))/y;
const WORDS: { [word: string]: Value } = {
  true: true,
  false: false,
  null: null,
  NaN: NaN,
  Infinity: Infinity,
};
const DEPTH = 50;

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const end = source.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(source)?.groups;
    if (!found)
      throw new ExpressionError(`unexpected character at ${at} in expression: ${source.slice(0, 200)}`);
    if (found.number !== undefined) tokens.push({ kind: 'value', value: Number(found.number) });
    else if (found.string !== undefined)
      tokens.push({ kind: 'value', value: found.string.slice(1, -1).replaceAll("''", "'") });
    else if (found.name !== undefined) tokens.push({ kind: 'name', text: found.name });
    else tokens.push({ kind: 'sign', text: found.sign! });
  }
  return tokens;
}

/** Recursive descent, weakest operator first: || && == != < <= > >= ! and then names, calls, members. */
export function compile(source: string): Node {
  const tokens = tokenize(source);
  let at = 0;
  let depth = 0;

  const fail = (): never => {
    const token = tokens[at];
    const what =
      token === undefined ? 'the end' : token.kind === 'value' ? asString(token.value) : token.text;
    throw new ExpressionError(`unexpected ${what} in expression: ${source.trim().slice(0, 200)}`);
  };
  const sign = (...texts: string[]): string | undefined => {
    const token = tokens[at];
    if (token?.kind !== 'sign' || !texts.includes(token.text)) return undefined;
    at++;
    return token.text;
  };
  const need = (text: string): void => {
    if (!sign(text)) fail();
  };

  function or(): Node {
    if (++depth > DEPTH) throw new ExpressionError(`expression nested deeper than ${DEPTH}`);
    let left = and();
    while (sign('||')) {
      const [a, b] = [left, and()];
      left = (c) => {
        const value = a(c);
        return truthy(value) ? value : b(c);
      };
    }
    depth--;
    return left;
  }
  function and(): Node {
    let left = equality();
    while (sign('&&')) {
      const [a, b] = [left, equality()];
      left = (c) => {
        const value = a(c);
        return truthy(value) ? b(c) : value;
      };
    }
    return left;
  }
  function equality(): Node {
    let left = relation();
    for (let op = sign('==', '!='); op; op = sign('==', '!=')) {
      const [a, b, wanted] = [left, relation(), op === '=='];
      left = (c) => equal(a(c), b(c)) === wanted;
    }
    return left;
  }
  function relation(): Node {
    let left = unary();
    for (let op = sign('<', '<=', '>', '>='); op; op = sign('<', '<=', '>', '>=')) {
      const [a, b, which] = [left, unary(), op];
      left = (c) => ordered(a(c), b(c), which);
    }
    return left;
  }
  function unary(): Node {
    let flips = 0;
    while (sign('!')) flips++;
    const inner = member();
    return flips === 0 ? inner : (c) => truthy(inner(c)) === (flips % 2 === 0);
  }
  function member(): Node {
    let node = primary();
    for (;;) {
      if (sign('.')) {
        const token = tokens[at++];
        if (token?.kind === 'sign' && token.text === '*') node = every(node);
        else if (token?.kind === 'name') node = property(node, () => token.text);
        else {
          at--;
          fail();
        }
      } else if (sign('[')) {
        if (sign('*')) node = every(node);
        else node = property(node, or());
        need(']');
      } else return node;
    }
  }
  function primary(): Node {
    if (sign('(')) {
      const inner = or();
      need(')');
      return inner;
    }
    const token = tokens[at] ?? fail();
    if (token.kind === 'sign') return fail();
    at++;
    if (token.kind === 'value') return () => token.value;
    if (sign('(')) return call(token.text, list());
    if (Object.hasOwn(WORDS, token.text)) return () => WORDS[token.text]!;
    return (c) => lookup(c.values, token.text);
  }
  function list(): Node[] {
    const out: Node[] = [];
    if (sign(')')) return out;
    do out.push(or());
    while (sign(','));
    need(')');
    return out;
  }

  const whole = or();
  if (at < tokens.length) fail();
  return whole;
}
