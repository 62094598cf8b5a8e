import { NotPythonError } from '../problem.ts';
import { NUMBER, numberValue } from './literals.ts';
import { Strings } from './strings.ts';
import type { Token } from './token.ts';

/** Python's tokens, as its own tokenizer finds them: brackets, indentation, line joining, strings with what they hold. */

const OPERATORS =
  /\*\*=|\/\/=|>>=|<<=|\.\.\.|[!=<>+\-*/%&|^@:]=|->|\*\*|\/\/|<<|>>|[+\-*/%@&|^~<>()[\]{},:.;=]/y;
const NAME = /[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_\u0080-\u{10ffff}]*/uy;
const IDENTIFIER = /^[_\p{XID_Start}]\p{XID_Continue}*$/u;
const STRING = /([bB][rR]?|[rR][bB]|[uU]|[fFtT][rR]?|[rR][fFtT]?|)('''|"""|'|")/y;
const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
/** Python's own limit. */
const DEEPEST_INDENTATION = 100;

/** @param needs is called with the minor version of Python 3 that a construct needs */
export function tokensOf(text: string, needs: (minor: number, what: string, at: number) => void): Token[] {
  return new Lexer(text, needs).all();
}

class Lexer extends Strings {
  /** Widths of the open blocks: with tabs to the next eighth column, and with tabs as one. */
  private indents = [{ wide: 0, narrow: 0 }];
  private readonly tokens: Token[] = [];

  all(): Token[] {
    while (this.at < this.text.length) {
      this.startLine();
      while (this.at < this.text.length && !this.endLine()) this.tokens.push(this.token());
    }
    if (this.brackets.length > 0) {
      const { sign, at } = this.brackets.at(-1)!;
      throw new NotPythonError(`\`${sign}\` was never closed`, at);
    }
    for (let i = 1; i < this.indents.length; i += 1) this.add('dedent');
    this.add('end');
    return this.tokens;
  }

  private add(type: Token['type']): void {
    this.tokens.push({ type, text: '', at: this.at });
  }

  /** Indentation of a logical line. Blank lines and comments have none. */
  private startLine(): void {
    const start = this.at;
    let [wide, narrow, kept] = [0, 0, 0];
    for (; ; this.at += 1) {
      const sign = this.text[this.at];
      if (sign === ' ') [wide, narrow] = [wide + 1, narrow + 1];
      else if (sign === '\t') [wide, narrow] = [(Math.floor(wide / 8) + 1) * 8, narrow + 1];
      else if (sign === '\f') [wide, narrow] = [0, 0];
      else if (sign === '\\') {
        // What comes before the first backslash is the line's indentation.
        kept ||= wide;
        this.continued();
        this.at -= 1;
      } else break;
    }
    if (kept > 0) [wide, narrow] = [kept, kept];
    const sign = this.text[this.at];
    if (sign !== undefined && sign !== '#' && sign !== '\n') this.indent(wide, narrow, start);
  }

  private indent(wide: number, narrow: number, at: number): void {
    const top = () => this.indents.at(-1)!;
    if (wide > top().wide) {
      if (narrow <= top().narrow) throw tabs(at);
      if (this.indents.length >= DEEPEST_INDENTATION)
        throw new NotPythonError('too many levels of indentation', at);
      this.indents.push({ wide, narrow });
      this.add('indent');
      return;
    }
    while (wide < top().wide) {
      this.indents.pop();
      this.add('dedent');
    }
    if (wide !== top().wide) throw new NotPythonError('the indentation matches no outer block', at);
    if (narrow !== top().narrow) throw tabs(at);
  }

  /** Skips what is between tokens. True when that ends the logical line. */
  private endLine(): boolean {
    this.skip();
    if (this.text[this.at] !== '\n') return this.at >= this.text.length;
    const last = this.tokens.at(-1)?.type;
    if (last !== undefined && last !== 'newline' && last !== 'indent' && last !== 'dedent')
      this.add('newline');
    this.at += 1;
    return true;
  }

  protected token(): Token {
    const at = this.at;
    const string = this.match(STRING);
    if (string)
      return { type: 'string', text: '', at, string: this.string(string[1]!.toLowerCase(), string[2]!, at) };
    const number = this.match(NUMBER);
    if (number?.[0] === '0' && /[box]/i.test(this.text[this.at] ?? ''))
      throw new NotPythonError(`${shown(this.text.slice(at, at + 8))} begins a number and has no digits`, at);
    if (number) return { type: 'number', text: numberValue(number[0], at), at };
    const name = this.match(NAME);
    if (name && !IDENTIFIER.test(name[0])) throw new NotPythonError(`no name may hold ${shown(name[0])}`, at);
    if (name) return { type: 'name', text: name[0], at };
    const operator = this.match(OPERATORS)?.[0];
    if (operator === undefined)
      throw new NotPythonError(`${shown(this.text.slice(at, at + 8))} is no part of Python`, at);
    if ('([{'.includes(operator)) this.open(operator, at);
    else if (operator in PAIRS && this.brackets.pop()?.sign !== PAIRS[operator])
      throw new NotPythonError(`\`${operator}\` closes nothing`, at);
    return { type: 'op', text: operator, at };
  }
}

function tabs(at: number): NotPythonError {
  return new NotPythonError(
    'tabs and spaces are mixed in the indentation, so that it depends on the width of a tab',
    at,
    true,
  );
}

function shown(text: string): string {
  return `\`${[...text].slice(0, 8).join('').trim()}\``;
}
