import type { Use } from './grammar/cursor.ts';

/** What runs a text as code, and what hands out all that does. Under no name of its own may a file hold them: an alias is one step away. */
const NAMES = ['exec', 'eval', 'compile', '__import__', 'builtins', '__builtins__'];
const MODULES = ['marshal', 'builtins', 'code', 'codeop', 'runpy'];
/** `model.eval` and `torch.compile` are others' own; these lead from any function to the built-in ones. */
const ATTRIBUTES = ['__builtins__', '__import__', '__globals__', '__subclasses__', 'f_builtins', 'f_globals'];
/** As the key or the argument that asks for one. `"eval"` and `"compile"` are everyday words. */
const STRINGS = ['exec', '__import__', 'builtins', '__builtins__', 'marshal', 'f_builtins', '__globals__'];

/** How a piece of a file may run code that its reader does not see; null when it does not. */
export function hidden({ name, how }: Use): string | null {
  if (how === 'name') return NAMES.includes(name) ? `uses the name \`${name}\`` : null;
  if (how === 'module') return MODULES.includes(name) ? `imports \`${name}\`` : null;
  if (how === 'attribute') return ATTRIBUTES.includes(name) ? `uses \`.${name}\`` : null;
  return STRINGS.includes(name) ? `names \`${name}\` in a string` : null;
}
