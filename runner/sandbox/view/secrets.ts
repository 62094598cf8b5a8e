import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { cacheFolder } from '../../../setup/paths.mjs';
import { SandboxError } from '../sandbox.ts';

/** What no sandbox may see, whatever leads there. */
export interface Secrets {
  /** Nothing that is mounted may be or hold one of these, by real path. */
  neverHeld: Secret[];
  /** Nor lie inside one of these. */
  neverEntered: Secret[];
}

interface Secret {
  what: string;
  path: string;
}

interface Places {
  env: NodeJS.ProcessEnv;
  /** Of data sets and reference claims. */
  cache: string;
  repository: string;
  /** The run's own folder; what a program is given of it is named one by one. */
  work: string | null;
}

/** What this machine must hide: homes, caches, data sets, the work folder, the credentials of its Actions runner. */
export function secretsOf({ env, cache, repository, work }: Places): Secrets {
  const caches = [
    ...new Set([cache, cacheFolder(env), '/var/cache/descent', join(homedir(), '.cache/descent')]),
  ];
  const data = caches.flatMap((folder) => [join(folder, 'data'), ...inFolder(join(folder, 'data'))]);
  const closed: Secret[] = [
    ...named('the data sets', data),
    ...named(
      'the reference claims',
      caches.map((folder) => join(folder, 'reference')),
    ),
    ...named('the work folder', work === null ? [] : [work]),
  ];
  const runner = [repository, work, env.TMPDIR].flatMap((path) => (path ? runnerAbove(path) : []));
  return {
    neverHeld: [
      { what: 'the root of all files', path: '/' },
      ...named('a home', [homedir(), env.HOME ?? '', '/root', '/home', ...inFolder('/home')]),
      ...named('the cache', caches),
      ...named("the Actions runner's credentials", runner),
      ...closed,
    ],
    neverEntered: [
      ...closed,
      ...named(
        "the Actions runner's jobs",
        runner.map((root) => join(root, '_work')),
      ),
    ],
  };
}

/**
 * Refuses to show a path of the machine that is, holds or lies in what must stay hidden.
 * @param why what led to it, and what to do: a sentence's end
 * @throws SandboxError
 */
export function refuseSecret(path: string, secrets: Secrets, why: string): void {
  const real = realpath(path);
  const held = secrets.neverHeld.find((secret) => isIn(secret.path, real));
  const entered = secrets.neverEntered.find((secret) => isIn(real, secret.path));
  const secret = held ?? entered;
  if (!secret) return;
  const verb = secret.path === real ? 'is' : held ? 'holds' : 'lies in';
  const where = secret.path === real ? '' : ` (${secret.path})`;
  throw new SandboxError(`The sandbox would show ${path}, which ${verb} ${secret.what}${where}: ${why}`);
}

function named(what: string, paths: string[]): Secret[] {
  return paths.filter((path) => path.startsWith(sep)).map((path) => ({ what, path: realpath(path) }));
}

/** The folder of an Actions runner around a path: where its `.credentials` or `.runner` lie. */
function runnerAbove(path: string): string[] {
  const here = ['.credentials', '.runner'].some((name) => existsSync(join(path, name))) ? [path] : [];
  return dirname(path) === path ? here : [...here, ...runnerAbove(dirname(path))];
}

/** Whether `path` is `folder` or lies in it. */
function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === sep ? sep : folder + sep);
}

/** The real path, also where its last parts do not exist yet. */
function realpath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(realpath(dirname(path)), path.slice(dirname(path).length));
}

/** What is in a folder; nothing where it is missing or closed to us, and so to the sandbox's user. */
function inFolder(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
