import { asString, type Context, ExpressionError, equal, type Node, type Value } from './value.ts';

/** The functions of the language. */

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

/** A call by name, its number of arguments checked. */
export function call(name: string, nodes: Node[]): Node {
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
