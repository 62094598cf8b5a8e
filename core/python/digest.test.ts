import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareWithPython } from '../../bench/digest/compare.ts';
import { contentOf } from './digest.ts';

const ROOT = new URL('../../', import.meta.url);
const FILE = readFileSync(new URL('train/train.py', ROOT), 'utf8');
const BASE = 'def f(a, b):\n    """Add."""\n    if a:\n        return a + b\n    return b\n';

it.each([
  ['comments', BASE.replace('return b', 'return b  # nothing').replace('    if', '    # why\n    if')],
  ['blank lines', BASE.replaceAll('\n', '\n\n')],
  ['spaces', BASE.replace('a + b', 'a+b').replace('(a, b)', '( a,b )')],
  ['the width of indentation', BASE.replaceAll('    ', '  ')],
  ['tabs', BASE.replaceAll('    ', '\t')],
  ['line ends', BASE.replaceAll('\n', '\r\n')],
  ['line ends of old', BASE.replaceAll('\n', '\r')],
  ['a byte order mark', `\ufeff${BASE}`],
  ['form feeds', BASE.replace('    if', '\f    if')],
  ['semicolons at the ends of lines', BASE.replace('a + b', 'a + b;')],
  ['a line that goes on', BASE.replace('a + b', 'a + \\\n        b')],
  ['brackets that change nothing', BASE.replace('a + b', '(a) + (b)')],
  ['commas that change nothing', BASE.replace('(a, b)', '(a, b,)')],
  ['quotes', BASE.replaceAll('"""', "'''")],
  ['an escape for the sign itself', BASE.replace('Add', '\\x41dd')],
  ['a block on one line', BASE.replace('if a:\n        return', 'if a: return')],
  ['the declaration of UTF-8', `# -*- coding: utf-8 -*-\n${BASE}`],
  ['no newline at the end', BASE.trimEnd()],
])('%s do not count', (_what, text) => {
  expect(contentOf(text)).toBe(contentOf(BASE));
});

it.each([
  ['a name', BASE.replaceAll('a', 'c')],
  ['a number', 'x = 1\n', 'x = 2\n'],
  ['a whole number or not', 'x = 1\n', 'x = 1.0\n'],
  ['an operator', BASE.replace('a + b', 'a - b')],
  ['an augmented operator', 'x += 1\n', 'x -= 1\n'],
  ['brackets that bind', 'x = (a and b) and c\n', 'x = a and b and c\n'],
  ['a string', BASE.replace('Add', 'Sum')],
  ['an escape in a string', "x = 'a\\n'\n", "x = 'a\\t'\n"],
  ['a raw string', "x = '\\n'\n", "x = r'\\n'\n"],
  ['half a character', "x = '\\ud83d\\ude00'\n", "x = '\u{1f600}'\n"],
  ['a space in a string', "x = 'a b'\n", "x = 'a  b'\n"],
  ['a tab in a docstring', BASE.replace('Add', 'A\tdd')],
  ['text of a formatted string', "x = f'a{b}'\n", "x = f'c{b}'\n"],
  ['how a field shows itself', "x = f'{b=}'\n", "x = f'{b =}'\n"],
  ['what a block holds', 'if a:\n    b()\n    c()\n', 'if a:\n    b()\nc()\n'],
  ['a star', 'f(*a)\n', 'f(**a)\n'],
  ['a parameter of its own kind', 'def f(a, b): pass\n', 'def f(a, *, b): pass\n'],
  ['a comma', 'x = (a)\n', 'x = (a,)\n'],
  ['awaiting', 'async def f():\n  await a\n', 'async def f():\n  a\n'],
  ['a comparison', 'x = a < b\n', 'x = a > b\n'],
])('%s counts', (_what, one, other = BASE) => {
  expect(contentOf(one)).not.toBe(contentOf(other));
});

it.each([
  ['tabs and spaces', 'if a:\n    b()\n\tc()\n', 'if a:\n    b()\n    c()\n'],
  ['a line indented for nothing', ' x = 1\n', 'x = 1\n'],
  ['another codec', '# coding: utf-7\nx = 1 # +AAo-y = 2\n', '# coding: utf-7\nx = 1\n'],
  ['an unknown codec', '# coding: nonsense\nx = 1\n', 'x = 1\n'],
  ['a NUL', 'x = 1\0\n', 'x = 1\n'],
])('of what Python refuses for %s is no other file’s', (_what, one, other) => {
  expect(contentOf(one)).not.toBe(contentOf(other));
  expect(contentOf(`${one}# a\n`)).not.toBe(contentOf(`${one}# b\n`));
});

it('of the real file changes with any of its numbers, and with no comment', () => {
  const known = contentOf(FILE);
  const numbers = [...FILE.matchAll(/(?<=^[A-Z_]+ = )\d[\d.]*/gm)];
  expect(numbers.length).toBeGreaterThan(3);
  for (const { index, 0: number } of numbers)
    expect(contentOf(`${FILE.slice(0, index)}${number}1${FILE.slice(index + number.length)}`)).not.toBe(
      known,
    );
  expect(contentOf(`# a header\n${FILE}# a footer\n`)).toBe(known);
});

it('is what Python sees: files of the environment and mutants of them, with Python as the judge', async () => {
  const found = await compareWithPython(ROOT.pathname, { mutants: 1200, seed: 11, oneIn: 150 });
  expect(found.valid).toBeGreaterThan(30);
  expect(Math.min(found.same, found.other, found.none)).toBeGreaterThan(100);
  expect(found).toMatchObject({ refusedValid: 0, shared: 0, split: 0, mutantsRefused: 0 });
}, 120_000);

it('ends for any input', () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => contentOf(text).length === 34));
  expect(contentOf('('.repeat(30_000))).toHaveLength(34);
  expect(contentOf(`x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}\n`)).toHaveLength(34);
  expect(contentOf(`x = ${'-'.repeat(60_000)}1\n`)).toHaveLength(34);
  expect(contentOf(`x = ${'1+'.repeat(30_000)}1\n`)).toHaveLength(34);
  expect(contentOf('if a:\n'.repeat(1) + 'elif b:\n  c\n'.repeat(5000))).toHaveLength(34);
  expect(contentOf(`f'${'{x:'.repeat(10_000)}`)).toHaveLength(34);
});
