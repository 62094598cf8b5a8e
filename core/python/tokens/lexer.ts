import { NotPython } from '../problem.ts';
import { NUMBER, numberValue, spell, stringValue } from './literals.ts';

/** Python's tokens, as its own tokenizer finds them: brackets, indentation, line joining, strings with what they hold. */

export interface Token {
  type: 'name' | 'number' | 'string' | 'op' | 'newline' | 'indent' | 'dedent' | 'end';
  /** As written; a number's value; nothing for a string. */
  text: string;
  at: number;
  string?: StringToken;
}

export interface StringToken {
  kind: 'text' | 'bytes' | 'format' | 'template';
  /** Begins with `u`, which Python's tree keeps. */
  unicode: boolean;
  parts: Part[];
  /** Length as written. */
  length: number;
}

/** Text with its value spelt, or a replacement field of a formatted string. */
export type Part = string | Field;

export interface Field {
  tokens: Token[];
  /** As written, up to and with the `=` that asks to be shown. */
  shown: string | null;
  conversion: string | null;
  spec: Part[] | null;
  /** The expression as written. */
  source: string;
}

const OPERATORS =
  /\*\*=|\/\/=|>>=|<<=|\.\.\.|[!=<>+\-*/%&|^@:]=|->|\*\*|\/\/|<<|>>|[+\-*/%@&|^~<>()[\]{},:.;=]/y;
const NAME = /[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_\u0080-\u{10ffff}]*/uy;
const IDENTIFIER = /^[_\p{XID_Start}]\p{XID_Continue}*$/u;
const STRING = /([bB][rR]?|[rR][bB]|[uU]|[fFtT][rR]?|[rR][fFtT]?|)('''|"""|'|")/y;
const BLANK = /[ \t\f]*/y;
const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
/** Python's own limits. */
const DEEPEST_BRACKETS = 200;
const DEEPEST_INDENTATION = 100;

/** @param python is called with the minor version of Python 3 that a construct needs */
export function tokensOf(text: string, needs: (minor: number, what: string, at: number) => void): Token[] {
  return new Lexer(text, needs).all();
}

class Lexer {
  private at = 0;
  private brackets: { sign: string; at: number }[] = [];
  /** Widths of the open blocks: with tabs to the next eighth column, and with tabs as one. */
  private indents = [{ wide: 0, narrow: 0 }];
  private readonly tokens: Token[] = [];
  private readonly text: string;
  private readonly needs: (minor: number, what: string, at: number) => void;

  constructor(text: string, needs: (minor: number, what: string, at: number) => void) {
    this.text = text;
    this.needs = needs;
  }

  all(): Token[] {
    while (this.at < this.text.length) {
      this.startLine();
      while (this.at < this.text.length && !this.endLine()) this.tokens.push(this.token());
    }
    if (this.brackets.length > 0) {
      const { sign, at } = this.brackets.at(-1)!;
      throw new NotPython(`\`${sign}\` was never closed`, at);
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
        throw new NotPython('too many levels of indentation', at);
      this.indents.push({ wide, narrow });
      this.add('indent');
      return;
    }
    while (wide < top().wide) {
      this.indents.pop();
      this.add('dedent');
    }
    if (wide !== top().wide) throw new NotPython('the indentation matches no outer block', at);
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

  /** Blanks, comments and joined lines; within brackets line ends as well. */
  private skip(): void {
    for (;;) {
      BLANK.lastIndex = this.at;
      this.at += BLANK.exec(this.text)![0].length;
      const sign = this.text[this.at];
      if (sign === '#') this.at = this.text.indexOf('\n', this.at);
      else if (sign === '\\') this.continued();
      else if (sign === '\n' && this.brackets.length > 0) this.at += 1;
      else return;
    }
  }

  private continued(): void {
    if (this.text[this.at + 1] !== '\n')
      throw new NotPython('something stands after a backslash that joins lines', this.at);
    this.at += 2;
    if (this.at >= this.text.length)
      throw new NotPython('the file ends after a backslash that joins lines', this.at - 2);
  }

  private token(): Token {
    const at = this.at;
    const string = this.match(STRING);
    if (string)
      return { type: 'string', text: '', at, string: this.string(string[1]!.toLowerCase(), string[2]!, at) };
    const number = this.match(NUMBER);
    if (number?.[0] === '0' && /[box]/i.test(this.text[this.at] ?? ''))
      throw new NotPython(`${shown(this.text.slice(at, at + 8))} begins a number and has no digits`, at);
    if (number) return { type: 'number', text: numberValue(number[0], at), at };
    const name = this.match(NAME);
    if (name && !IDENTIFIER.test(name[0])) throw new NotPython(`no name may hold ${shown(name[0])}`, at);
    if (name) return { type: 'name', text: name[0], at };
    const operator = this.match(OPERATORS)?.[0];
    if (operator === undefined)
      throw new NotPython(`${shown(this.text.slice(at, at + 8))} is no part of Python`, at);
    if ('([{'.includes(operator)) this.open(operator, at);
    else if (operator in PAIRS && this.brackets.pop()?.sign !== PAIRS[operator])
      throw new NotPython(`\`${operator}\` closes nothing`, at);
    return { type: 'op', text: operator, at };
  }

  private open(sign: string, at: number): void {
    if (this.brackets.length >= DEEPEST_BRACKETS) throw new NotPython('too many nested brackets', at);
    this.brackets.push({ sign, at });
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at += found[0].length;
    return found;
  }

  private string(prefix: string, quote: string, start: number): StringToken {
    const raw = prefix.includes('r');
    const bytes = prefix.includes('b');
    const unicode = prefix === 'u';
    if (!/[ft]/.test(prefix)) {
      const from = this.at;
      const end = this.endOfString(quote, start);
      const parts = [stringValue(this.text.slice(from, end), { raw, bytes }, from)];
      return { kind: bytes ? 'bytes' : 'text', unicode, parts, length: this.at - start };
    }
    const template = prefix.includes('t');
    if (template) this.needs(14, 'a template string', start);
    const from = this.at;
    const parts = this.parts(quote, raw, 0, start);
    this.at += quote.length;
    this.plainlyEnds(from, quote);
    return { kind: template ? 'template' : 'format', unicode, parts, length: this.at - start };
  }

  /** Moves behind the closing quote. @returns where the inside ends */
  private endOfString(quote: string, start: number): number {
    const end = closing(this.text, this.at, quote);
    if (end < 0) throw new NotPython('this string is never closed', start);
    this.at = end + quote.length;
    return end;
  }

  /** Before 3.12 a formatted string ended at the first quote like its own. */
  private plainlyEnds(from: number, quote: string): void {
    if (closing(this.text, from, quote) !== this.at - quote.length)
      this.needs(12, 'a quote within a formatted string of the same quotes', from);
  }

  /** What a formatted string, or the format of a field, holds; ends before its closing quote or brace. */
  private parts(quote: string, raw: boolean, nesting: number, start: number): Part[] {
    const parts: Part[] = [];
    const isSpec = nesting > 0;
    let from = this.at;
    const literal = (to: number, after: string) => {
      const body = this.text.slice(from, to) + after;
      if (body !== '') parts.push(stringValue(body, { raw, bytes: false }, from));
    };
    for (;;) {
      const sign = this.text[this.at];
      if (sign === undefined || (sign === '\n' && quote.length === 1))
        throw new NotPython('this string is never closed', start);
      if (this.text.startsWith(quote, this.at) || (isSpec && sign === '}')) {
        literal(this.at, '');
        return parts;
      }
      if (sign === '\\') {
        const name = raw ? null : /^\\N\{[^}\n]*\}/.exec(this.text.slice(this.at, this.at + 100));
        const braced = '{}'.includes(this.text[this.at + 1] ?? '?');
        this.at += name ? name[0].length : braced ? 1 : 2;
      } else if (!isSpec && (sign === '{' || sign === '}') && this.text[this.at + 1] === sign) {
        literal(this.at + 1, '');
        this.at += 2;
        from = this.at;
      } else if (sign === '{') {
        literal(this.at, '');
        parts.push(this.field(quote, raw, nesting, start));
        from = this.at;
      } else if (sign === '}') throw new NotPython('a single `}` in a formatted string', this.at);
      else this.at += 1;
    }
  }

  private field(quote: string, raw: boolean, nesting: number, start: number): Field {
    const open = this.at;
    if (nesting > 1) throw new NotPython('fields of a formatted string are nested too deeply', open);
    this.at += 1;
    const depth = this.brackets.length;
    this.open('{', open);
    const tokens: Token[] = [];
    for (;;) {
      this.skip();
      const [sign, next] = [this.text[this.at], this.text[this.at + 1]];
      if (sign === undefined) throw new NotPython('this string is never closed', start);
      if (
        this.brackets.length === depth + 1 &&
        (sign === '}' || sign === ':' || ((sign === '!' || sign === '=') && next !== '='))
      )
        break;
      tokens.push(this.token());
      if (this.brackets.length <= depth) throw new NotPython('a bracket closes nothing', this.at - 1);
    }
    this.brackets.length = depth;
    const source = this.text.slice(open + 1, this.at);
    if (/[\\#]/.test(source.replace(/'[^'\\]*'|"[^"\\]*"/g, '')))
      this.needs(12, 'a backslash or a comment within a field', open);
    tokens.push({ type: 'end', text: '', at: this.at });
    let shown: string | null = null;
    if (this.text[this.at] === '=') {
      this.at += 1;
      while (/[ \t\n\f]/.test(this.text[this.at] ?? '')) this.at += 1;
      shown = spell(this.text.slice(open + 1, this.at));
    }
    let conversion: string | null = null;
    if (this.text[this.at] === '!') {
      conversion = this.text[this.at + 1] ?? '';
      if (!/^[sra]$/.test(conversion)) throw new NotPython('a conversion is !s, !r or !a', this.at);
      this.at += 2;
      while (this.text[this.at] === ' ') this.at += 1;
    }
    let spec: Part[] | null = null;
    if (this.text[this.at] === ':') {
      this.at += 1;
      spec = this.parts(quote, raw, nesting + 1, start);
    }
    if (this.text[this.at] !== '}')
      throw new NotPython('a field of a formatted string is never closed', open);
    this.at += 1;
    return { tokens, shown, conversion, spec, source };
  }
}

/** Where a string's closing quote begins, -1 when it has none: a short string ends on its line. */
function closing(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith(quote, at)) return at;
    else if (text[at] === '\n' && quote.length === 1) return -1;
  }
  return -1;
}

function tabs(at: number): NotPython {
  return new NotPython(
    'tabs and spaces are mixed in the indentation, so that it depends on the width of a tab',
    at,
    true,
  );
}

function shown(text: string): string {
  return `\`${[...text].slice(0, 8).join('').trim()}\``;
}
