import { compile } from './expression/parse.ts';
import { asString, type Context, ExpressionError, truthy, type Value } from './expression/value.ts';

/**
 * The expression language of GitHub Actions: `${{ inputs.title }}`, `fromJSON(inputs.labels)`, `always() && steps.a.outputs.b == 'x'`.
 * Source: docs.github.com, "Evaluate expressions in workflows and actions". Left out: `hashFiles` unless the caller gives it.
 */

export { type Context, ExpressionError, type Value };

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
