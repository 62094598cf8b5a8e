import { NotPythonError } from '../problem.ts';
import type { Token } from '../tokens/token.ts';
import type { Block, How, Names } from './names.ts';
import type { Node } from './node.ts';
import { assignable, notDebug } from './targets.ts';

/** What surrounds a piece of code, where Python lets some words stand in some places alone. */
export interface Scope {
  block: Block;
  outer: Scope | null;
  /** `barred` by an `except*` that stands within the loop. */
  loop: boolean | 'barred';
  /** Within an `except*` of this function. */
  barred: boolean;
  /** How many loops, `with` and `try` of this function lie around it. */
  nested: number;
  /** Within what a comprehension goes over. */
  iterable: boolean;
  /** Of a comprehension: it makes its items one by one, when they are asked for. */
  lazy: boolean;
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
  names: Names;
  /** Names that were imported from `__future__`. */
  future: Set<string>;
}

const KEYWORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);
const DEEPEST = 600;

/** A file's own scope. */
export function moduleScope(): Scope {
  const block: Block = { kind: 'module', parent: null, owner: null, loopsAt: 0 };
  return { block, outer: null, loop: false, barred: false, nested: 0, iterable: false, lazy: false };
}

/** A place in the tokens, and what stands there. */
export class Cursor {
  protected at = 0;
  protected scope: Scope = moduleScope();
  private depth = 0;
  protected readonly tokens: Token[];
  protected readonly shared: Shared;
  /** The opening brackets of comprehensions, by their place among the tokens. */
  protected readonly comprehensions: Set<number>;

  constructor(tokens: Token[], shared: Shared) {
    this.tokens = tokens;
    this.shared = shared;
    this.comprehensions = withLoops(tokens);
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

  /** A name that something is bound to; with null nothing is, as by a keyword of a call. */
  protected binding(how: How | null = 'bind', block = this.scope.block): string {
    const { at } = this.next;
    const name = this.name();
    notDebug(name, at);
    if (how !== null) this.shared.names.add(block, name, how, at);
    return name;
  }

  /** What something is bound to, or what is deleted. */
  protected assign(target: Node, what: 'assign to' | 'delete' = 'assign to'): void {
    const how = this.scope.block.kind === 'comprehension' ? 'item' : 'bind';
    assignable(target, what, (name, at) => this.shared.names.add(this.scope.block, name, how, at));
  }

  /** The scope of a block within this one. */
  protected inner(kind: Block['kind'], owner = this.scope.block.owner, parent = this.scope): Scope {
    const block: Block = { kind, parent: parent.block, owner, loopsAt: 0 };
    return { ...moduleScope(), block, outer: parent, iterable: this.scope.iterable };
  }

  /** Whether `await` and `async for` may stand here: what is made later may wait in any function. */
  protected get waits(): boolean {
    for (let scope: Scope | null = this.scope; scope; scope = scope.outer) {
      if (scope.block.kind === 'async' || scope.lazy) return true;
      if (scope.block.kind !== 'comprehension') return false;
    }
    return false;
  }

  protected unexpected(why: string): NotPythonError {
    const { type, text, at } = this.next;
    const what = {
      newline: 'the end of the line',
      end: 'the end',
      indent: 'an indentation',
      dedent: 'the end of the block',
      string: 'a string',
    };
    return new NotPythonError(
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
    if (this.depth >= DEEPEST) throw new NotPythonError('too much is nested here', this.next.at);
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
    const { length } = this.shared.names;
    try {
      return read();
    } catch (error) {
      if (!(error instanceof NotPythonError)) throw error;
      this.at = at;
      this.shared.names.forget(length);
      return null;
    }
  }
}

function withLoops(tokens: Token[]): Set<number> {
  const found = new Set<number>();
  const open: number[] = [];
  for (const [i, { type, text }] of tokens.entries()) {
    if (type === 'op' && '([{'.includes(text)) open.push(i);
    else if (type === 'op' && ')]}'.includes(text)) open.pop();
    else if (type === 'name' && text === 'for' && open.length > 0) found.add(open.at(-1)!);
  }
  return found;
}
