import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { programOf } from '../../core/python/python.ts';
import { minorOf } from './compare.ts';
import { startJudge } from './judge.ts';

const ROOT = new URL('../../', import.meta.url);
const WRITTEN = readFileSync(new URL('programs.txt', import.meta.url), 'utf8');

/** Blocks in each other. */
function nest(heads: string[], tail: string[]): string {
  const pad = (n: number, line: string) => `${'  '.repeat(n)}${line}`;
  return [...heads.map((head, n) => pad(n, head)), ...tail.map((line) => pad(heads.length, line))].join('\n');
}

const many = (n: number, head: string) => Array<string>(n).fill(head);
const NESTED = [18, 19, 20, 21].flatMap((n) => [
  ...['for a in b:', 'while a:', 'with a:', 'if a:', 'def f():', 'with a, b:'].map((head) =>
    nest(many(n, head), ['pass']),
  ),
  nest(['async def f():', ...many(n, 'async for a in b:')], ['pass']),
  nest(['async def f():', ...many(n, 'async with a:')], ['pass']),
  nest(many(n, 'for a in b:'), ['[c for c in d]']),
  nest(many(n, 'for a in b:'), ['def f():', '  while a:', '    pass']),
  ...['try: pass|finally: pass', 'try: pass|except A: pass', 'try: pass|except* A as b: pass'].map((tried) =>
    nest(many(n - 1, 'for a in b:'), tried.split('|')),
  ),
  nest(many(n - 1, 'for a in b:'), ['try: pass', 'except A: pass', 'else: pass', 'finally: pass']),
  nest(many(n - 1, 'while a:'), ['pass', 'else:', '  while b: pass']),
]);
const LONG = [200, 1000, 2800, 3100].flatMap((n) => [
  ...['a+', 'a<', 'a,', '"a" '].map((one) => `x = ${one.repeat(n)}${one === '"a" ' ? '' : 'a'}`),
  ...['.b', '()', '[0]'].map((one) => `x = a${one.repeat(n)}`),
  `if a: pass\n${'elif b: pass\n'.repeat(n)}`,
]);
const LIMITS = [
  ...[255, 256].map((n) => `${'a, '.repeat(n)}*b = c`),
  ...[4300, 4301].flatMap((n) => ['1', '1_', '0'].map((digit) => `x = ${digit.repeat(n)}0`)),
  ...[99, 100].map((n) => nest(many(n, 'if a:'), ['pass'])),
  ...[200, 201].map((n) => `${'('.repeat(n)}${')'.repeat(n)}`),
];

it('a program is refused when Python does not compile it, and only then', async () => {
  const programs = [...WRITTEN.split('\n---\n'), ...NESTED, ...LONG, ...LIMITS].map((one) => `${one}\n`);
  const judge = startJudge(ROOT.pathname);
  const compiled = (await judge.ask(programs, { trees: false })).map((answer) => answer !== null);
  judge.close();
  // What needs a later Python than the environment's is refused by it, and by the track.
  const minor = minorOf(ROOT.pathname);
  const accepted = programs.map((text) => {
    const program = programOf(text);
    return 'dump' in program && program.needs.every((need) => need.minor <= minor);
  });
  const differ = programs.flatMap((text, i) =>
    accepted[i] === compiled[i] ? [] : [`${compiled[i] ? 'refused' : 'accepted'}: ${text.slice(0, 200)}`],
  );
  expect(differ).toEqual([]);
  expect(compiled.filter((one) => !one).length).toBeGreaterThan(600);
  expect(compiled.filter((one) => one).length).toBeGreaterThan(400);
}, 60_000);

it('says why, with the line', () => {
  expect(programOf('def f():\n    nonlocal x\n')).toMatchObject({
    line: 2,
    why: 'no function around it binds `x`',
  });
  expect(programOf('def f():\n    x = 1\n    global x\n')).toMatchObject({
    line: 3,
    why: '`x` is used before it is declared global',
  });
});
