import { Expressions } from './expressions.ts';
import { type Node, node } from './node.ts';
import { NotPython } from './problem.ts';

/** The patterns of `match`. */
export class Patterns extends Expressions {
  /** After `case`: one pattern, or several without brackets, which are a sequence. */
  protected patterns(): Node {
    const { at } = this.next;
    const first = this.starPattern() ?? this.pattern();
    if (!this.is(',')) {
      if (first.kind === 'MatchStar') throw new NotPython('a starred pattern stands alone', at);
      return first;
    }
    const items = [first];
    while (this.take(',') && !this.is(':', 'if')) items.push(this.starPattern() ?? this.pattern());
    return this.sequence(at, items);
  }

  private sequence(at: number, items: Node[]): Node {
    if (items.filter((one) => one.kind === 'MatchStar').length > 1)
      throw new NotPython('two stars stand in one pattern', at);
    return node('MatchSequence', at, [items]);
  }

  private starPattern(): Node | null {
    const { at } = this.next;
    return this.take('*') ? node('MatchStar', at, [this.captured()]) : null;
  }

  /** A name that is bound; null for `_`, which binds nothing. */
  private captured(): string | null {
    const name = this.binding();
    return name === '_' ? null : name;
  }

  private pattern(): Node {
    return this.deeper(() => {
      const { at } = this.next;
      const some = [this.closed()];
      while (this.take('|')) some.push(this.closed());
      const one = some.length === 1 ? some[0]! : node('MatchOr', at, [some]);
      if (!this.take('as')) return one;
      if (this.is('_')) throw this.unexpected('a name is missing before it');
      return node('MatchAs', at, [one, this.binding()]);
    });
  }

  private closed(): Node {
    const { at, type } = this.next;
    if (type === 'string') return this.textPattern();
    if (type === 'number' || this.is('-')) return node('MatchValue', at, [this.numberPattern()]);
    if (this.is('None', 'True', 'False')) {
      this.at += 1;
      return node('MatchSingleton', at, [this.tokens[this.at - 1]!.text]);
    }
    if (this.take('(')) return this.grouped(at);
    if (this.take('['))
      return this.sequence(at, this.list(']', () => this.starPattern() ?? this.pattern()).items);
    if (this.take('{')) return this.mapping(at);
    if (!this.isName) throw this.unexpected('a pattern is missing before it');
    return this.namePattern();
  }

  private textPattern(): Node {
    const value = this.strings();
    if (value.kind !== 'Str' && value.kind !== 'Bytes')
      throw new NotPython('a formatted string is no pattern', value.at);
    return node('MatchValue', value.at, [value]);
  }

  /** `-1`, `1 + 2j`. */
  private numberPattern(): Node {
    const real = this.signed();
    if (!this.is('+', '-')) return real;
    const operator = this.next.text;
    this.at += 1;
    const imaginary = this.next;
    if (!imaginary.text.startsWith('j')) throw this.unexpected('an imaginary number is missing before it');
    this.at += 1;
    return node('BinOp', real.at, [real, operator, node('Number', imaginary.at, [imaginary.text])]);
  }

  private signed(): Node {
    const { at } = this.next;
    const minus = this.take('-');
    const { text } = this.next;
    if (!this.takeType('number')) throw this.unexpected('a number is missing before it');
    const number = node('Number', at, [text]);
    return minus ? node('UnaryOp', at, ['-', number]) : number;
  }

  private grouped(at: number): Node {
    const { items, comma } = this.list(')', () => this.starPattern() ?? this.pattern());
    const isOne = items.length === 1 && !comma && items[0]!.kind !== 'MatchStar';
    return isOne ? items[0]! : this.sequence(at, items);
  }

  private mapping(at: number): Node {
    const keys: Node[] = [];
    const values: Node[] = [];
    let rest: string | null = null;
    this.list('}', () => {
      if (rest !== null) throw this.unexpected('nothing may follow `**`');
      if (this.take('**')) {
        rest = this.binding();
        return;
      }
      keys.push(this.key());
      this.expect(':');
      values.push(this.pattern());
    });
    return node('MatchMapping', at, [keys, values, rest]);
  }

  private key(): Node {
    const { at, type, text } = this.next;
    if (type === 'string') return this.strings();
    if (type === 'number' || this.is('-')) return this.numberPattern();
    if (this.is('None', 'True', 'False')) {
      this.at += 1;
      return node('Constant', at, [text]);
    }
    const value = this.dotted();
    if (value.kind === 'Name') throw this.unexpected('a key is a literal or a name with a dot');
    return value;
  }

  protected dotted(): Node {
    const { at } = this.next;
    let value = node('Name', at, [this.name()]);
    while (this.take('.')) value = node('Attribute', at, [value, this.name()]);
    return value;
  }

  private namePattern(): Node {
    const { at } = this.next;
    const value = this.dotted();
    if (this.take('(')) return this.classPattern(value);
    if (value.kind === 'Attribute') return node('MatchValue', at, [value]);
    this.at -= 1;
    return node('MatchAs', at, [null, this.captured()]);
  }

  private classPattern(type: Node): Node {
    const positional: Node[] = [];
    const names: string[] = [];
    const named: Node[] = [];
    this.list(')', () => {
      const following = this.tokens[this.at + 1];
      if (this.isName && following?.type === 'op' && following.text === '=') {
        names.push(this.name());
        this.expect('=');
        named.push(this.pattern());
      } else {
        if (named.length > 0) throw this.unexpected('a positional pattern stands after one with a keyword');
        positional.push(this.pattern());
      }
    });
    return node('MatchClass', type.at, [type, positional, names, named]);
  }
}
