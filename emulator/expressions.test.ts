import { describe, expect, it } from 'vitest';
import { type Context, condition, ExpressionError, evaluate, interpolate, resolve } from './expressions.ts';

const context: Context = {
  values: {
    inputs: { title: 'descent #41 explore 1', labels: '["self-hosted","descent-cpu"]', dry: false },
    github: { ref_name: 'main', event: { action: 'opened', labels: [{ name: 'a' }, { name: 'b' }] } },
    steps: { measure: { outputs: { report: '/tmp/report.json' }, outcome: 'success' } },
    secrets: { GITHUB_TOKEN: 'ghs_x' },
  },
};

describe('expressions of GitHub Actions', () => {
  it('fill a run name and resolve runs-on to a list', () => {
    expect(interpolate(`\${{ inputs.title }} on \${{github.ref_name}}`, context)).toBe(
      'descent #41 explore 1 on main',
    );
    expect(resolve(`\${{ fromJSON(inputs.labels) }}`, context)).toEqual(['self-hosted', 'descent-cpu']);
    expect(interpolate(`'it's' {0} \${{ inputs.dry }}`, context)).toBe("'it's' {0} false");
    expect(resolve({ token: `\${{ secrets.GITHUB_TOKEN }}`, n: 3 }, context)).toEqual({
      token: 'ghs_x',
      n: 3,
    });
  });

  it.each([
    ["steps.measure.outputs.report != ''", true],
    ["steps['measure'].outcome == 'SUCCESS'", true],
    ['steps.nothing.outputs.x', null],
    ["steps.nothing.outputs.x == ''", true],
    ["github.event.action == 'opened' && 'yes' || 'no'", 'yes'],
    ['!inputs.dry', true],
    ['1 < 2 && 2 >= 2 && !(3 <= 2)', true],
    ["contains(github.event.labels.*.name, 'b')", true],
    ["join(github.event.labels.*.name, '-')", 'a-b'],
    ["format('{0} is {{{1}}}', 'x', 2)", 'x is {2}'],
    ["startsWith('Refs/heads', 'refs') && endsWith('ab', 'B')", true],
    ["'it''s'", "it's"],
    ["'''a'' ''b'''", "'a' 'b'"],
    ["toJSON(fromJSON('[1]'))", '[\n  1\n]'],
    ['null == 0', true],
    ["'}}'", '}}'],
    ["case(inputs.dry, 'dry', 'wet')", 'wet'],
    ['inputs.constructor', null],
    ['github.__proto__', null],
  ])('%s', (expression, value) => {
    expect(evaluate(expression, context)).toEqual(value);
  });

  it('decide whether a step runs after a failure', () => {
    const failed: Context = { ...context, status: 'failure' };
    expect(condition(undefined, context)).toBe(true);
    expect(condition(undefined, failed)).toBe(false);
    expect(condition('always()', failed)).toBe(true);
    expect(condition("inputs.title != 'always()'", failed)).toBe(false); // a text names no function
    expect(condition(`\${{ inputs.title }} and \${{ failure() }}`, failed)).toBe(true);
    expect(condition(false, context)).toBe(false);
    expect(condition(`\${{ failure() && inputs.title }}`, failed)).toBe(true);
    expect(condition("inputs.title != ''", failed)).toBe(false);
    expect(condition("always() && inputs.title == ''", failed)).toBe(false);
    expect(condition(`\${{ cancelled() }}`, { ...context, status: 'cancelled' })).toBe(true);
  });

  it.each([
    'inputs.',
    '(1',
    "'open",
    '1 2',
    'nothing()',
    'contains(1)',
    'a ? b',
    'unknown.x',
    "hashFiles('x')",
    `\${{ x`,
    "fromJSON('{')",
  ])('refuse %s with the reason', (text) => {
    const run = () => (text.startsWith('$') ? interpolate(text, context) : evaluate(text, context));
    expect(run).toThrow(ExpressionError);
  });

  it('refuse nesting without end instead of overflowing', () => {
    expect(() => evaluate('('.repeat(60), context)).toThrow(/max expression depth/);
    expect(() => evaluate('('.repeat(100_000), context)).toThrow(ExpressionError);
  });
});
