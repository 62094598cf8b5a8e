import { NotPythonError } from './problem.ts';
import { sourceOf } from './source.ts';
import { tokensOf } from './tokens/lexer.ts';
import type { Token } from './tokens/token.ts';

const STEP = 4;

/**
 * The file as its change is shown and compared: line feeds, no byte order mark, four spaces a block, no form feeds, no blanks and
 * no semicolons at the ends of lines, no tabs. What strings hold stays, but for tabs in docstrings. A file that is no Python keeps its indentation.
 */
export function tidy(file: string): string {
  try {
    const written = sourceOf(file);
    const text = written.includes('\t') ? untabbed(written, read(written)) : written;
    return tidied(text, read(text));
  } catch (error) {
    if (!(error instanceof NotPythonError)) throw error;
    return file.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  }
}

const read = (text: string) => tokensOf(text, () => {});

/** Tabs are a step each, but for those that begin a line of code, whose width follows from the block, and those inside strings. */
function untabbed(text: string, tokens: Token[]): string {
  const step = ' '.repeat(STEP);
  const code = (part: string, isStart: boolean) =>
    `${isStart ? '\n' : ''}${part}`
      .replace(/(\n[ \t\f]*)|\t/g, (_, start?: string) => start ?? step)
      .slice(isStart ? 1 : 0);
  let done = '';
  let from = 0;
  tokens.forEach((token, i) => {
    if (!token.string) return;
    const end = token.at + token.string.length;
    const whole = text.slice(token.at, end);
    done += code(text.slice(from, token.at), from === 0);
    done += isDocstring(tokens, i) ? whole.replaceAll('\t', step) : whole;
    from = end;
  });
  return done + code(text.slice(from), from === 0);
}

/** A string that is a statement of its own. */
function isDocstring(tokens: Token[], i: number): boolean {
  return (
    !['name', 'number', 'string', 'op'].includes(tokens[i - 1]?.type ?? '') &&
    tokens[i + 1]?.type === 'newline'
  );
}

function tidied(text: string, tokens: Token[]): string {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const lines = text.split('\n');
  const lineOf = (at: number) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const inString = new Set<number>();
  /** By how much each logical line moves, by its first line. */
  const moves = new Map<number, number>();
  const dropped = new Map<number, number>();
  let depth = 0;
  let fresh = true;
  tokens.forEach((token, i) => {
    if (token.type === 'indent') depth += 1;
    else if (token.type === 'dedent') depth -= 1;
    else if (token.type === 'newline') {
      fresh = true;
      const last = tokens[i - 1]!;
      if (last.type === 'op' && last.text === ';')
        dropped.set(lineOf(last.at), last.at - starts[lineOf(last.at)]!);
    } else if (token.type !== 'end') {
      const line = lineOf(token.at);
      if (fresh) moves.set(line, depth * STEP - widthOf(lines[line]!));
      fresh = false;
      if (!token.string) return;
      for (let n = line + 1; n <= lineOf(token.at + token.string.length - 1); n += 1) inString.add(n);
    }
  });
  return moved(lines, { inString, moves, dropped });
}

function moved(
  lines: string[],
  {
    inString,
    moves,
    dropped,
  }: { inString: Set<number>; moves: Map<number, number>; dropped: Map<number, number> },
): string {
  // Comments go with the line after them, a line's continuation with the line.
  const following: number[] = [];
  let next = 0;
  for (let n = lines.length - 1; n >= 0; n -= 1) {
    next = moves.get(n) ?? next;
    following[n] = next;
  }
  let own = 0;
  return lines
    .map((line, n) => {
      own = moves.get(n) ?? own;
      const semicolon = dropped.get(n);
      const kept = semicolon === undefined ? line : line.slice(0, semicolon) + line.slice(semicolon + 1);
      const ended = inString.has(n + 1) ? kept : kept.replace(/[ \t\f]+$/, '');
      if (inString.has(n)) return ended;
      const code = ended.replace(/^[ \t\f]+/, '');
      if (code === '') return '';
      const move = code.startsWith('#') ? following[n]! : own;
      return ' '.repeat(Math.max(0, widthOf(line) + move)) + code;
    })
    .join('\n');
}

/** Width of the blanks a line begins with, tabs as wide as a block's step. */
function widthOf(line: string): number {
  let width = 0;
  for (const sign of line) {
    if (sign === ' ') width += 1;
    else if (sign === '\t') width += STEP - (width % STEP);
    else if (sign === '\f') width = 0;
    else break;
  }
  return width;
}
