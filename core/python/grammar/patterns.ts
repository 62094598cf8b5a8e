import { NotPythonError } from '../problem.ts';
import { Expressions } from './expressions.ts';
import { type Node, node } from './node.ts';

/** The patterns of `match`. */
export class Patterns extends Expressions {
  /** After `case`: one pattern, or several without brackets, which are a sequence. */
  protected patterns(): Node {
    const { at } = this.next;
    this.bound = new Set();
    const first = this.starPattern() ?? this.pattern();
    if (!this.is(',')) {
      if (first.kind === 'MatchStar') throw new NotPythonError('a starred pattern stands alone', at);
      return first;
    }
    const items = [first];
    while (this.take(',') && !this.is(':', 'if')) items.push(this.starPattern() ?? this.pattern());
    return this.sequence(at, items);
  }

  private sequence(at: number, items: Node[]): Node {
    if (items.filter((one) => one.kind === 'MatchStar').length > 1)
      throw new NotPythonError('two stars stand in one pattern', at);
    return node('MatchSequence', at, [items]);
  }

  private starPattern(): Node | null {
    const { at } = this.next;
    return this.take('*') ? node('MatchStar', at, [this.captured()]) : null;
  }

  /** Names that the current pattern has bound so far. */
  private bound = new Set<string>();

  /** A name that is bound; null for `_`, which binds nothing. */
  private captured(): string | null {
    const { at } = this.next;
    if (this.is('_')) {
      this.at += 1;
      return null;
    }
    const name = this.binding();
    if (this.bound.has(name))
      throw new NotPythonError(`the pattern binds \`${name.slice(0, 40)}\` twice`, at);
    this.bound.add(name);
    return name;
  }

  /** One of several that are tried in turn: whichever fits, the same names are bound. */
  private alternatives(): Node[] {
    const { at } = this.next;
    const before = this.bound;
    const found: { pattern: Node; names: Set<string> }[] = [];
    do {
      if (found.some(({ pattern }) => takesAll(pattern)))
        throw new NotPythonError('the pattern before `|` takes everything', at);
      this.bound = new Set();
      found.push({ pattern: this.closed(), names: this.bound });
    } while (this.take('|'));
    const { names } = found[0]!;
    if (found.some((one) => !sameNames(one.names, names)))
      throw new NotPythonError('patterns with `|` between them bind different names', at);
    if ([...names].some((name) => before.has(name)))
      throw new NotPythonError('the pattern binds a name twice', at);
    this.bound = new Set([...before, ...names]);
    return found.map(({ pattern }) => pattern);
  }

  private pattern(): Node {
    return this.deeper(() => {
      const { at } = this.next;
      const some = this.alternatives();
      const one = some.length === 1 ? some[0]! : node('MatchOr', at, [some], some);
      if (!this.take('as')) return one;
      return node('MatchAs', at, [one, this.target()], [one]);
    });
  }

  /** A name that is bound, and not `_`. */
  private target(): string {
    if (this.is('_')) throw this.unexpected('a name is missing before it');
    return this.captured()!;
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
      throw new NotPythonError('a formatted string is no pattern', value.at);
    return node('MatchValue', value.at, [value]);
  }

  /** `-1`, `1 + 2j`. */
  private numberPattern(): Node {
    const isReal = !this.tokens[this.at + (this.is('-') ? 1 : 0)]!.text.startsWith('j');
    const real = this.signed();
    if (!isReal || !this.is('+', '-')) return real;
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
        rest = this.target();
        return;
      }
      const { at: here } = this.next;
      const key = this.key();
      if (keys.some((one) => one.kind !== 'Attribute' && sameKey(one, key)))
        throw new NotPythonError('a key stands twice in the pattern', here);
      keys.push(key);
      this.expect(':');
      values.push(this.pattern());
    });
    return node('MatchMapping', at, [keys, values, rest]);
  }

  private key(): Node {
    const { at, type, text } = this.next;
    if (type === 'string') {
      const value = this.strings();
      if (value.kind === 'Str' || value.kind === 'Bytes') return value;
      throw new NotPythonError('a formatted string is no key', at);
    }
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
    const name = this.name();
    let value = node('Name', at, [name]);
    if (this.is('.', '(')) this.shared.names.add(this.scope.block, name, 'use', at);
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
        const { at } = this.next;
        const name = this.binding(null);
        if (names.includes(name))
          throw new NotPythonError(`\`${name.slice(0, 40)}\` stands twice in the pattern`, at);
        names.push(name);
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

function sameNames(one: Set<string>, other: Set<string>): boolean {
  return one.size === other.size && [...one].every((name) => other.has(name));
}

/** Whether a pattern fits whatever it meets. */
export function takesAll({ kind, items }: Node): boolean {
  if (kind === 'MatchOr') return takesAll(items.at(-1)!);
  return kind === 'MatchAs' && (items.length === 0 || takesAll(items[0]!));
}

/** Python holds 1, 1.0 and True for one key. */
function sameKey(one: Node, other: Node): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf({ kind, dump }: Node): string {
  if (kind === 'Str') return dump.replace(' "u"', ' ""');
  const truth = /^\(Constant "(True|False)"\)$/.exec(dump)?.[1];
  if (truth !== undefined) return truth === 'True' ? '1' : '0';
  const number = /^(\(UnaryOp "-" )?\(Number "[if]([^"]+)"\)/.exec(dump);
  if (!number || kind === 'BinOp') return dump;
  return String(Number(number[2]) * (number[1] ? -1 : 1) || 0);
}
