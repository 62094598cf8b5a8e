import type { Clone } from './clone.ts';
import { GitError, git } from './git.ts';
import { type Place, placeOf } from './remote-url.ts';

/** A remote as in git's configuration. `git remote -v` decorates its lines (`[blob:none]`) for people. */
export interface Remote {
  name: string;
  /** As it is written in the configuration. */
  url: string;
  /** Where git pushes to, after `pushurl`, `insteadOf` and `pushInsteadOf`. */
  pushUrl: string;
  /** The repositories that the URL may name, before and after git rewrites it. */
  places: Place[];
  /** The mark that `join` wrote. It stays when the remote is renamed. */
  role: 'home' | 'fork' | null;
}

const KEYS = '^(remote\\..*\\.(url|pushurl|descent)|url\\..*\\.(insteadof|pushinsteadof))$';

export async function remotesOf(clone: Clone): Promise<Remote[]> {
  const entries = await configured(clone, KEYS);
  const rules = { insteadof: new Map<string, string>(), pushinsteadof: new Map<string, string>() };
  const found = new Map<string, Map<string, string>>();
  for (const [key, value] of entries) {
    const [, section, name, variable] = /^(remote|url)\.(.*)\.([a-z]+)$/s.exec(key) ?? [];
    if (section === undefined) continue;
    if (section === 'url') rules[variable as keyof typeof rules].set(value, name!);
    else {
      const values = found.get(name!) ?? new Map<string, string>();
      if (!values.has(variable!)) values.set(variable!, value); // git fetches from the first of several URLs
      found.set(name!, values);
    }
  }
  return [...found].flatMap(([name, values]) => {
    const url = values.get('url');
    if (url === undefined) return [];
    const fetched = rewritten(url, rules.insteadof) ?? url;
    const pushed = values.get('pushurl');
    const pushUrl =
      pushed === undefined
        ? (rewritten(url, rules.pushinsteadof) ?? fetched)
        : (rewritten(pushed, rules.insteadof) ?? pushed);
    const role = values.get('descent');
    const places = [fetched, url].flatMap((one) => placeOf(one) ?? []);
    return [{ name, url, pushUrl, places, role: role === 'home' || role === 'fork' ? role : null }];
  });
}

/** The remote of the repository that this clone belongs to: the one that `join` marked, else a usual name, else the only one. */
export function mainRemote(remotes: Remote[]): Remote | null {
  const named = (name: string) => remotes.find((one) => one.name === name);
  const marked = remotes.find((one) => one.role === 'home');
  return marked ?? named('upstream') ?? named('origin') ?? (remotes.length === 1 ? remotes[0]! : null);
}

/** By git's rule: the longest beginning that matches is replaced. */
function rewritten(url: string, rules: Map<string, string>): string | null {
  const [longest] = [...rules.keys()]
    .filter((beginning) => url.startsWith(beginning))
    .sort((a, b) => b.length - a.length);
  return longest === undefined ? null : rules.get(longest)! + url.slice(longest.length);
}

async function configured(clone: Clone, keys: string): Promise<[string, string][]> {
  try {
    const text = await git(clone.folder, ['config', '-z', '--get-regexp', keys]);
    return text
      .split('\0')
      .filter(Boolean)
      .map((entry) => {
        const end = entry.indexOf('\n');
        return end < 0 ? [entry, ''] : [entry.slice(0, end), entry.slice(end + 1)];
      });
  } catch (error) {
    if (error instanceof GitError && error.exitCode === 1) return []; // no such setting
    throw error;
  }
}
