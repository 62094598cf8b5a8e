import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { truthy } from '@actions/expressions/result';
import { ensureStatusFunction } from '@actions/workflow-parser/model/converter/if-condition';
import { splitAllowedContext } from '@actions/workflow-parser/templates/allowed-context';

/**
 * Expressions of workflows, `${{ inputs.title }}`, by GitHub's own parser and evaluator. `hashFiles` is left out: a call of it is an error.
 */

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

export interface Context {
  /** The named contexts: `github`, `inputs`, `env`, `steps`, `secrets`, `runner`, ... Unknown keys are null. */
  values: { [name: string]: Value };
  /** What `success()`, `failure()` and `cancelled()` answer from; `success` when left out. */
  status?: 'success' | 'failure' | 'cancelled';
}

/** The text is not an expression GitHub would accept; the message names the expression and the place. */
export class ExpressionError extends Error {
  override name = 'ExpressionError';
}

const CONTEXTS = [
  'github',
  'inputs',
  'vars',
  'env',
  'secrets',
  'needs',
  'strategy',
  'matrix',
  'steps',
  'job',
  'runner',
];
const STATUS_FUNCTIONS = ['always', 'success', 'failure', 'cancelled'];
const ALLOWED = [...CONTEXTS, ...STATUS_FUNCTIONS.map((name) => `${name}(0,0)`)];
const { namedContexts, functions } = splitAllowedContext(ALLOWED);

/** The value of an expression written without `${{ }}`. */
export function evaluate(expression: string, context: Context): Value {
  return JSON.parse(JSON.stringify(evaluated(expression, context), data.replacer)) as Value;
}

function evaluated(expression: string, context: Context): data.ExpressionData {
  try {
    const parsed = new Parser(tokensOf(expression), namedContexts, functions).parse();
    if (!parsed) throw new Error('An expression was expected');
    return new Evaluator(parsed, contexts(context), statusFunctions(context)).evaluate();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ExpressionError(`${reason} in expression: ${expression.trim().slice(0, 200)}`, {
      cause: error,
    });
  }
}

/** The package's lexer undoes the first doubled quote of a text alone; GitHub's runner undoes all. */
function tokensOf(expression: string) {
  const { tokens } = new Lexer(expression).lex();
  for (const token of tokens)
    if (token.lexeme.startsWith("'")) token.value = token.lexeme.slice(1, -1).replaceAll("''", "'");
  return tokens;
}

/** Every context has a value, since GitHub gives null for one that a place does not fill. */
function contexts({ values }: Context): data.Dictionary {
  const all = { ...Object.fromEntries(CONTEXTS.map((name) => [name, null])), ...values };
  return JSON.parse(JSON.stringify(all), data.reviver) as data.Dictionary;
}

function statusFunctions({ status = 'success' }: Context) {
  return new Map(
    STATUS_FUNCTIONS.map((name) => {
      const call = () => new data.BooleanData(name === 'always' || name === status);
      return [name, { name, minArgs: 0, maxArgs: 0, call }];
    }),
  );
}

/** A text with every `${{ }}` replaced by its value's string form. */
export function interpolate(template: string, context: Context): string {
  const expression = asExpression(template);
  return expression === null ? template : evaluated(expression, context).coerceString();
}

/** Like `interpolate`, but a template that is one single `${{ }}` keeps its value's type, as `runs-on` needs it. */
export function resolve(template: Value, context: Context): Value {
  if (Array.isArray(template)) return template.map((item) => resolve(item, context));
  if (template !== null && typeof template === 'object')
    return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, resolve(item, context)]));
  if (typeof template !== 'string') return template;
  const expression = asExpression(template.trim());
  return expression === null ? template : evaluate(expression, context);
}

/** Whether a step or job with this `if:` runs. Without a status function in it, `success()` is meant as well. */
export function condition(text: string | boolean | number | undefined, context: Context): boolean {
  const bare = text === undefined ? '' : String(text).trim();
  if (bare === '') return evaluate('success()', context) === true;
  const expression = asExpression(bare) ?? bare;
  const whole = ensureStatusFunction(expression, { allowedContext: ALLOWED } as never);
  return truthy(evaluated(whole, context));
}

/** A template as one expression: `a ${{ b }}` is `format('a {0}', b)`, as GitHub reads it. Null where there is none in it. */
function asExpression(template: string): string | null {
  const expressions: string[] = [];
  let text = '';
  let at = 0;
  for (let open = template.indexOf('${{'); open !== -1; open = template.indexOf('${{', at)) {
    const close = endOfExpression(template, open + 3);
    const inside = template.slice(open + 3, close);
    if (open === 0 && close + 2 === template.length) return inside;
    text += `${literal(template.slice(at, open))}{${expressions.push(inside) - 1}}`;
    at = close + 2;
  }
  if (expressions.length === 0) return null;
  return `format('${text}${literal(template.slice(at))}', ${expressions.join(', ')})`;
}

const literal = (text: string) => text.replaceAll("'", "''").replaceAll(/[{}]/g, '$&$&');

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
