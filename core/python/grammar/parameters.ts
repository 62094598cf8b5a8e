import { NotPythonError } from '../problem.ts';
import { Cursor } from './cursor.ts';
import type { Block } from './names.ts';
import { type Node, node } from './node.ts';

/** What a function takes, and what a call hands it. */
export abstract class Parameters extends Cursor {
  protected abstract expression(): Node;
  protected abstract named(): Node;
  protected abstract star(): Node | null;
  protected abstract loops(): Node[];

  /** Of a call or a class: positional ones, then those with keywords. */
  protected arguments(isCall: boolean): [Node[], Node[]] {
    return this.held(true, () => this.argumentsHere(isCall));
  }

  private argumentsHere(isCall: boolean): [Node[], Node[]] {
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
        const name = this.binding(null);
        this.expect('=');
        if (known.has(name)) throw new NotPythonError(`the keyword \`${name.slice(0, 40)}\` is repeated`, at);
        known.add(name);
        keywords.push(node('keyword', at, [name, this.expression()]));
      } else if (this.take('*')) {
        if (unpacked) throw new NotPythonError('`*` stands after `**`', at);
        const value = this.expression();
        positional.push(node('Starred', at, [value], [value]));
      } else {
        if (unpacked || keywords.length > 0)
          throw new NotPythonError('a positional argument stands after one with a keyword', at);
        const value = this.named();
        const loops = value.kind === 'Starred' ? [] : this.loops();
        positional.push(loops.length > 0 ? node('GeneratorExp', at, [value, ...loops]) : value);
        if (loops.length > 0) return at;
      }
      return -1;
    });
    const bare = items.find((one) => one >= 0);
    if (bare !== undefined && (items.length > 1 || comma || !isCall))
      throw new NotPythonError('a generator beside other arguments needs brackets', bare);
    return [positional, keywords];
  }

  /** Of a function or a lambda, up to the closing sign, which is left. */
  protected parameters(close: string, annotated: boolean, block: Block): Node {
    const { at } = this.next;
    const dump: (Node | string)[] = [];
    let phase: 'any' | 'default' | 'keyword' | 'over' = 'any';
    let bare = false;
    while (!this.is(close)) {
      const { at: here } = this.next;
      if (phase === 'over') throw this.unexpected('nothing may follow `**`');
      if (this.take('/')) {
        if (dump.length === 0 || dump.includes('/') || phase === 'keyword')
          throw new NotPythonError('`/` stands in a wrong place', here);
        dump.push('/');
      } else if (this.take('**')) {
        if (bare) throw new NotPythonError('a name is missing after `*`', here);
        dump.push('**', this.parameter(annotated, false, block));
        phase = 'over';
      } else if (this.is('*')) {
        if (phase === 'keyword') throw this.unexpected('one star is enough');
        this.at += 1;
        phase = 'keyword';
        bare = this.is(',');
        dump.push('*', ...(bare ? [] : [this.parameter(annotated, true, block)]));
        if (this.is(close) && bare) throw this.unexpected('a name is missing');
      } else {
        const name = this.parameter(annotated, false, block);
        const value = this.take('=') ? this.expression() : null;
        if (value === null && phase === 'default')
          throw new NotPythonError('a parameter without a default follows one that has one', here);
        if (value !== null && phase === 'any') phase = 'default';
        bare = false;
        dump.push(name, ...(value ? ['=', value] : []));
      }
      if (!this.is(close)) this.expect(',');
    }
    if (bare) throw this.unexpected('a name is missing after `*`');
    return node('arguments', at, dump);
  }

  private parameter(annotated: boolean, starred: boolean, block: Block): Node {
    const { at } = this.next;
    const name = this.binding('parameter', block);
    if (!annotated || !this.take(':')) return node('arg', at, [name, null]);
    return node('arg', at, [name, this.annotation(starred)]);
  }

  /** Where annotations are kept as text, nothing in them happens in the function around. */
  protected annotation(starred = false): Node {
    const read = () => (starred ? this.star() : null) ?? this.expression();
    return this.shared.future.has('annotations') ? this.within(this.inner('types'), read) : read();
  }

  /**
   * What brackets hold, whose opening one was just read: a comprehension is a scope of its own.
   * @param lazy a generator, if it is one
   */
  protected held<T>(lazy: boolean, read: () => T): T {
    return this.deeper(() => {
      if (!this.comprehensions.has(this.at - 1)) return read();
      return this.within({ ...this.inner('comprehension'), lazy }, read);
    });
  }
}
