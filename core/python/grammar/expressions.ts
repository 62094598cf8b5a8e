import { NotPythonError } from '../problem.ts';
import type { Field } from '../tokens/token.ts';
import type { Scope } from './cursor.ts';
import { Displays } from './displays.ts';
import { type Node, node } from './node.ts';

/** Python's expressions, by their grammar: operators, and what binds more strongly. */

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=', 'in', 'is', 'not'];
/** Operators that take two, the weakest first. */
const BINARY = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '//', '%', '@']];

export class Expressions extends Displays {
  /** Several, with stars, maybe a tuple: what may stand behind `=` and `return`. */
  protected starred(): Node {
    return this.tuple(() => this.star() ?? this.expression());
  }

  protected starredOrYield(): Node {
    return this.is('yield') ? this.yielded() : this.starred();
  }

  protected override star(): Node | null {
    const { at } = this.next;
    if (!this.take('*')) return null;
    const value = this.binary(0);
    return node('Starred', at, [value], [value]);
  }

  protected override yielded(): Node {
    const { at } = this.next;
    this.expect('yield');
    const { block } = this.scope;
    if (block.kind === 'comprehension') throw new NotPythonError('`yield` stands in a comprehension', at);
    if (block.kind !== 'function' && block.kind !== 'async')
      throw new NotPythonError('`yield` stands outside a function', at);
    this.shared.names.add(block, '', 'yields', at);
    if (this.take('from')) {
      if (block.kind === 'async') throw new NotPythonError('`yield from` stands in an async function', at);
      return node('YieldFrom', at, [this.expression()]);
    }
    return node('Yield', at, [this.startsExpression() ? this.starred() : null]);
  }

  /** An expression, or a name with `:=`. */
  protected override named(): Node {
    const { at } = this.next;
    const following = this.tokens[this.at + 1];
    if (this.isName && following?.type === 'op' && following.text === ':=') {
      const name = this.boundHere();
      this.at += 1;
      return node('NamedExpr', at, [name, this.expression()]);
    }
    return this.expression();
  }

  /** The name of `:=`, which belongs to the function around all comprehensions. */
  private boundHere(): string {
    const { at } = this.next;
    if (this.scope.iterable)
      throw new NotPythonError('`:=` stands within what a comprehension goes over', at);
    let around = this.scope.block;
    if (around.kind === 'types') throw new NotPythonError('`:=` stands in an annotation', at);
    while (around.kind === 'comprehension' || around.kind === 'types') around = around.parent!;
    if (around === this.scope.block) return this.binding();
    if (around.kind === 'class') throw new NotPythonError('`:=` stands in a comprehension of a class', at);
    const name = this.binding('walrus');
    this.shared.names.add(around, name, 'bind', at);
    return name;
  }

  protected override expression(): Node {
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
    const scope = this.inner('function');
    const parameters = this.parameters(':', false, scope.block);
    this.expect(':');
    const body = this.within(scope, () => this.expression());
    return node('Lambda', at, [parameters, body]);
  }

  protected override disjunction(): Node {
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
  protected override binary(level: number): Node {
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
    if (!this.waits) throw new NotPythonError('`await` stands outside an async function', at);
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

  private subscript(): Node {
    const { at } = this.next;
    const { items, comma } = this.list(']', () => {
      const star = this.next.at;
      if (this.is('*')) this.shared.needs(11, 'a star within an index', star);
      return this.star() ?? this.slice();
    });
    if (items.length === 0) throw new NotPythonError('an index is missing', at);
    const one = items.length === 1 && !comma && items[0]!.kind !== 'Starred';
    return one ? items[0]! : node('Tuple', at, [items], items);
  }

  private slice(): Node {
    const { at } = this.next;
    const part = () => (this.is(':', ',', ']') ? null : this.expression());
    const lower = this.is(':') ? null : this.named();
    if (!this.take(':')) return lower!;
    if (lower?.kind === 'NamedExpr' && !lower.grouped) throw this.unexpected('`:=` needs brackets here');
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
      this.shared.names.add(this.scope.block, name, 'use', at);
      return node('Name', at, [name]);
    }
    if (this.take('(')) return this.held(true, () => this.group(at));
    if (this.take('[')) return this.held(false, () => this.bracketed(at));
    if (this.take('{')) return this.held(false, () => this.braced(at));
    throw this.unexpected('an expression is missing before it');
  }

  /** All tokens as one expression. */
  private whole(scope: Scope): Node {
    const value = this.within(scope, () => this.starredOrYield());
    if (this.next.type !== 'end')
      throw this.unexpected('the field of a formatted string should end before it');
    return value;
  }

  protected override expressionIn(field: Field): Node {
    return new Expressions(field.tokens, this.shared).whole(this.scope);
  }
}
