/** A token, and what a string token holds. */

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
