import { NotPythonError } from '../problem.ts';

const BLANK = /[ \t\f]*/y;
/** Python's own limit. */
const DEEPEST_BRACKETS = 200;

/** A place in a text, the brackets open there, and what stands between tokens. */
export class Scanner {
  protected at = 0;
  protected brackets: { sign: string; at: number }[] = [];
  protected readonly text: string;
  protected readonly needs: (minor: number, what: string, at: number) => void;

  constructor(text: string, needs: (minor: number, what: string, at: number) => void) {
    this.text = text;
    this.needs = needs;
  }

  /** Blanks, comments and joined lines; within brackets line ends as well. */
  protected skip(): void {
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

  protected continued(): void {
    if (this.text[this.at + 1] !== '\n')
      throw new NotPythonError('something stands after a backslash that joins lines', this.at);
    this.at += 2;
    if (this.at >= this.text.length)
      throw new NotPythonError('the file ends after a backslash that joins lines', this.at - 2);
  }

  protected open(sign: string, at: number): void {
    if (this.brackets.length >= DEEPEST_BRACKETS) throw new NotPythonError('too many nested brackets', at);
    this.brackets.push({ sign, at });
  }

  protected match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at += found[0].length;
    return found;
  }
}
