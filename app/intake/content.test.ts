import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contentOf } from './content.ts';

const FILE = readFileSync(new URL('../../train/train.py', import.meta.url), 'utf8');
const BASE = 'def f(a, b):\n    """Add."""\n    if a:\n        return a + b\n    return b\n';

it.each([
  ['comments', BASE.replace('return b', 'return b  # nothing').replace('    if', '    # why\n    if')],
  ['blank lines', BASE.replaceAll('\n', '\n\n')],
  ['spaces', BASE.replace('a + b', 'a+b').replace('(a, b)', '( a,b )')],
  ['the width of indentation', BASE.replaceAll('    ', '  ')],
  ['line ends', BASE.replaceAll('\n', '\r\n')],
  ['a line that goes on', BASE.replace('a + b', 'a + \\\n        b')],
  ['no newline at the end', BASE.trimEnd()],
])('%s do not count', (_what, text) => {
  expect(contentOf(text)).toBe(contentOf(BASE));
});

it.each([
  ['a name', BASE.replaceAll('a', 'c')],
  ['a number', 'x = 1\n', 'x = 2\n'],
  ['an operator', BASE.replace('a + b', 'a - b')],
  ['an augmented operator', 'x += 1\n', 'x -= 1\n'],
  ['a string', BASE.replace('Add', 'Sum')],
  ['an escape in a string', "x = 'a\\n'\n", "x = 'a\\t'\n"],
  ['a space in a string', "x = 'a b'\n", "x = 'a  b'\n"],
  ['text of a formatted string', "x = f'a{b}'\n", "x = f'c{b}'\n"],
  ['what a block holds', 'if a:\n    b()\n    c()\n', 'if a:\n    b()\nc()\n'],
  ['a star', 'f(*a)\n', 'f(**a)\n'],
  ['a parameter of its own kind', 'def f(a, b): pass\n', 'def f(a, *, b): pass\n'],
  ['a comma', 'x = (a)\n', 'x = (a,)\n'],
  ['awaiting', 'async def f():\n  await a\n', 'async def f():\n  a\n'],
  ['a comparison', 'x = a < b\n', 'x = a > b\n'],
])('%s counts', (_what, one, other = BASE) => {
  expect(contentOf(one)).not.toBe(contentOf(other));
});

it('of what is not Python is its bytes', () => {
  expect(contentOf('def (:\n # a\n')).not.toBe(contentOf('def (:\n # b\n'));
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

it('ends for whatever is sent', () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => contentOf(text).length === 32));
  expect(contentOf('('.repeat(30_000))).toHaveLength(32);
  expect(contentOf(`x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}\n`)).toHaveLength(32);
});
