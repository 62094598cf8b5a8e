import { Cursor, type Scope } from './cursor.ts';
import type { Field, Part, Token } from './lexer.ts';
import { type Node, node } from './node.ts';
import { NotPython } from './problem.ts';

/** Python's expressions, by their grammar. */

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=', 'in', 'is', 'not'];
/** Operators that take two, the weakest first. */
const BINARY = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '//', '%', '@']];

export class Expressions extends Cursor {
  /** Several, with stars, maybe a tuple: what may stand behind `=` and `return`. */
  protected starred(): Node {
    return this.tuple(() => this.star() ?? this.expression());
  }

  protected starredOrYield(): Node {
    return this.is('yield') ? this.yielded() : this.starred();
  }

  private tuple(item: () => Node): Node {
    const { at } = this.next;
    const first = item();
    if (!this.is(',')) {
      if (first.kind === 'Starred') throw new NotPython('a starred expression stands alone', at);
      return first;
    }
    const items = [first];
    while (this.take(',') && this.startsExpression()) items.push(item());
    return node('Tuple', at, [items], items);
  }

  /** Whether an expression can begin here: after a comma a tuple may end. */
  private startsExpression(): boolean {
    const { type, text } = this.next;
    if (type === 'string' || type === 'number' || this.isName) return true;
    const signs = [
      '(',
      '[',
      '{',
      '-',
      '+',
      '~',
      '...',
      '*',
      'not',
      'lambda',
      'await',
      'None',
      'True',
      'False',
    ];
    return (type === 'op' || type === 'name') && signs.includes(text);
  }

  protected star(): Node | null {
    const { at } = this.next;
    if (!this.take('*')) return null;
    const value = this.binary(0);
    return node('Starred', at, [value], [value]);
  }

  private yielded(): Node {
    const { at } = this.next;
    this.expect('yield');
    if (this.scope.kind === 'module' || this.scope.kind === 'class')
      throw new NotPython('`yield` stands outside a function', at);
    if (this.take('from')) {
      if (this.scope.kind === 'async') throw new NotPython('`yield from` stands in an async function', at);
      return node('YieldFrom', at, [this.expression()]);
    }
    return node('Yield', at, [this.startsExpression() ? this.starred() : null]);
  }

  /** An expression, or a name with `:=`. */
  protected named(): Node {
    const { at } = this.next;
    const following = this.tokens[this.at + 1];
    if (this.isName && following?.type === 'op' && following.text === ':=') {
      const name = this.binding();
      this.at += 1;
      return node('NamedExpr', at, [name, this.expression()]);
    }
    return this.expression();
  }

  protected expression(): Node {
    return this.deeper(() => {
      const { at } = this.next;
      if (this.is('lambda')) return this.lambda();
      const body = this.disjunction();
      if (!this.take('if')) return body;
      const test = this.disjunction();
      this.expect('else');
      return node('IfExp', at, [test, body, this.expression()]);
    });
  }

  private lambda(): Node {
    const { at } = this.next;
    this.expect('lambda');
    const parameters = this.parameters(':', false);
    this.expect(':');
    const body = this.within({ kind: 'function', loop: false }, () => this.expression());
    return node('Lambda', at, [parameters, body]);
  }

  protected disjunction(): Node {
    return this.chain('or', () => this.chain('and', () => this.inversion()));
  }

  private chain(word: string, read: () => Node): Node {
    const { at } = this.next;
    const values = [read()];
    while (this.take(word)) values.push(read());
    return values.length === 1 ? values[0]! : node('BoolOp', at, [word, values]);
  }

  private inversion(): Node {
    const { at } = this.next;
    if (!this.take('not')) return this.comparison();
    return this.deeper(() => node('UnaryOp', at, ['not', this.inversion()]));
  }

  private comparison(): Node {
    const { at } = this.next;
    const left = this.binary(0);
    const rest: (string | Node)[] = [];
    while (this.is(...COMPARISONS)) {
      let operator = this.next.text;
      this.at += 1;
      if (operator === 'not') this.expect('in');
      if (operator === 'not') operator = 'not in';
      if (operator === 'is' && this.take('not')) operator = 'is not';
      rest.push(operator, this.binary(0));
    }
    return rest.length === 0 ? left : node('Compare', at, [left, rest]);
  }

  /** Operators of two by how strongly they bind; `a | b` and stronger is what a star takes. */
  protected binary(level: number): Node {
    if (level === BINARY.length) return this.unary();
    const { at } = this.next;
    let left = this.binary(level + 1);
    while (this.next.type === 'op' && BINARY[level]!.includes(this.next.text)) {
      const operator = this.next.text;
      this.at += 1;
      left = node('BinOp', at, [left, operator, this.binary(level + 1)]);
    }
    return left;
  }

  private unary(): Node {
    const { at, text } = this.next;
    if (!this.is('+', '-', '~')) return this.power();
    this.at += 1;
    return this.deeper(() => node('UnaryOp', at, [text, this.unary()]));
  }

  private power(): Node {
    const { at } = this.next;
    const left = this.awaited();
    return this.take('**') ? this.deeper(() => node('BinOp', at, [left, '**', this.unary()])) : left;
  }

  private awaited(): Node {
    const { at } = this.next;
    if (!this.take('await')) return this.primary();
    if (this.scope.kind !== 'async') throw new NotPython('`await` stands outside an async function', at);
    return node('Await', at, [this.primary()]);
  }

  private primary(): Node {
    const { at } = this.next;
    let left = this.atom();
    for (;;) {
      if (this.take('.')) left = this.attribute(left, at);
      else if (this.is('(')) left = this.call(left, at);
      else if (this.take('[')) left = node('Subscript', at, [left, this.subscript()]);
      else return left;
    }
  }

  private attribute(of: Node, at: number): Node {
    const here = this.next.at;
    const name = this.name();
    this.shared.onUse({ name, how: 'attribute', at: here });
    return node('Attribute', at, [of, name]);
  }

  private call(called: Node, at: number): Node {
    this.expect('(');
    const values = this.arguments(true);
    return node('Call', at, [called, ...values]);
  }

  /** Of a call or a class: positional ones, then those with keywords. */
  protected arguments(isCall: boolean): [Node[], Node[]] {
    const positional: Node[] = [];
    const keywords: Node[] = [];
    const known = new Set<string>();
    let unpacked = false;
    const { comma, items } = this.list(')', () => {
      const { at } = this.next;
      const following = this.tokens[this.at + 1];
      if (this.take('**')) {
        unpacked = true;
        keywords.push(node('keyword', at, [null, this.expression()]));
      } else if (this.isName && following?.type === 'op' && following.text === '=') {
        const name = this.binding();
        this.expect('=');
        if (known.has(name)) throw new NotPython(`the keyword \`${name.slice(0, 40)}\` is repeated`, at);
        known.add(name);
        keywords.push(node('keyword', at, [name, this.expression()]));
      } else if (this.take('*')) {
        if (unpacked) throw new NotPython('`*` stands after `**`', at);
        const value = this.expression();
        positional.push(node('Starred', at, [value], [value]));
      } else {
        if (unpacked || keywords.length > 0)
          throw new NotPython('a positional argument stands after one with a keyword', at);
        const value = this.named();
        const loops = value.kind === 'Starred' ? [] : this.loops();
        positional.push(loops.length > 0 ? node('GeneratorExp', at, [value, ...loops]) : value);
        if (loops.length > 0) return at;
      }
      return -1;
    });
    const bare = items.find((one) => one >= 0);
    if (bare !== undefined && (items.length > 1 || comma || !isCall))
      throw new NotPython('a generator beside other arguments needs brackets', bare);
    return [positional, keywords];
  }

  private subscript(): Node {
    const { at } = this.next;
    const { items, comma } = this.list(']', () => {
      const star = this.next.at;
      if (this.is('*')) this.shared.needs(11, 'a star within an index', star);
      return this.star() ?? this.slice();
    });
    if (items.length === 0) throw new NotPython('an index is missing', at);
    const one = items.length === 1 && !comma && items[0]!.kind !== 'Starred';
    return one ? items[0]! : node('Tuple', at, [items], items);
  }

  private slice(): Node {
    const { at } = this.next;
    const part = () => (this.is(':', ',', ']') ? null : this.expression());
    const lower = this.is(':') ? null : this.named();
    if (!this.take(':')) return lower!;
    const upper = part();
    return node('Slice', at, [lower, upper, this.take(':') ? part() : null]);
  }

  private atom(): Node {
    const { at, type, text } = this.next;
    if (type === 'string') return this.strings();
    if (type === 'number') {
      this.at += 1;
      return node('Number', at, [text]);
    }
    if (this.is('None', 'True', 'False', '...')) {
      this.at += 1;
      return node('Constant', at, [text]);
    }
    if (this.isName) {
      const name = this.name();
      this.shared.onUse({ name, how: 'name', at });
      return node('Name', at, [name]);
    }
    if (this.take('(')) return this.deeper(() => this.group(at));
    if (this.take('[')) return this.deeper(() => this.bracketed(at));
    if (this.take('{')) return this.deeper(() => this.braced(at));
    throw this.unexpected('an expression is missing before it');
  }

  private group(at: number): Node {
    if (this.take(')')) return { ...node('Tuple', at, [[]]), grouped: true };
    if (this.is('yield')) {
      const value = this.yielded();
      this.expect(')');
      return { ...value, grouped: true };
    }
    const first = this.star() ?? this.named();
    const loops = this.loops();
    if (loops.length > 0) {
      if (first.kind === 'Starred') throw new NotPython('a star cannot stand in a comprehension', at);
      this.expect(')');
      return node('GeneratorExp', at, [first, ...loops]);
    }
    if (this.take(')')) {
      if (first.kind === 'Starred') throw new NotPython('a starred expression stands alone', at);
      return { ...first, grouped: true };
    }
    this.expect(',');
    const items = [first, ...this.list(')', () => this.star() ?? this.named()).items];
    return { ...node('Tuple', at, [items], items), grouped: true };
  }

  private bracketed(at: number): Node {
    if (this.take(']')) return node('List', at, [[]]);
    const first = this.star() ?? this.named();
    const loops = this.loops();
    if (loops.length > 0) {
      if (first.kind === 'Starred') throw new NotPython('a star cannot stand in a comprehension', at);
      this.expect(']');
      return node('ListComp', at, [first, ...loops]);
    }
    const items = [first];
    if (!this.take(']')) {
      this.expect(',');
      items.push(...this.list(']', () => this.star() ?? this.named()).items);
    }
    return node('List', at, [items], items);
  }

  private braced(at: number): Node {
    if (this.take('}')) return node('Dict', at, [[]]);
    const isDict = this.is('**');
    const first = isDict ? this.pair() : (this.star() ?? this.named());
    if (isDict || this.is(':')) return this.dict(at, isDict ? first : this.pairAfter(first));
    const loops = this.loops();
    if (loops.length > 0) {
      if (first.kind === 'Starred') throw new NotPython('a star cannot stand in a comprehension', at);
      this.expect('}');
      return node('SetComp', at, [first, ...loops]);
    }
    const items = [first];
    if (!this.take('}')) {
      this.expect(',');
      items.push(...this.list('}', () => this.star() ?? this.named()).items);
    }
    return node('Set', at, [items]);
  }

  private pair(): Node {
    const { at } = this.next;
    return this.take('**') ? node('Unpacked', at, [this.binary(0)]) : this.pairAfter(this.expression());
  }

  private pairAfter(key: Node): Node {
    if (key.kind === 'Starred' || (key.kind === 'NamedExpr' && !key.grouped))
      throw this.unexpected('a key is missing before it');
    this.expect(':');
    return node('Pair', key.at, [key, this.expression()]);
  }

  private dict(at: number, first: Node): Node {
    const loops = first.kind === 'Pair' ? this.loops() : [];
    if (loops.length > 0) {
      this.expect('}');
      return node('DictComp', at, [first, ...loops]);
    }
    const pairs = [first];
    if (!this.take('}')) {
      this.expect(',');
      pairs.push(...this.list('}', () => this.pair()).items);
    }
    return node('Dict', at, [pairs]);
  }

  /** The `for` and `if` of a comprehension. */
  private loops(): Node[] {
    const loops: Node[] = [];
    while (this.is('for') || (this.is('async') && this.tokens[this.at + 1]?.text === 'for')) {
      const { at } = this.next;
      const isAsync = this.take('async');
      if (isAsync && this.scope.kind !== 'async')
        throw new NotPython('an async comprehension stands outside an async function', at);
      this.expect('for');
      const target = this.targets();
      this.expect('in');
      const iterable = this.disjunction();
      const tests: Node[] = [];
      while (this.take('if')) tests.push(this.disjunction());
      loops.push(node('comprehension', at, [isAsync ? 'async' : '', target, iterable, tests]));
    }
    return loops;
  }

  /** What a `for` binds: ends before `in`. */
  protected targets(): Node {
    const target = this.tuple(() => this.star() ?? this.binary(0));
    this.assignable(target, 'assign to');
    return target;
  }

  protected assignable(target: Node, what: 'assign to' | 'delete', isItem = false): void {
    const { kind, items, at } = target;
    if (kind === 'Name' || kind === 'Attribute') {
      if (/ "__debug__"\)$/.test(target.dump))
        throw new NotPython(`nothing can be assigned to \`__debug__\``, at);
      return;
    }
    if (kind === 'Subscript') return;
    if (kind === 'Starred' && what === 'assign to' && isItem) {
      this.assignable(items[0]!, what);
      return;
    }
    if (kind !== 'Tuple' && kind !== 'List') throw new NotPython(`Python cannot ${what} this`, at);
    if (items.filter((one) => one.kind === 'Starred').length > 1)
      throw new NotPython('two stars stand in one assignment', at);
    for (const item of items) this.assignable(item, what, true);
  }

  /** Of a function or a lambda, up to the closing sign, which is left. */
  protected parameters(close: string, annotated: boolean): Node {
    const { at } = this.next;
    const dump: (Node | string)[] = [];
    const known = new Set<string>();
    let phase: 'any' | 'default' | 'keyword' | 'over' = 'any';
    let bare = false;
    while (!this.is(close)) {
      const { at: here } = this.next;
      if (phase === 'over') throw this.unexpected('nothing may follow `**`');
      if (this.take('/')) {
        if (dump.length === 0 || dump.includes('/') || phase === 'keyword')
          throw new NotPython('`/` stands in a wrong place', here);
        dump.push('/');
      } else if (this.take('**')) {
        if (bare) throw new NotPython('a name is missing after `*`', here);
        dump.push('**', this.parameter(annotated, false, known));
        phase = 'over';
      } else if (this.is('*')) {
        if (phase === 'keyword') throw this.unexpected('one star is enough');
        this.at += 1;
        phase = 'keyword';
        bare = this.is(',');
        dump.push('*', ...(bare ? [] : [this.parameter(annotated, true, known)]));
        if (this.is(close) && bare) throw this.unexpected('a name is missing');
      } else {
        const name = this.parameter(annotated, false, known);
        const value = this.take('=') ? this.expression() : null;
        if (value === null && phase === 'default')
          throw new NotPython('a parameter without a default follows one that has one', here);
        if (value !== null && phase === 'any') phase = 'default';
        bare = false;
        dump.push(name, ...(value ? ['=', value] : []));
      }
      if (!this.is(close)) this.expect(',');
    }
    if (bare) throw this.unexpected('a name is missing after `*`');
    return node('arguments', at, dump);
  }

  private parameter(annotated: boolean, starred: boolean, known: Set<string>): Node {
    const { at } = this.next;
    const name = this.binding();
    if (known.has(name)) throw new NotPython(`the parameter \`${name.slice(0, 40)}\` is repeated`, at);
    known.add(name);
    if (!annotated || !this.take(':')) return node('arg', at, [name, null]);
    return node('arg', at, [name, (starred ? this.star() : null) ?? this.expression()]);
  }

  /** Strings side by side are one. */
  protected strings(): Node {
    const { at } = this.next;
    const run: NonNullable<Token['string']>[] = [];
    for (; this.next.type === 'string'; this.at += 1) run.push(this.next.string!);
    const kinds = new Set(run.map((one) => one.kind));
    if (kinds.has('bytes') && kinds.size > 1) throw new NotPython('bytes and text stand side by side', at);
    if (kinds.has('template') && kinds.size > 1)
      throw new NotPython('a template string stands beside another', at);
    const parts = joined(run.flatMap((one) => one.parts));
    const unicode = run[0]!.unicode ? 'u' : '';
    if (kinds.has('bytes')) return node('Bytes', at, [(parts[0] as string) ?? '']);
    if (!kinds.has('format') && !kinds.has('template'))
      return this.text(unicode, (parts[0] as string) ?? '', at);
    return this.formatted(kinds.has('template') ? 'TemplateStr' : 'JoinedStr', unicode, parts, at);
  }

  private text(unicode: string, value: string, at: number): Node {
    this.shared.onUse({ name: value, how: 'string', at });
    return node('Str', at, [unicode, value]);
  }

  private formatted(kind: string, unicode: string, parts: Part[], at: number): Node {
    return node(kind, at, [
      unicode,
      parts.map((part) => (typeof part === 'string' ? node('Str', at, [part]) : this.field(part, at, kind))),
    ]);
  }

  private field(field: Field, at: number, kind: string): Node {
    const value = this.deeper(() => new Expressions(field.tokens, this.shared).whole(this.scope));
    const conversion = field.conversion ?? (field.shown !== null && field.spec === null ? 'r' : '');
    const spec = field.spec === null ? null : this.formatted('JoinedStr', '', joined(field.spec), at);
    const source =
      kind === 'TemplateStr'
        ? field.source.trim().replace(/[^\w]/g, (sign) => `\\${sign.codePointAt(0)!.toString(16)};`)
        : '';
    return node('FormattedValue', at, [value, conversion, spec, source]);
  }

  /** All tokens as one expression. */
  private whole(scope: Scope): Node {
    const value = this.within(scope, () => this.starredOrYield());
    if (this.next.type !== 'end')
      throw this.unexpected('the field of a formatted string should end before it');
    return value;
  }
}

/** Texts side by side are one, empty ones none; a field that shows its source begins with it. */
function joined(parts: Part[]): Part[] {
  const all: Part[] = [];
  for (const part of parts.flatMap((one) =>
    typeof one !== 'string' && one.shown !== null ? [one.shown, one] : [one],
  )) {
    const last = all.at(-1);
    if (part === '') continue;
    if (typeof part === 'string' && typeof last === 'string') all[all.length - 1] = last + part;
    else all.push(part);
  }
  return all;
}
