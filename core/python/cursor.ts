import type { Token } from './lexer.ts';
import type { Node } from './node.ts';
import { NotPython } from './problem.ts';

/** What surrounds a piece of code, where Python lets some words stand in some places alone. */
export interface Scope {
  kind: 'module' | 'class' | 'function' | 'async';
  loop: boolean;
}

/** A name that is read or bound, a module that is imported, an attribute's name, or the text of a string: what may lead to code. */
export interface Use {
  name: string;
  how: 'name' | 'module' | 'attribute' | 'string';
  at: number;
}

/** What a parser shares with those that read the fields of formatted strings. */
export interface Shared {
  needs: (minor: number, what: string, at: number) => void;
  onUse: (use: Use) => void;
}

const KEYWORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);
const DEEPEST = 600;

/** A place in the tokens, and what stands there. */
export class Cursor {
  protected at = 0;
  protected scope: Scope = { kind: 'module', loop: false };
  private depth = 0;
  protected readonly tokens: Token[];
  protected readonly shared: Shared;

  constructor(tokens: Token[], shared: Shared) {
    this.tokens = tokens;
    this.shared = shared;
  }

  protected get next(): Token {
    return this.tokens[this.at]!;
  }

  /** Whether one of these operators or keywords stands here. */
  protected is(...texts: string[]): boolean {
    const { type, text } = this.next;
    return (type === 'op' || type === 'name') && texts.includes(text);
  }

  protected take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at += 1;
    return true;
  }

  protected expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(`\`${text}\` is missing before it`);
  }

  protected takeType(type: Token['type']): boolean {
    if (this.next.type !== type) return false;
    this.at += 1;
    return true;
  }

  protected get isName(): boolean {
    return this.next.type === 'name' && !KEYWORDS.has(this.next.text);
  }

  /** An identifier, as Python compares them. */
  protected name(): string {
    if (!this.isName) throw this.unexpected('a name is missing before it');
    const { text } = this.next;
    this.at += 1;
    return text.normalize('NFKC');
  }

  /** Names that something is bound to. */
  protected binding(): string {
    const { at } = this.next;
    const name = this.name();
    if (name === '__debug__') throw new NotPython('nothing can be assigned to `__debug__`', at);
    return name;
  }

  protected unexpected(why: string): NotPython {
    const { type, text, at } = this.next;
    const what = {
      newline: 'the end of the line',
      end: 'the end',
      indent: 'an indentation',
      dedent: 'the end of the block',
      string: 'a string',
    };
    return new NotPython(
      `unexpected ${type in what ? what[type as 'end'] : `\`${text.slice(0, 40)}\``}: ${why}`,
      at,
    );
  }

  /** Items up to a closing sign, a comma after the last one allowed. */
  protected list<T>(close: string, item: () => T): { items: T[]; comma: boolean } {
    const items: T[] = [];
    let comma = false;
    while (!this.is(close)) {
      if (items.length > 0 && !comma) throw this.unexpected(`a comma or \`${close}\` is missing before it`);
      items.push(item());
      comma = this.take(',');
    }
    this.at += 1;
    return { items, comma };
  }

  /** Reads something within another scope. */
  protected within<T>(scope: Scope, read: () => T): T {
    const before = this.scope;
    this.scope = scope;
    try {
      return read();
    } finally {
      this.scope = before;
    }
  }

  /** Bounds how deep one thing lies in another, as Python does too, whatever the stack of this process. */
  protected deeper<T>(read: () => T): T {
    if (this.depth >= DEEPEST) throw new NotPython('too much is nested here', this.next.at);
    this.depth += 1;
    try {
      return read();
    } finally {
      this.depth -= 1;
    }
  }

  /** Reads what may turn out to be something else: null, and nothing read, when Python would not take it so. */
  protected attempt(read: () => Node): Node | null {
    const { at } = this;
    try {
      return read();
    } catch (error) {
      if (!(error instanceof NotPython)) throw error;
      this.at = at;
      return null;
    }
  }
}
