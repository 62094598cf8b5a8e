import { NotPythonError } from '../problem.ts';
import { type Node, node } from './node.ts';
import { Strings } from './strings.ts';

/** What stands in brackets, comprehensions, and tuples without brackets. */
export abstract class Displays extends Strings {
  protected abstract yielded(): Node;
  protected abstract disjunction(): Node;
  protected abstract binary(level: number): Node;

  protected group(at: number): Node {
    if (this.take(')')) return { ...node('Tuple', at, [[]]), grouped: true };
    if (this.is('yield')) {
      const value = this.yielded();
      this.expect(')');
      return { ...value, grouped: true };
    }
    const first = this.star() ?? this.named();
    const loops = this.loops();
    if (loops.length > 0) {
      if (first.kind === 'Starred') throw new NotPythonError('a star cannot stand in a comprehension', at);
      this.expect(')');
      return node('GeneratorExp', at, [first, ...loops]);
    }
    if (this.take(')')) {
      if (first.kind === 'Starred') throw new NotPythonError('a starred expression stands alone', at);
      return { ...first, grouped: true };
    }
    this.expect(',');
    const items = [first, ...this.list(')', () => this.star() ?? this.named()).items];
    return { ...node('Tuple', at, [items], items), grouped: true };
  }

  protected bracketed(at: number): Node {
    if (this.take(']')) return node('List', at, [[]]);
    const first = this.star() ?? this.named();
    const loops = this.loops();
    if (loops.length > 0) {
      if (first.kind === 'Starred') throw new NotPythonError('a star cannot stand in a comprehension', at);
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

  protected braced(at: number): Node {
    if (this.take('}')) return node('Dict', at, [[]]);
    const isDict = this.is('**');
    const first = isDict ? this.pair() : (this.star() ?? this.named());
    if (isDict || this.is(':')) return this.dict(at, isDict ? first : this.pairAfter(first));
    const loops = this.loops();
    if (loops.length > 0) {
      if (first.kind === 'Starred') throw new NotPythonError('a star cannot stand in a comprehension', at);
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
  protected override loops(): Node[] {
    const loops: Node[] = [];
    while (this.is('for') || (this.is('async') && this.tokens[this.at + 1]?.text === 'for')) {
      const { at } = this.next;
      const isAsync = this.take('async');
      if (isAsync && !this.waits)
        throw new NotPythonError('an async comprehension stands outside an async function', at);
      const { block, outer } = this.scope;
      if (loops.length === 0) block.loopsAt = at;
      this.expect('for');
      const target = this.targets();
      this.expect('in');
      // The first is looked up outside the comprehension.
      const around = loops.length === 0 && outer ? outer : this.scope;
      const iterable = this.within({ ...around, iterable: true }, () => this.disjunction());
      const tests: Node[] = [];
      while (this.take('if')) tests.push(this.disjunction());
      loops.push(node('comprehension', at, [isAsync ? 'async' : '', target, iterable, tests]));
    }
    return loops;
  }

  /** What a `for` binds: ends before `in`. */
  protected targets(): Node {
    const target = this.tuple(() => this.star() ?? this.binary(0));
    this.assign(target);
    return target;
  }

  protected tuple(item: () => Node): Node {
    const { at } = this.next;
    const first = item();
    if (!this.is(',')) {
      if (first.kind === 'Starred') throw new NotPythonError('a starred expression stands alone', at);
      return first;
    }
    const items = [first];
    while (this.take(',') && this.startsExpression()) items.push(item());
    return node('Tuple', at, [items], items);
  }

  /** Whether an expression can begin here: after a comma a tuple may end. */
  protected startsExpression(): boolean {
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
}
