/** Values of expressions, how they turn into each other and compare. */

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

/** An expression made ready: its value in a context. */
export type Node = (context: Context) => Value;

export function truthy(value: Value): boolean {
  return !(value === null || value === false || value === 0 || value === '' || Number.isNaN(value));
}

export function asString(value: Value): string {
  if (value === null) return '';
  if (Array.isArray(value)) return 'Array';
  if (typeof value === 'object') return 'Object';
  return String(value);
}

export function number(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? (value.trim() === '' ? 0 : Number(value)) : Number.NaN;
}

export function equal(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a.toLowerCase() === b.toLowerCase();
  if (a !== null && typeof a === 'object') return a === b;
  if (typeof a === typeof b) return a === b;
  return number(a) === number(b);
}

export function ordered(a: Value, b: Value, op: string): boolean {
  const strings = typeof a === 'string' && typeof b === 'string';
  const [x, y] = strings ? [a.toLowerCase(), b.toLowerCase()] : [number(a), number(b)];
  if (op === '<') return x < y;
  if (op === '<=') return x <= y;
  return op === '>' ? x > y : x >= y;
}
