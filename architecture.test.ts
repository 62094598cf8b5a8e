import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Who may import whom, as docs/design.md says it. Tests and their fixtures may import anything. */

const root = dirname(fileURLToPath(import.meta.url));
const FOLDERS = ['core', 'app', 'action', 'runner', 'agent', 'emulator', 'results', 'setup'];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/\.test\.ts$|\/(testing|fixtures|stories|dist|node_modules)\//.test(path));
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

  it('of the core are zod and the core: everybody may import it', () => {
    expect(strays(under('core'), startsWith('zod', 'core/'))).toEqual([]);
  });

  it('of the contracts are zod alone', () => {
    const contracts = [...under('runner/contract'), ...under('core/formats/result.ts')];
    expect(strays(contracts, startsWith('zod', 'runner/contract/'))).toEqual([]);
  });

  it('of the nouns are zod and the contracts', () => {
    expect(
      strays(
        under('app/model'),
        startsWith('zod', 'app/model/', 'runner/contract/', 'core/formats/result.ts'),
      ),
    ).toEqual([]);
  });

  it('of decisions are nouns, contracts and pure parsers: no GitHub, no Node', () => {
    const pure = startsWith(
      'core/',
      'app/decide/',
      'app/model/',
      'runner/contract/',
      'core/formats/result.ts',
    );
    expect(strays(under('app/decide'), pure)).toEqual([]);
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
      'app/sweep/main.ts',
      'app/serve/app.ts',
      'app/serve/installations.ts',
      'app/serve/server.ts',
      'app/serve/webhook-route.ts',
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

  it('of the agent reach what is pure in the app, and nobody reaches the agent', () => {
    const mine = startsWith(
      'core/',
      'agent/',
      'app/decide/',
      'app/intake/',
      'app/model/',
      'runner/',
      'results/',
      'setup/',
    );
    expect(strays(under('agent'), (name) => !isOurs(name) || mine(name))).toEqual([]);
    const others = all.filter(({ path }) => !path.startsWith('agent/'));
    expect(strays(others, (name) => !name.startsWith('agent/'))).toEqual([]);
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
