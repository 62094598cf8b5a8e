import { NotPythonError } from '../problem.ts';

/** What Python's symbol table checks once a file is parsed: whose each name is, and what `global` and `nonlocal` make of it. */

/** A piece of code with names of its own. */
export interface Block {
  kind: 'module' | 'class' | 'function' | 'async' | 'comprehension' | 'types';
  parent: Block | null;
  /** The class around it, whose name private names take on. */
  owner: string | null;
  /** Of a comprehension: where its first `for` stands. */
  loopsAt: number;
}

export type How =
  | ('use' | 'bind' | 'import' | 'parameter' | 'annotated' | 'global' | 'nonlocal')
  /** What a comprehension goes through, and what `:=` binds within one. */
  | ('item' | 'walrus')
  /** Of a function, without a name. */
  | ('yields' | 'returns a value');

interface Entry {
  block: Block;
  name: string;
  how: How;
  at: number;
}

/** All names of a file in the order of their places. */
export class Names {
  private readonly entries: Entry[] = [];

  get length(): number {
    return this.entries.length;
  }

  /** Forgets what was read since then, and turned out to be something else. */
  forget(length: number): void {
    this.entries.length = length;
  }

  add(block: Block, name: string, how: How, at: number): void {
    this.entries.push({ block, name: mangled(name, block.owner), how, at });
  }

  /** @throws NotPythonError for what Python refuses though it parses it */
  check(): void {
    const table = new Table();
    for (const entry of this.entries) {
      refuse(entry, table);
      table.put(entry);
    }
    for (const entry of this.entries) {
      if (entry.how === 'nonlocal' && !isBound(entry, table))
        throw new NotPythonError(`no function around it binds \`${shown(entry.name)}\``, entry.at);
      if (entry.how === 'walrus') notAnItem(entry, table);
    }
  }
}

/** Each block's names, with where each was first met in which way. */
class Table {
  private readonly blocks = new Map<Block, Map<string, Map<How, number>>>();

  of(block: Block, name: string): Map<How, number> {
    return this.blocks.get(block)?.get(name) ?? new Map();
  }

  put({ block, name, how, at }: Entry): void {
    const names = this.blocks.get(block) ?? new Map<string, Map<How, number>>();
    const known = names.get(name) ?? new Map<How, number>();
    if (!known.has(how)) known.set(how, at);
    this.blocks.set(block, names.set(name, known));
  }
}

function refuse({ block, name, how, at }: Entry, table: Table): void {
  const known = table.of(block, name);
  const word = `\`${shown(name)}\``;
  const fail = (why: string): never => {
    throw new NotPythonError(why, at);
  };
  switch (how) {
    case 'parameter':
      if (known.has('parameter')) fail(`the parameter ${word} is repeated`);
      return;
    case 'annotated':
      if (block.kind !== 'module' && (known.has('global') || known.has('nonlocal')))
        fail(`${word} is global or nonlocal, and cannot be annotated`);
      return;
    case 'global':
    case 'nonlocal':
      if (known.has('parameter')) fail(`${word} is a parameter and ${how}`);
      if (known.has('use') || known.has('bind') || known.has('annotated'))
        fail(`${word} is used before it is declared ${how}`);
      if (known.has(how === 'global' ? 'nonlocal' : 'global')) fail(`${word} is nonlocal and global`);
      return;
    case 'yields':
    case 'returns a value': {
      const other = how === 'yields' ? 'returns a value' : 'yields';
      if (block.kind === 'async' && table.of(block, '').has(other))
        fail('an async generator returns a value');
    }
  }
}

const BOUND: How[] = ['bind', 'import', 'parameter', 'annotated'];

/** Whether a function around it has the name for its own. */
function isBound({ block, name }: Entry, table: Table): boolean {
  for (let around = block.parent; around && around.kind !== 'module'; around = around.parent) {
    if (around.kind === 'class') {
      if (name === '__class__') return true;
      continue;
    }
    const known = table.of(around, name);
    if (known.has('global')) return false;
    if (known.has('nonlocal')) continue;
    if (BOUND.some((how) => known.has(how))) return true;
  }
  return false;
}

/** `:=` may not bind what a comprehension around it goes through. The loops are looked at before what is made of each item. */
function notAnItem({ block, name, at }: Entry, table: Table): void {
  for (let around: Block | null = block; around?.kind === 'comprehension'; around = around.parent) {
    const item = table.of(around, name).get('item');
    if (item !== undefined && (around === block || item < at || at < around.loopsAt))
      throw new NotPythonError(`\`:=\` binds \`${shown(name)}\`, which a comprehension goes through`, at);
  }
}

/** A private name of a class, as Python keeps it. */
function mangled(name: string, owner: string | null): string {
  const plain = owner?.replace(/^_+/, '') ?? '';
  return plain === '' || !name.startsWith('__') || name.endsWith('__') ? name : `_${plain}${name}`;
}

function shown(name: string): string {
  return name.slice(0, 40);
}
