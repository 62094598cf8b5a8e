import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommandError } from '../../core/errors.ts';
import { goesOnFrom, lineSince } from '../../core/main-line.ts';
import { GitFailed, git } from './git.ts';
import { type Change, isProtected } from './protected.ts';

/** The swarm's main in a bare clone on this machine, and which of its commits may run here. */

/** What may run: everything on main, or what is like the accepted commit where it matters. */
export type Trust = { follow: true } | { follow: false; accepted: string };

export type Verdict =
  | { ok: true }
  | { ok: false; kind: 'unknown' | 'rewritten'; why: string }
  | { ok: false; kind: 'changed'; why: string; paths: string[] };

const MAIN = 'refs/heads/main';
/** Main as this machine last agreed to it. Later ones go on from it: whoever writes main's history again is seen. */
const SEEN = 'refs/descent/seen';

/** Made from the other files by `node action/build.ts`: megabytes in one line, so that its patch tells nobody anything. */
const BUNDLE = 'action/dist/';

/** Thousands of files that reach no job. */
const RESULTS = ':(exclude)results/experiments';

export class Harness {
  readonly #folder: string;
  readonly #url: string;

  /** @param url for git; @param cache folder of this machine's cache; @param swarm OWNER/REPOSITORY */
  constructor(cache: string, url: string, swarm: string) {
    this.#url = url;
    this.#folder = join(cache, 'lend', `${swarm.toLowerCase().replace('/', '+')}.git`);
  }

  /** Brings main up to date. A copy that is broken is made anew: nothing in it is precious. */
  async fetch(signal?: AbortSignal): Promise<void> {
    const isThere = await stat(join(this.#folder, 'HEAD')).then(
      () => true,
      () => false,
    );
    if (isThere) {
      try {
        return await this.#update(this.#folder, signal);
      } catch (error) {
        if (!(error instanceof GitFailed) || signal?.aborted) throw error;
        if (await this.#isWhole()) throw error;
        await rm(this.#folder, { recursive: true, force: true });
      }
    }
    await this.#clone(signal);
  }

  /** The newest commit of main that was fetched. */
  async head(): Promise<string> {
    return (await git(this.#folder, ['rev-parse', '--verify', MAIN])).trim();
  }

  /** The full commit of an abbreviation. @throws CommandError where it is no commit of main */
  async onMain(commit: string): Promise<string> {
    const full = await this.#resolve(commit);
    if (full === null || !(await this.#descends(MAIN, full)))
      throw new CommandError(
        `${commit} is no commit of the swarm's main`,
        'Take one that `npx --no descent lend` named, or the newest: git ls-remote origin main',
      );
    return full;
  }

  /** From now on main goes on from what it is now. */
  async remember(): Promise<void> {
    await git(this.#folder, ['update-ref', SEEN, MAIN]);
  }

  /** Why a commit may run, or may not. Trees are compared, whatever the history between them is. */
  async judge(trust: Trust, commit: string): Promise<Verdict> {
    const unknown = (why: string) => ({ ok: false, kind: 'unknown', why }) as const;
    const seen = await this.#resolve(SEEN);
    if (seen !== null && !(await this.#goesOnFrom(seen))) {
      const why = `the swarm's main does not go on from ${seen}, which this machine saw on it: its history was written again`;
      return { ok: false, kind: 'rewritten', why };
    }
    if ((await this.#resolve(commit)) !== commit || !(await this.#descends(MAIN, commit)))
      return unknown(`${commit} is no commit of the swarm's main`);
    if (trust.follow || trust.accepted === commit) return { ok: true };
    const { accepted } = trust;
    if ((await this.#resolve(accepted)) === null || !(await this.#descends(commit, accepted)))
      return unknown(`${commit} does not descend from ${accepted}, which its owner accepted`);
    const paths = await this.#protected(accepted, commit);
    if (paths.length === 0) return { ok: true };
    return { ok: false, kind: 'changed', why: `it changes what runs on this machine: ${some(paths)}`, paths };
  }

  /** What changed where it matters, to be read by the owner. */
  async diff(accepted: string, commit: string): Promise<string> {
    if ((await this.#resolve(accepted)) === null)
      return `The swarm has no commit ${accepted} any more: there is nothing to compare ${commit} with.\n`;
    const paths = await this.#protected(accepted, commit);
    if (paths.length === 0) return '';
    const compare = (how: string, which: string[]) =>
      git(this.#folder, [
        '--literal-pathspecs',
        'diff',
        how,
        '--no-renames',
        '--no-ext-diff',
        '--no-textconv',
        '--text', // a file with a byte 0, in a comment say, is shown like any other
        ...[accepted, commit, '--', ...which],
      ]);
    const shown = paths.filter((path) => !path.startsWith(BUNDLE));
    return (
      (await compare('--stat=120', paths)) + (shown.length > 0 ? `\n${await compare('--patch', shown)}` : '')
    );
  }

  /** Paths of protected files that differ between two commits. */
  async #protected(from: string, to: string): Promise<string[]> {
    const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', from, to];
    const fields = (await git(this.#folder, [...args, '--', '.', RESULTS])).split('\0');
    const changes: Change[] = [];
    for (let i = 0; i + 1 < fields.length; i += 2)
      changes.push({ mode: fields[i]!.split(' ')[1]!, path: fields[i + 1]! });
    return changes.filter(isProtected).map(({ path }) => path);
  }

  async #resolve(name: string): Promise<string | null> {
    try {
      return (
        await git(this.#folder, ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`])
      ).trim();
    } catch (error) {
      if (error instanceof GitFailed) return null;
      throw error;
    }
  }

  async #goesOnFrom(seen: string): Promise<boolean> {
    const head = await this.head();
    return head === seen || goesOnFrom(seen, await git(this.#folder, lineSince(seen, head)));
  }

  async #descends(commit: string, ancestor: string): Promise<boolean> {
    try {
      await git(this.#folder, ['merge-base', '--is-ancestor', ancestor, commit]);
      return true;
    } catch (error) {
      if (error instanceof GitFailed) return false;
      throw error;
    }
  }

  /** Refs of others, such as those that replace objects, stay out: one branch is asked for. */
  async #update(folder: string, signal?: AbortSignal): Promise<void> {
    const branch = await this.#defaultBranch(folder, signal);
    await git(
      folder,
      ['fetch', '--quiet', '--no-tags', '--filter=blob:none', 'origin', `+${branch}:${MAIN}`],
      signal,
    );
  }

  async #defaultBranch(folder: string, signal?: AbortSignal): Promise<string> {
    const said = await git(folder, ['ls-remote', '--symref', 'origin', 'HEAD'], signal);
    const branch = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(said)?.[1];
    if (branch === undefined)
      throw new CommandError(
        `${this.#url} has no default branch`,
        "Check the swarm's repository in a browser.",
      );
    return branch;
  }

  async #clone(signal?: AbortSignal): Promise<void> {
    const draft = `${this.#folder}.${randomBytes(4).toString('hex')}`;
    await mkdir(dirname(draft), { recursive: true });
    try {
      await git(dirname(draft), ['init', '--quiet', '--bare', draft], signal);
      await git(draft, ['remote', 'add', 'origin', this.#url], signal);
      for (const [key, value] of PARTIAL) await git(draft, ['config', key, value], signal);
      await this.#update(draft, signal);
      await rename(draft, this.#folder).catch(async (error) => {
        if (!(await this.#isWhole())) throw error; // another client was quicker
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  async #isWhole(): Promise<boolean> {
    return await git(this.#folder, ['rev-list', '--quiet', MAIN]).then(
      () => true,
      () => false,
    );
  }
}

/** Files are fetched when a diff is shown: thousands of results are not. */
const PARTIAL = [
  ['remote.origin.promisor', 'true'],
  ['remote.origin.partialclonefilter', 'blob:none'],
] as const;

function some(paths: string[]): string {
  return paths.length > 5 ? `${paths.slice(0, 5).join(', ')} and ${paths.length - 5} more` : paths.join(', ');
}
