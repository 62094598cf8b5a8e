import { readdirSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unreadable } from './readable.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const MAIN = read('train/train.py');
/** All but one, whose weights hold `eval` when they are read. */
const ZOO = readdirSync(new URL('runner/zoo/', ROOT)).filter(
  (name) => name.endsWith('.py') && name !== 'code_in_the_weights.py',
);

const packed = deflateSync(Buffer.from(MAIN)).toString('base64');

describe('unreadable code is refused', () => {
  it.each([
    ['exec', 'exec(text)', 'uses the name `exec`'],
    ['eval', 'x = eval(text)', 'uses the name `eval`'],
    ['compile', 'compile(text, "", "exec")', 'uses the name `compile`'],
    ['__import__', '__import__("zlib")', 'uses the name `__import__`'],
    ['marshal', 'from marshal import loads', 'imports `marshal`'],
    ['an alias', 'e = eval\ne(text)', 'uses the name `eval`'],
    ['an alias among others', 'a, b = print, exec', 'uses the name `exec`'],
    ['an alias as a default', 'def f(run=exec): run(text)', 'uses the name `exec`'],
    ['an alias by map', 'list(map(eval, texts))', 'uses the name `eval`'],
    ['a decorator', '@eval\ndef f(): pass', 'uses the name `eval`'],
    ['an alias in a field', 'f"{exec}"', 'uses the name `exec`'],
    ['getattr', 'import builtins\ngetattr(builtins, "ev" + "al")', 'imports `builtins`'],
    ['another name of builtins', 'import os, builtins as b\nb.exec(text)', 'imports `builtins`'],
    ['an import of one name', 'from builtins import exec as x', 'imports `builtins`'],
    ['an import by name', 'importlib.import_module("builtins")', 'names `builtins` in a string'],
    ['an import spelt in escapes', 'importlib.import_module("\\x62uiltins")', 'names `builtins` in a string'],
    ['an import in two strings', 'importlib.import_module("buil" "tins")', 'names `builtins` in a string'],
    ['globals', 'globals()["exec"](text)', 'names `exec` in a string'],
    ['globals of builtins', 'globals()["__builtins__"]', 'names `__builtins__` in a string'],
    ['__builtins__', 'vars(__builtins__)', 'uses the name `__builtins__`'],
    ['a function’s globals', 'main.__globals__', 'uses `.__globals__`'],
    ['subclasses', '().__class__.__base__.__subclasses__()', 'uses `.__subclasses__`'],
    ['a name in other letters', 'ｅxec(text)', 'uses the name `exec`'],
    ['within a function of a class', 'class A:\n  def f(self):\n    return [exec for _ in x]', 'line 3 uses'],
  ])('%s', (_what, code, problem) => {
    const file = `${code}\n`;
    expect(unreadable(file).join('\n')).toContain(problem);
    expect(unreadable(file)[0]).toContain('write the code itself');
  });

  it.each([
    ['a long run', `x = "${packed}"\n`, 'without a blank: packed data'],
    ['rows', `x = """\n${packed.match(/.{1,76}/g)!.join('\n')}\n"""\n`, 'packed data'],
    ['rows of strings', `x = (\n${packed.replace(/.{1,70}/g, '    "$&"\n')})\n`, 'packed data'],
    ['a comment', `# ${packed}\n`, 'packed data'],
  ])('packed data: %s', (_what, file, problem) => {
    expect(unreadable(file).join('\n')).toContain(problem);
  });

  it('a file that Python refuses is refused with its line', () => {
    expect(unreadable('x = 0or 1\n').join('\n')).toContain('has no digits');
    expect(unreadable('x = 1\nx = (\n').join('\n')).toContain('line 2 is no Python');
  });
});

describe('what people write passes', () => {
  it.each([
    ['main’s file', MAIN],
    ...ZOO.map((name): [string, string] => [name, read(`runner/zoo/${name}`)]),
  ])('%s', (_name, file) => {
    expect(unreadable(file)).toEqual([]);
  });

  it.each([
    ['model = torch.compile(model, dynamic=False)'],
    ['@torch.compile\ndef f(x): return x'],
    ['model.eval()'],
    ['net = getattr(model, "eval")()'],
    ['words = re.compile(r"\\w+")'],
    ['df.eval("a + b")'],
    ['losses = {"train": [], "eval": []}'],
    ['parser.add_argument("--compile", action="store_true")'],
    ['train(model, compile=True, eval=None)'],
    ['class Net:\n  def eval(self): return self.train(False)'],
    ['from torch import compile as compiled'],
    ['if hasattr(torch, "compile"): model = torch.compile(model)'],
    ['import importlib\nnumpy = importlib.import_module("numpy")'],
    ['"""Runs exec and eval of text: never here."""'],
    ['# eval(x) was slower'],
    ['super().__init__()\nf.__name__, f.__class__'],
    [`x = [\n${'    0.125, 0.25, 0.5, 1.0, 0.125, 0.25, 0.5, 1.0, 0.125, 0.25, 0.5,\n'.repeat(40)}]`],
  ])('%s', (code) => {
    expect(unreadable(`${code}\n`)).toEqual([]);
  });
});
