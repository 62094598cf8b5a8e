/**
 * The expression language of GitHub Actions: `${{ inputs.title }}`, `fromJSON(inputs.labels)`, `always() && steps.a.outputs.b == 'x'`.
 * Source: docs.github.com, "Evaluate expressions in workflows and actions". Left out: `hashFiles` unless the caller gives it.
 */

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

export interface Context {
  /** The named contexts: `github`, `inputs`, `env`, `steps`, `secrets`, `runner`, ... Unknown names and keys are null. */
  values: { [name: string]: Value };
  /** What `success()`, `failure()` and `cancelled()` answer from; `success` when left out. */
  status?: 'success' | 'failure' | 'cancelled';
  /** Functions beside the built-in ones, by lower-case name, e.g. `hashfiles`. */
  functions?: { [name: string]: (...values: Value[]) => Value };
}

/** The text is not an expression GitHub would accept; the message names the expression and the place. */
export class ExpressionError extends Error {
  override name = 'ExpressionError';
}

type Token = { kind: 'value'; value: Value } | { kind: 'name' | 'sign'; text: string };
type Node = (context: Context) => Value;

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

/** The value of an expression written without `${{ }}`. */
export function evaluate(expression: string, context: Context): Value {
  return compile(expression)(context);
}

/** A text with every `${{ }}` replaced by its value's string form. */
export function interpolate(template: string, context: Context): string {
  return pieces(template)
    .map((piece) => (typeof piece === 'string' ? piece : asString(evaluate(piece.expression, context))))
    .join('');
}

/** Like `interpolate`, but a template that is one single `${{ }}` keeps its value's type, as `runs-on` needs it. */
export function resolve(template: Value, context: Context): Value {
  if (Array.isArray(template)) return template.map((item) => resolve(item, context));
  if (template !== null && typeof template === 'object')
    return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, resolve(item, context)]));
  if (typeof template !== 'string') return template;
  const parts = pieces(template.trim());
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only !== undefined && typeof only !== 'string') return evaluate(only.expression, context);
  return interpolate(template, context);
}

/** Whether a step or job with this `if:` runs. Without a status function in it, `success()` is meant as well. */
export function condition(text: string | boolean | number | undefined, context: Context): boolean {
  const status = context.status ?? 'success';
  if (text === undefined || text === '') return status === 'success';
  if (typeof text !== 'string') return status === 'success' && truthy(text);
  const bare = text.trim();
  const parts = pieces(bare);
  const only = parts.length === 1 ? parts[0] : undefined;
  const expression = only !== undefined && typeof only !== 'string' ? only.expression : bare;
  const named =
    parts.length === 1 ? truthy(evaluate(expression, context)) : truthy(interpolate(bare, context));
  if (/\b(success|failure|cancelled|always)\s*\(/i.test(expression)) return named;
  return status === 'success' && named;
}

export function truthy(value: Value): boolean {
  return !(value === null || value === false || value === 0 || value === '' || Number.isNaN(value));
}

export function asString(value: Value): string {
  if (value === null) return '';
  if (Array.isArray(value)) return 'Array';
  if (typeof value === 'object') return 'Object';
  return String(value);
}

function pieces(template: string): (string | { expression: string })[] {
  const out: (string | { expression: string })[] = [];
  let at = 0;
  for (;;) {
    const open = template.indexOf('${{', at);
    if (open === -1) break;
    const close = endOfExpression(template, open + 3);
    if (open > at) out.push(template.slice(at, open));
    out.push({ expression: template.slice(open + 3, close) });
    at = close + 2;
  }
  if (at < template.length || out.length === 0) out.push(template.slice(at));
  return out;
}

/** Where `}}` ends the expression; one inside a quoted string does not. */
function endOfExpression(template: string, from: number): number {
  let quoted = false;
  for (let i = from; i < template.length; i++) {
    if (template[i] === "'") quoted = !quoted;
    else if (!quoted && template.startsWith('}}', i)) return i;
  }
  throw new ExpressionError(
    `the expression that begins with \${{ is never closed: ${template.slice(0, 200)}`,
  );
}

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
function compile(source: string): Node {
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

function property(node: Node, key: Node): Node {
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
function lookup(owner: { [key: string]: Value }, key: string): Value {
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
function every(node: Node): Node {
  return (c) => {
    const owner = node(c);
    return filtered(owner !== null && typeof owner === 'object' ? Object.values(owner) : []);
  };
}

function number(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? (value.trim() === '' ? 0 : Number(value)) : Number.NaN;
}

function equal(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a.toLowerCase() === b.toLowerCase();
  if (a !== null && typeof a === 'object') return a === b;
  if (typeof a === typeof b) return a === b;
  return number(a) === number(b);
}

function ordered(a: Value, b: Value, op: string): boolean {
  const strings = typeof a === 'string' && typeof b === 'string';
  const [x, y] = strings ? [a.toLowerCase(), b.toLowerCase()] : [number(a), number(b)];
  if (op === '<') return x < y;
  if (op === '<=') return x <= y;
  return op === '>' ? x > y : x >= y;
}

type Builtin = { args: [least: number, most: number]; run: (c: Context, ...values: Value[]) => Value };
const BUILTIN: { [name: string]: Builtin } = {
  always: { args: [0, 0], run: () => true },
  success: { args: [0, 0], run: (c) => (c.status ?? 'success') === 'success' },
  failure: { args: [0, 0], run: (c) => c.status === 'failure' },
  cancelled: { args: [0, 0], run: (c) => c.status === 'cancelled' },
  contains: {
    args: [2, 2],
    run: (_, where, what) =>
      Array.isArray(where)
        ? where.some((item) => equal(item, what!))
        : asString(where!).toLowerCase().includes(asString(what!).toLowerCase()),
  },
  startswith: {
    args: [2, 2],
    run: (_, text, start) => asString(text!).toLowerCase().startsWith(asString(start!).toLowerCase()),
  },
  endswith: {
    args: [2, 2],
    run: (_, text, end) => asString(text!).toLowerCase().endsWith(asString(end!).toLowerCase()),
  },
  format: { args: [1, 100], run: (_, text, ...values) => format(asString(text!), values) },
  join: {
    args: [1, 2],
    run: (_, items, separator) =>
      (Array.isArray(items) ? items : [items!])
        .map(asString)
        .join(separator === undefined ? ',' : asString(separator)),
  },
  tojson: { args: [1, 1], run: (_, value) => JSON.stringify(value, null, 2) },
  fromjson: { args: [1, 1], run: (_, text) => fromJson(asString(text!)) },
};

function call(name: string, nodes: Node[]): Node {
  const key = name.toLowerCase();
  const builtin = Object.hasOwn(BUILTIN, key) ? BUILTIN[key]! : undefined;
  if (builtin && (nodes.length < builtin.args[0] || nodes.length > builtin.args[1]))
    throw new ExpressionError(`${name}() takes ${builtin.args.join(' to ')} arguments, not ${nodes.length}`);
  return (c) => {
    const values = nodes.map((node) => node(c));
    if (builtin) return builtin.run(c, ...values);
    const own = c.functions && Object.hasOwn(c.functions, key) ? c.functions[key] : undefined;
    if (!own) throw new ExpressionError(`unrecognised function: ${name}()`);
    return own(...values);
  };
}

function format(template: string, values: Value[]): string {
  return template.replace(/\{\{|\}\}|\{(\d+)\}/g, (whole, index) => {
    if (whole === '{{') return '{';
    if (whole === '}}') return '}';
    if (Number(index) >= values.length) throw new ExpressionError(`format() has no argument ${whole}`);
    return asString(values[Number(index)]!);
  });
}

function fromJson(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    throw new ExpressionError(`fromJSON() was given what is not JSON: ${text.slice(0, 100)}`, {
      cause: error,
    });
  }
}
