import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Who may import whom, as docs/design.md says it. Tests and their fixtures may import anything. */

const root = dirname(fileURLToPath(import.meta.url));
const FOLDERS = ['core', 'memory', 'app', 'action', 'runner', 'cli', 'emulator', 'setup', 'testing'];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/\.test\.ts$|(^|\/)(testing|fixtures|stories|dist|node_modules)\//.test(path));
}

/** What a file imports: paths from the root, or the names of packages. */
function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import '([^']+)'/g,
    ),
  ].map((match) => {
    const name = (match[1] ?? match[2] ?? match[3])!;
    return name.startsWith('.') ? relative(root, resolve(root, dirname(path), name)) : name;
  });
}

const all = FOLDERS.flatMap(sources).map((path) => ({ path, imports: importsOf(path) }));
const under = (...folders: string[]) =>
  all.filter(({ path }) => folders.some((folder) => path.startsWith(folder)));

/** Imports of `files` that `allowed` does not know, as lines a reader can act on. */
function strays(files: typeof all, allowed: (imported: string, path: string) => boolean): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.filter((one) => !allowed(one, path)).map((one) => `${path} imports ${one}`),
  );
}

const isOurs = (name: string) => FOLDERS.some((folder) => name.startsWith(`${folder}/`));
const startsWith =
  (...folders: string[]) =>
  (name: string) =>
    folders.some((folder) => name === folder || name.startsWith(folder));

describe('imports', () => {
  it('are found at all', () => {
    expect(all.length).toBeGreaterThan(50);
    expect(importsOf('app/reconcile.ts')).toContain('app/decide/plan.ts');
  });

  it('of the core are parsers and the core: everybody may import it', () => {
    const parsers = startsWith('zod', 'yaml', 'diff', 'markdown-it', '@lezer/python', 'node:crypto', 'core/');
    expect(strays(under('core/'), parsers)).toEqual([]);
  });

  it('of the nouns are zod and the core', () => {
    expect(strays(under('app/model'), startsWith('zod', 'app/model/', 'core/'))).toEqual([]);
  });

  it('of decisions are nouns, sentences and the core: no GitHub, no Node', () => {
    const pure = startsWith('core/', 'app/decide/', 'app/model/', 'app/say/');
    expect(strays(under('app/decide', 'app/say'), pure)).toEqual([]);
  });

  it('keep intake, decisions and effects apart', () => {
    expect(strays(under('app/intake'), (name) => !startsWith('app/decide/', 'app/effects/')(name))).toEqual(
      [],
    );
    expect(strays(under('app/effects'), (name) => !startsWith('app/decide/', 'app/intake/')(name))).toEqual(
      [],
    );
  });

  it('of Octokit stay in github/ and in what starts the bot', () => {
    const knows = startsWith(
      'app/github/',
      'app/flow/bot.ts',
      'app/sweep/',
      'app/serve/',
      'app/create-app/',
      'app/register-machine/',
    );
    const octokit = startsWith('@octokit/', 'octokit', 'probot');
    expect(strays(under('app'), (name, path) => !octokit(name) || knows(path))).toEqual([]);
  });

  it('of the action reach the runner and never the app; the runner reaches neither', () => {
    const setup = startsWith('setup/paths.mjs');
    expect(
      strays(
        under('action'),
        (name) => !isOurs(name) || startsWith('action/', 'runner/', 'core/')(name) || setup(name),
      ),
    ).toEqual([]);
    expect(
      strays(under('runner'), (name) => !isOurs(name) || startsWith('runner/', 'core/')(name) || setup(name)),
    ).toEqual([]);
  });

  it('make the emulator a stranger', () => {
    const setup = startsWith('setup/paths.mjs');
    expect(
      strays(under('emulator'), (name) => !isOurs(name) || startsWith('emulator/')(name) || setup(name)),
    ).toEqual([]);
  });

  it('of the memory are the core, and of the command line the memory and the core', () => {
    const setup = startsWith('setup/');
    const memory = startsWith('core/', 'memory/');
    expect(strays(under('memory/'), (name) => !isOurs(name) || memory(name) || setup(name))).toEqual([]);
    const cli = startsWith('core/', 'memory/', 'cli/', 'runner/');
    expect(strays(under('cli/'), (name) => !isOurs(name) || cli(name) || setup(name))).toEqual([]);
    const others = all.filter(({ path }) => !path.startsWith('cli/'));
    expect(strays(others, (name) => !name.startsWith('cli/'))).toEqual([]);
  });

  it('of what people run reach no help of tests', () => {
    expect(strays(all, (name) => !name.startsWith('testing/'))).toEqual([]);
  });

  it('let setup run before anything is installed', () => {
    expect(strays(under('setup'), startsWith('node:', 'setup/'))).toEqual([]);
  });

  it('go round in no circle inside the app', () => {
    const edges = new Map(
      under('app').map(({ path, imports }) => [path, imports.filter((name) => name.startsWith('app/'))]),
    );
    const done = new Set<string>();
    const visit = (path: string, trail: string[]): void => {
      if (trail.includes(path))
        throw new Error(`circle: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}`);
      if (done.has(path)) return;
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of edges.keys()) visit(path, []);
  });
});
