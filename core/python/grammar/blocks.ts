import { NotPythonError } from '../problem.ts';
import type { Scope } from './cursor.ts';
import { type Node, node } from './node.ts';
import { SimpleStatements } from './simple-statements.ts';

/** Python's own limit. */
export const MOST_NESTED = 20;

/** Blocks of statements, how deep they may lie in each other, and the functions and classes that have one as their body. */
export abstract class Blocks extends SimpleStatements {
  protected abstract statement(): Node[];

  /** The most of what lies around one of the blocks just read, within its function. */
  protected reached = 0;

  /** After a colon: an indented block, or the rest of the line. */
  protected block(scope: Scope = this.scope): Node[] {
    this.expect(':');
    this.reached = Math.max(this.reached, scope.nested);
    if (scope.nested > MOST_NESTED) throw this.tooNested();
    return this.within(scope, () =>
      this.deeper(() => {
        if (!this.takeType('newline')) return this.line();
        if (!this.takeType('indent')) throw this.unexpected('an indented block is missing before it');
        const body: Node[] = [];
        while (!this.takeType('dedent')) body.push(...this.statement());
        return body;
      }),
    );
  }

  protected tooNested(): NotPythonError {
    return new NotPythonError(
      `more than ${MOST_NESTED} loops, \`with\` and \`try\` lie in each other`,
      this.next.at,
    );
  }

  protected inLoop(): Scope {
    return { ...this.scope, loop: true, nested: this.scope.nested + 1 };
  }

  protected deep(more: number): Scope {
    return { ...this.scope, nested: this.scope.nested + more };
  }

  /** The body of a function or a class, where counting starts again. */
  protected body(scope: Scope): Node[] {
    const { reached } = this;
    const body = this.block(scope);
    this.reached = reached;
    return body;
  }

  protected defined(kind: '' | 'async', decorators: Node[]): Node {
    const { at } = this.next;
    this.expect('def');
    const name = this.binding();
    const around = this.is('[') ? this.inner('types') : this.scope;
    return this.within(around, () => this.definedAs(kind, name, decorators, at));
  }

  private definedAs(kind: '' | 'async', name: string, decorators: Node[], at: number): Node {
    const types = this.typeParameters();
    this.expect('(');
    const scope = this.inner(kind || 'function');
    const parameters = this.parameters(')', true, scope.block);
    this.expect(')');
    const returns = this.take('->') ? this.annotation() : null;
    const body = this.body(scope);
    return node('FunctionDef', at, [kind, name, types, parameters, returns, body, decorators]);
  }

  protected classDefined(decorators: Node[]): Node {
    const { at } = this.next;
    this.expect('class');
    const name = this.binding();
    const around = this.is('[') ? this.inner('types') : this.scope;
    return this.within(around, () => {
      const types = this.typeParameters();
      const bases = this.take('(') ? this.arguments(false) : [[], []];
      const body = this.body(this.inner('class', name));
      return node('ClassDef', at, [name, types, ...bases, body, decorators]);
    });
  }
}
