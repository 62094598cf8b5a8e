import { type Node, node } from './node.ts';
import { Patterns } from './patterns.ts';
import { NotPython } from './problem.ts';
import { assignable } from './targets.ts';

const AUGMENTED = ['+=', '-=', '*=', '/=', '//=', '%=', '@=', '&=', '|=', '^=', '>>=', '<<=', '**='];
const FUTURE = new Set(
  'nested_scopes generators division absolute_import with_statement print_function unicode_literals barry_as_FLUFL generator_stop annotations'.split(
    ' ',
  ),
);

/** Python's statements of one line. */
export class SimpleStatements extends Patterns {
  /** Whether `from __future__` may still stand: it comes first, after a docstring at most. */
  private early = true;
  private begun = false;

  /** One line: statements with semicolons between them. */
  protected line(): Node[] {
    const statements: Node[] = [];
    do {
      const one = this.simple();
      const isDocstring = !this.begun && one.kind === 'Expr' && one.items[0]?.kind === 'Str';
      this.begun = true;
      if (!isDocstring && one.kind !== 'Future') this.early = false;
      statements.push(one);
    } while (this.take(';') && this.next.type !== 'newline');
    if (!this.takeType('newline')) throw this.unexpected('the statement should end before it');
    return statements;
  }

  /** A compound statement has begun. */
  protected notEarly(): void {
    this.begun = true;
    this.early = false;
  }

  private simple(): Node {
    const { at, text, type } = this.next;
    switch (type === 'name' ? text : '') {
      case 'pass':
        return this.word('Pass');
      case 'break':
      case 'continue':
        if (!this.scope.loop) throw new NotPython(`\`${text}\` stands outside a loop`, at);
        return this.word(text);
      case 'return':
        return this.returned();
      case 'raise':
        return this.raised();
      case 'global':
      case 'nonlocal':
        return this.declared(text);
      case 'del':
        return this.deleted();
      case 'assert':
        this.at += 1;
        return node('Assert', at, [this.expression(), this.take(',') ? this.expression() : null]);
      case 'import':
        this.at += 1;
        return node(
          'Import',
          at,
          this.some(() => this.alias(() => this.path())),
        );
      case 'from':
        return this.importedFrom();
      default:
        return this.typeAlias() ?? this.assigned();
    }
  }

  private word(kind: string): Node {
    this.at += 1;
    return node(kind, this.tokens[this.at - 1]!.at, []);
  }

  private get ends(): boolean {
    return this.next.type === 'newline' || this.is(';');
  }

  private some<T>(item: () => T): T[] {
    const items = [item()];
    while (this.take(',')) items.push(item());
    return items;
  }

  private returned(): Node {
    const { at } = this.next;
    this.at += 1;
    if (this.scope.kind === 'module' || this.scope.kind === 'class')
      throw new NotPython('`return` stands outside a function', at);
    return node('Return', at, [this.ends ? null : this.starred()]);
  }

  private raised(): Node {
    const { at } = this.next;
    this.at += 1;
    if (this.ends) return node('Raise', at, []);
    const error = this.expression();
    return node('Raise', at, [error, this.take('from') ? this.expression() : null]);
  }

  private declared(kind: string): Node {
    const { at } = this.next;
    this.at += 1;
    if (kind === 'nonlocal' && this.scope.kind === 'module')
      throw new NotPython('`nonlocal` stands outside a function', at);
    return node(
      kind,
      at,
      this.some(() => this.name()),
    );
  }

  private deleted(): Node {
    const { at } = this.next;
    this.at += 1;
    const value = this.starred();
    const items = value.kind === 'Tuple' && !value.grouped ? value.items : [value];
    for (const one of items) assignable(one, 'delete');
    return node('Delete', at, items);
  }

  private path(): string {
    const { at } = this.next;
    let path = this.name();
    this.shared.onUse({ name: path, how: 'module', at });
    while (this.take('.')) path += `.${this.name()}`;
    return path;
  }

  private alias(read: () => string): Node {
    const { at } = this.next;
    return node('alias', at, [read(), this.take('as') ? this.binding() : null]);
  }

  private importedFrom(): Node {
    const { at } = this.next;
    this.at += 1;
    let level = 0;
    for (; this.is('.', '...'); this.at += 1) level += this.next.text.length;
    const module = level > 0 && this.is('import') ? '' : this.path();
    this.expect('import');
    if (this.is('*')) {
      if (this.scope.kind !== 'module')
        throw new NotPython('`import *` stands within a function or a class', at);
      this.at += 1;
      return node('ImportFrom', at, [module, '*', String(level)]);
    }
    const one = () => {
      if (module === '__future__' && level === 0 && !FUTURE.has(this.next.text))
        throw this.unexpected('Python has no such future');
      return this.alias(() => this.name());
    };
    const names = this.take('(') ? this.list(')', one).items : this.some(one);
    if (names.length === 0) throw this.unexpected('a name is missing before it');
    const isFuture = module === '__future__' && level === 0;
    if (isFuture && !this.early) throw new NotPython('`from __future__` stands behind other statements', at);
    return node(isFuture ? 'Future' : 'ImportFrom', at, [module, names, String(level)]);
  }

  /** `type X = int`, where `type` is no name. */
  private typeAlias(): Node | null {
    const { at, text } = this.next;
    const following = this.tokens[this.at + 1]!;
    if (text !== 'type' || following.type !== 'name') return null;
    return this.attempt(() => {
      this.at += 1;
      const name = this.binding();
      const parameters = this.typeParameters();
      this.expect('=');
      this.shared.needs(12, 'a `type` statement', at);
      return node('TypeAlias', at, [name, parameters, this.expression()]);
    });
  }

  /** `[T: int, *Ts, **P]` of a function, a class or a type. */
  protected typeParameters(): Node[] {
    const { at } = this.next;
    if (!this.take('[')) return [];
    this.shared.needs(12, 'a list of type parameters', at);
    const { items } = this.list(']', () => {
      const star = this.take('**') ? '**' : this.take('*') ? '*' : '';
      const name = this.binding();
      const bound = star === '' && this.take(':') ? this.expression() : null;
      const has = this.next.at;
      const value = this.take('=') ? ((star === '*' ? this.star() : null) ?? this.expression()) : null;
      if (value) this.shared.needs(13, 'the default of a type parameter', has);
      return node('TypeParameter', at, [star, name, bound, value]);
    });
    if (items.length === 0) throw new NotPython('a type parameter is missing', at);
    return items;
  }

  private assigned(): Node {
    const { at } = this.next;
    const first = this.starredOrYield();
    if (this.is(':')) return this.annotated(first);
    if (this.next.type === 'op' && AUGMENTED.includes(this.next.text)) {
      const operator = this.next.text;
      if (!['Name', 'Attribute', 'Subscript'].includes(first.kind))
        throw new NotPython(`\`${operator}\` cannot change this`, at);
      assignable(first, 'assign to');
      this.at += 1;
      return node('AugAssign', at, [first, operator, this.starredOrYield()]);
    }
    const chain = [first];
    while (this.take('=')) chain.push(this.starredOrYield());
    if (chain.length === 1) return node('Expr', at, [first], [first]);
    const value = chain.pop()!;
    for (const target of chain) assignable(target, 'assign to');
    return node('Assign', at, [chain, value]);
  }

  private annotated(target: Node): Node {
    if (!['Name', 'Attribute', 'Subscript'].includes(target.kind))
      throw new NotPython('only one name can be annotated', target.at);
    assignable(target, 'assign to');
    this.expect(':');
    const annotation = this.expression();
    const value = this.take('=') ? this.starredOrYield() : null;
    const simple = target.kind === 'Name' && !target.grouped ? 'simple' : '';
    return node('AnnAssign', target.at, [target, annotation, value, simple]);
  }
}
