import { NotPythonError } from '../problem.ts';
import { Blocks, MOST_NESTED } from './blocks.ts';
import type { Scope } from './cursor.ts';
import { type Node, node } from './node.ts';
import { takesAll } from './patterns.ts';

/** Python's whole grammar: statements that hold others. */
export class Statements extends Blocks {
  /** A whole file. */
  module(): Node {
    const body: Node[] = [];
    while (this.next.type !== 'end') body.push(...this.statement());
    return node('Module', 0, body);
  }

  protected statement(): Node[] {
    if (this.next.type === 'indent')
      throw new NotPythonError('this line is indented, and no block begins before it', this.next.at);
    const compound = this.compound();
    return compound ? [compound] : this.line();
  }

  private compound(): Node | null {
    const { type, text } = this.next;
    if (this.is('@')) return this.decorated();
    if (type !== 'name') return null;
    if (text === 'match') return this.attempt(() => this.subject()) && this.match();
    const readers: Record<string, () => Node> = {
      if: () => this.conditional(),
      while: () => this.whileLoop(),
      for: () => this.forLoop(''),
      try: () => this.tried(),
      with: () => this.withBlock(''),
      def: () => this.defined('', []),
      class: () => this.classDefined([]),
      async: () => this.asynchronous([]),
    };
    if (!Object.hasOwn(readers, text)) return null;
    this.notEarly();
    return readers[text]!();
  }

  /** `elif` is an `if` within `else`, for Python and for the tree. */
  private conditional(): Node {
    const branches: { at: number; test: Node; body: Node[] }[] = [];
    do {
      const { at } = this.next;
      this.at += 1;
      branches.push({ at, test: this.named(), body: this.block() });
    } while (this.is('elif'));
    let rest = this.otherwise();
    for (const { at, test, body } of branches.reverse()) rest = [node('If', at, [test, body, rest])];
    return rest[0]!;
  }

  private otherwise(): Node[] {
    return this.take('else') ? this.block() : [];
  }

  private whileLoop(): Node {
    const { at } = this.next;
    this.at += 1;
    return node('While', at, [this.named(), this.block(this.inLoop()), this.otherwise()]);
  }

  private forLoop(kind: string): Node {
    const { at } = this.next;
    this.expect('for');
    const target = this.targets();
    this.expect('in');
    return node('For', at, [kind, target, this.starred(), this.block(this.inLoop()), this.otherwise()]);
  }

  private tried(): Node {
    const { at } = this.next;
    const before = this.reached;
    this.at += 1;
    this.reached = 0;
    const body = this.block(this.deep(1));
    const handlers: Node[] = [];
    let starred: boolean | null = null;
    let bare = false;
    while (this.is('except')) {
      const { at: here } = this.next;
      if (bare) throw new NotPythonError('the `except:` without a type must be the last', here);
      this.at += 1;
      const star = this.take('*');
      if (starred !== null && star !== starred)
        throw new NotPythonError('`except` and `except*` stand in one `try`', here);
      starred = star;
      bare = this.is(':');
      if (bare && star) throw this.unexpected('a type of exceptions is missing before it');
      handlers.push(this.handler(bare, star, here));
    }
    const otherwise = handlers.length > 0 ? this.otherwise() : [];
    // With both, `finally` lies around all that came before it.
    if (this.is('finally') && handlers.length > 0) this.reached += 1;
    if (this.reached > MOST_NESTED) throw this.tooNested();
    const last = this.take('finally') ? this.block(this.deep(1)) : [];
    this.reached = Math.max(this.reached, before);
    if (handlers.length === 0 && last.length === 0)
      throw this.unexpected('`except` or `finally` is missing before it');
    return node(starred ? 'TryStar' : 'Try', at, [body, handlers, otherwise, last]);
  }

  private handler(bare: boolean, star: boolean, at: number): Node {
    const { loop, barred } = this.scope;
    const scope: Scope = {
      ...this.deep(2),
      loop: star && loop ? 'barred' : loop,
      barred: star || barred,
    };
    if (bare) return node('ExceptHandler', at, [null, null, this.block(scope)]);
    const types = [this.expression()];
    while (this.take(',')) types.push(this.expression());
    if (types.length > 1) {
      this.shared.needs(14, 'several exceptions without brackets', at);
      if (this.is('as')) throw this.unexpected('several exceptions with a name need brackets');
    }
    const type = types.length > 1 ? node('Tuple', at, [types]) : types[0]!;
    return node('ExceptHandler', at, [type, this.take('as') ? this.binding() : null, this.block(scope)]);
  }

  private withBlock(kind: string): Node {
    const { at } = this.next;
    this.expect('with');
    const items = this.bracketedItems() ?? this.items(() => this.is(':'));
    return node('With', at, [kind, items, this.block(this.deep(items.length))]);
  }

  /** Brackets around all managers are the statement's own, when a colon follows. */
  private bracketedItems(): Node[] | null {
    if (!this.is('(')) return null;
    const found = this.attempt(() => {
      this.expect('(');
      const { items } = this.list(')', () => this.item());
      if (!this.is(':') || items.length === 0) throw this.unexpected('these are no managers');
      return node('items', 0, items, items);
    });
    return found?.items ?? null;
  }

  private items(ends: () => boolean): Node[] {
    const items = [this.item()];
    while (!ends()) {
      this.expect(',');
      items.push(this.item());
    }
    return items;
  }

  private item(): Node {
    const { at } = this.next;
    const manager = this.expression();
    if (!this.take('as')) return node('withitem', at, [manager, null]);
    const target = this.star() ?? this.binary(0);
    this.assign(target);
    return node('withitem', at, [manager, target]);
  }

  private decorated(): Node {
    this.notEarly();
    const decorators: Node[] = [];
    while (this.take('@')) {
      decorators.push(this.named());
      if (!this.takeType('newline')) throw this.unexpected('the decorator should end before it');
    }
    if (this.is('def')) return this.defined('', decorators);
    if (this.is('class')) return this.classDefined(decorators);
    if (this.is('async')) return this.asynchronous(decorators);
    throw this.unexpected('a function or a class is missing before it');
  }

  private asynchronous(decorators: Node[]): Node {
    const { at } = this.next;
    this.expect('async');
    if (this.is('def')) return this.defined('async', decorators);
    if (decorators.length > 0) throw this.unexpected('a function or a class is missing before it');
    if (this.scope.block.kind !== 'async')
      throw new NotPythonError('`async` stands outside an async function', at);
    return this.is('for') ? this.forLoop('async') : this.withBlock('async');
  }

  /** `match` is a name unless a subject, a colon and a `case` follow. */
  private subject(): Node {
    const { at } = this.next;
    this.expect('match');
    const first = this.star() ?? this.named();
    const items = [first];
    let comma = false;
    while (this.take(',')) {
      comma = true;
      if (this.is(':')) break;
      items.push(this.star() ?? this.named());
    }
    if (first.kind === 'Starred' && !comma) throw this.unexpected('a starred expression stands alone');
    this.expect(':');
    if (!this.takeType('newline') || !this.takeType('indent') || !this.is('case'))
      throw this.unexpected('a `case` is missing');
    this.found = comma ? node('Tuple', at, [items]) : first;
    return this.found;
  }

  private found: Node | null = null;

  private match(): Node {
    const subject = this.found!;
    this.notEarly();
    const cases: Node[] = [];
    let all = false;
    while (!this.takeType('dedent')) {
      const { at } = this.next;
      if (all) throw new NotPythonError('the `case` before it takes everything', at);
      this.expect('case');
      const pattern = this.patterns();
      all = takesAll(pattern) && !this.is('if');
      const guard = this.take('if') ? this.named() : null;
      cases.push(node('case', at, [pattern, guard, this.block()]));
    }
    return node('Match', subject.at, [subject, cases]);
  }
}
