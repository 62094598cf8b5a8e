import { NotPythonError } from './problem.ts';

/** What Python makes of a file before it looks for tokens: bytes to text, and every line end to a line feed. */

/** PEP 263's own expressions. */
const COOKIE = /^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)/;
const NOTHING = /^[ \t\f]*(?:#.*)?$/;

/**
 * The text as Python's tokenizer sees it: no byte order mark, line feeds alone, one at the end.
 * @throws NotPythonError for NUL, and for a declared encoding other than UTF-8, which would make other text of the same bytes
 */
export function sourceOf(file: string): string {
  const marked = file.startsWith('\ufeff');
  const lines = (marked ? file.slice(1) : file).replace(/\r\n?/g, '\n');
  const text = lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`;
  const nul = text.indexOf('\0');
  if (nul >= 0) throw new NotPythonError('it holds a NUL byte', nul);
  const [first = '', second = ''] = text.split('\n', 2);
  const inFirst = COOKIE.exec(first);
  const cookie = inFirst ?? (NOTHING.test(first) ? COOKIE.exec(second) : null);
  if (cookie && !isUtf8(cookie[1]!, marked))
    throw new NotPythonError(
      `it declares the encoding ${cookie[1]!.slice(0, 40)}: only UTF-8 is read; remove the declaration and save the file in UTF-8`,
      inFirst ? 0 : first.length + 1,
    );
  return text;
}

/** As Python compares the names: `UTF_8` is UTF-8, and beside a byte order mark only that name is. */
function isUtf8(name: string, marked: boolean): boolean {
  const normal = name.slice(0, 12).toLowerCase().replaceAll('_', '-');
  return /^utf-8(?:-|$)/.test(normal) || (!marked && normal === 'utf8');
}
