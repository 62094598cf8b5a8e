import { NotPythonError } from '../problem.ts';
import type { Field, Part, Token } from '../tokens/token.ts';
import { type Node, node } from './node.ts';
import { Parameters } from './parameters.ts';

/** Strings, and the fields of formatted ones. */
export abstract class Strings extends Parameters {
  /** The expression of a field. */
  protected abstract expressionIn(field: Field): Node;

  /** Strings side by side are one. */
  protected strings(): Node {
    const { at } = this.next;
    const run: NonNullable<Token['string']>[] = [];
    for (; this.next.type === 'string'; this.at += 1) run.push(this.next.string!);
    const kinds = new Set(run.map((one) => one.kind));
    if (kinds.has('bytes') && kinds.size > 1)
      throw new NotPythonError('bytes and text stand side by side', at);
    if (kinds.has('template') && kinds.size > 1)
      throw new NotPythonError('a template string stands beside another', at);
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
    const value = this.deeper(() => this.expressionIn(field));
    const conversion = field.conversion ?? (field.shown !== null && field.spec === null ? 'r' : '');
    const spec = field.spec === null ? null : this.formatted('JoinedStr', '', joined(field.spec), at);
    const source =
      kind === 'TemplateStr'
        ? field.source.trim().replace(/[^\w]/g, (sign) => `\\${sign.codePointAt(0)!.toString(16)};`)
        : '';
    return node('FormattedValue', at, [value, conversion, spec, source]);
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
