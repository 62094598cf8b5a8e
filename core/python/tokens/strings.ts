import { NotPythonError } from '../problem.ts';
import { spell, stringValue } from './literals.ts';
import { Scanner } from './scanner.ts';
import type { Field, Part, StringToken, Token } from './token.ts';

/** Strings, and the tokens in the fields of formatted ones. */
export abstract class Strings extends Scanner {
  protected abstract token(): Token;

  protected string(prefix: string, quote: string, start: number): StringToken {
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
    if (end < 0) throw new NotPythonError('this string is never closed', start);
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
        throw new NotPythonError('this string is never closed', start);
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
      } else if (sign === '}') throw new NotPythonError('a single `}` in a formatted string', this.at);
      else this.at += 1;
    }
  }

  private field(quote: string, raw: boolean, nesting: number, start: number): Field {
    const open = this.at;
    if (nesting > 1) throw new NotPythonError('fields of a formatted string are nested too deeply', open);
    this.at += 1;
    const depth = this.brackets.length;
    this.open('{', open);
    const tokens: Token[] = [];
    for (;;) {
      this.skip();
      const [sign, next] = [this.text[this.at], this.text[this.at + 1]];
      if (sign === undefined) throw new NotPythonError('this string is never closed', start);
      if (
        this.brackets.length === depth + 1 &&
        (sign === '}' || sign === ':' || ((sign === '!' || sign === '=') && next !== '='))
      )
        break;
      tokens.push(this.token());
      if (this.brackets.length <= depth) throw new NotPythonError('a bracket closes nothing', this.at - 1);
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
      if (!/^[sra]$/.test(conversion)) throw new NotPythonError('a conversion is !s, !r or !a', this.at);
      this.at += 2;
      while (this.text[this.at] === ' ') this.at += 1;
    }
    let spec: Part[] | null = null;
    if (this.text[this.at] === ':') {
      this.at += 1;
      spec = this.parts(quote, raw, nesting + 1, start);
    }
    if (this.text[this.at] !== '}')
      throw new NotPythonError('a field of a formatted string is never closed', open);
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
