import type { Use } from './grammar/cursor.ts';
import { Names } from './grammar/names.ts';
import { Statements } from './grammar/statements.ts';
import { hidden } from './hidden.ts';
import { NotPythonError } from './problem.ts';
import { sourceOf } from './source.ts';
import { tokensOf } from './tokens/lexer.ts';

/** A file as Python reads it. */
export interface Program {
  /** Its syntax tree as one text: two programs share it when `ast.dump` does, whatever their formatting. */
  dump: string;
  /** What needs a later Python 3 than some machines have. */
  needs: { minor: number; what: string; line: number }[];
  /** What runs text as code, or unpacks code: a reader cannot read it. */
  hides: { what: string; line: number }[];
}

/** Why Python refuses a file. */
export interface Refused {
  line: number;
  why: string;
  /** Tabs and spaces are mixed, and nothing else is wrong so far. */
  tabs: boolean;
}

/** What Python makes of a file's text, or why it would not run it. */
export function programOf(file: string): Program | Refused {
  let text = '';
  const lineOf = (at: number) => text.slice(0, at).split('\n').length;
  try {
    text = sourceOf(file);
    const needs: Program['needs'] = [];
    const hides: Program['hides'] = [];
    const shared = {
      names: new Names(),
      future: new Set<string>(),
      needs: (minor: number, what: string, at: number) => void needs.push({ minor, what, line: lineOf(at) }),
      onUse: (use: Use) => {
        const what = hidden(use);
        if (what !== null) hides.push({ what, line: lineOf(use.at) });
      },
    };
    const { dump } = new Statements(tokensOf(text, shared.needs), shared).module();
    shared.names.check();
    return { dump, needs, hides };
  } catch (error) {
    if (!(error instanceof NotPythonError)) throw error;
    return { line: lineOf(error.at), why: error.message, tabs: error.tabs };
  }
}
