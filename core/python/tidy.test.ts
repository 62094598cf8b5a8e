import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tidy } from './tidy.ts';

const FILE = readFileSync(new URL('../../train/train.py', import.meta.url), 'utf8');

it.each([
  ['line ends', (text: string) => text.replaceAll('\n', '\r\n')],
  ['a byte order mark', (text: string) => `\ufeff${text}`],
  ['tabs', (text: string) => text.replace(/^( {4})+/gm, (blank) => '\t'.repeat(blank.length / 4))],
  ['every four blanks as a tab', (text: string) => text.replaceAll('    ', '\t')],
  ['blanks at ends', (text: string) => text.replace(/\)$/gm, ')  \t')],
])('%s are made alike', (_what, written) => {
  expect(tidy(written(FILE))).toBe(tidy(FILE));
});

it('leaves main’s file as it is', () => {
  expect(tidy(FILE)).toBe(FILE);
});

it('drops semicolons at ends, and keeps what strings hold', () => {
  expect(tidy('if a:\n  b = """x\n\ty  \n"""; \n  c; d;\n')).toBe(
    'if a:\n    b = """x\n\ty  \n"""\n    c; d\n',
  );
});

it('tabs within lines of code and docstrings are blanks, in other strings they stay', () => {
  expect(tidy('def f():\n\t"""a\tb\n\t\tc\n\t"""\n\tx = "\t"\t+ f"{1}\t"\t# d\te\n')).toBe(
    'def f():\n    """a    b\n        c\n    """\n    x = "\t"    + f"{1}\t"    # d    e\n',
  );
});
