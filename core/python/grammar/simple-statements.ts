import { NotPythonError } from '../problem.ts';
import { type Node, node } from './node.ts';
import { Patterns } from './patterns.ts';
import { assignable, notDebug } from './targets.ts';

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
        if (this.scope.loop === 'barred') throw new NotPythonError(`\`${text}\` leaves an \`except*\``, at);
        if (!this.scope.loop) throw new NotPythonError(`\`${text}\` stands outside a loop`, at);
        return this.word(text);
      case 'return':
        return this.returned();
      case 'raise':
        return this.raised();
      case 'global':
      case 'nonlocal':
        return this.declared(text as 'global' | 'nonlocal');
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
    const { block, barred } = this.scope;
    if (block.kind !== 'function' && block.kind !== 'async')
      throw new NotPythonError('`return` stands outside a function', at);
    if (barred) throw new NotPythonError('`return` stands in an `except*`', at);
    if (this.ends) return node('Return', at, [null]);
    this.shared.names.add(block, '', 'returns a value', at);
    return node('Return', at, [this.starred()]);
  }

  private raised(): Node {
    const { at } = this.next;
    this.at += 1;
    if (this.ends) return node('Raise', at, []);
    const error = this.expression();
    return node('Raise', at, [error, this.take('from') ? this.expression() : null]);
  }

  private declared(kind: 'global' | 'nonlocal'): Node {
    const { at } = this.next;
    this.at += 1;
    const { block } = this.scope;
    if (kind === 'nonlocal' && block.kind === 'module')
      throw new NotPythonError('`nonlocal` stands outside a function', at);
    return node(
      kind,
      at,
      this.some(() => {
        const name = this.name();
        this.shared.names.add(block, name, kind, at);
        return name;
      }),
    );
  }

  private deleted(): Node {
    const { at } = this.next;
    this.at += 1;
    const value = this.starred();
    const items = value.kind === 'Tuple' && !value.grouped ? value.items : [value];
    for (const one of items) this.assign(one, 'delete');
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
    const path = read();
    if (this.take('as')) return node('alias', at, [path, this.binding('import')]);
    const name = path.split('.')[0]!;
    notDebug(name, at);
    this.shared.names.add(this.scope.block, name, 'import', at);
    return node('alias', at, [path, null]);
  }

  private importedFrom(): Node {
    const { at } = this.next;
    this.at += 1;
    let level = 0;
    for (; this.is('.', '...'); this.at += 1) level += this.next.text.length;
    const module = level > 0 && this.is('import') ? '' : this.path();
    this.expect('import');
    const isFuture = module === '__future__' && level === 0;
    if (this.is('*') && !isFuture) {
      if (this.scope.block.kind !== 'module')
        throw new NotPythonError('`import *` stands within a function or a class', at);
      this.at += 1;
      return node('ImportFrom', at, [module, '*', String(level)]);
    }
    const one = () => {
      if (isFuture && !FUTURE.has(this.next.text)) throw this.unexpected('Python has no such future');
      if (isFuture) this.shared.future.add(this.next.text);
      return this.alias(() => this.name());
    };
    const names = this.take('(') ? this.list(')', one).items : this.some(one);
    if (names.length === 0) throw this.unexpected('a name is missing before it');
    if (isFuture && !this.early)
      throw new NotPythonError('`from __future__` stands behind other statements', at);
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
    if (items.length === 0) throw new NotPythonError('a type parameter is missing', at);
    return items;
  }

  private assigned(): Node {
    const { at } = this.next;
    const first = this.starredOrYield();
    if (this.is(':')) return this.annotated(first);
    if (this.next.type === 'op' && AUGMENTED.includes(this.next.text)) {
      const operator = this.next.text;
      if (!['Name', 'Attribute', 'Subscript'].includes(first.kind))
        throw new NotPythonError(`\`${operator}\` cannot change this`, at);
      this.assign(first);
      this.at += 1;
      return node('AugAssign', at, [first, operator, this.starredOrYield()]);
    }
    const chain = [first];
    while (this.take('=')) chain.push(this.starredOrYield());
    if (chain.length === 1) return node('Expr', at, [first], [first]);
    const value = chain.pop()!;
    for (const target of chain) this.assign(target);
    return node('Assign', at, [chain, value]);
  }

  private annotated(target: Node): Node {
    if (!['Name', 'Attribute', 'Subscript'].includes(target.kind))
      throw new NotPythonError('only one name can be annotated', target.at);
    const simple = target.kind === 'Name' && !target.grouped ? 'simple' : '';
    const how = simple ? 'annotated' : 'bind';
    const named: [string, number][] = [];
    assignable(target, 'assign to', (name, at) => named.push([name, at]));
    this.expect(':');
    const annotation = this.annotation();
    const value = this.take('=') ? this.starredOrYield() : null;
    for (const [name, at] of simple || value ? named : [])
      this.shared.names.add(this.scope.block, name, how, at);
    return node('AnnAssign', target.at, [target, annotation, value, simple]);
  }
}
