import type { Change } from '../../app/decide/results/commit.ts';
import { LEDGER_PATH, type Ledger, ledgerText, parseLedger } from '../../core/formats/ledger.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import type { MadeCommit } from './commits.ts';
import { type HonestMain, recordPath } from './honest.ts';

/** Someone who may write to main, and writes its history again. */

export class Forger {
  readonly main: HonestMain;
  readonly commits: MadeCommit[];

  constructor(main: HonestMain) {
    this.main = main;
    this.commits = main.commits.map((commit) => ({ ...commit, files: new Map(commit.files) }));
  }

  /** A file as the first commits leave it. */
  text(path: string, upTo: number): string {
    const text = this.commits
      .slice(0, upTo + 1)
      .map(({ files }) => files.get(path))
      .findLast((one) => one !== undefined);
    if (text == null) throw new Error(`${path} is not there after ${upTo} commits`);
    return text;
  }

  /** The first commit that has the file. */
  adds(path: string): number {
    return this.commits.findIndex(({ files }) => files.has(path));
  }

  /** The last commit that has the file. */
  last(path: string): number {
    return this.commits.findLastIndex(({ files }) => files.has(path));
  }

  /** A commit of the forger's own, after that one. @returns its place */
  after(at: number, files: Record<string, string | null>, more: Partial<MadeCommit> = {}): number {
    const commit = { at: this.commits[at]!.at, files: new Map(Object.entries(files)), ...more };
    this.commits.splice(at + 1, 0, commit);
    return at + 1;
  }

  /** A file as a commit of its own changes it. */
  edit(path: string, at: number, change: (text: string) => string, more: Partial<MadeCommit> = {}): number {
    return this.after(at, { [path]: changed(this.text(path, at), change) }, more);
  }

  /** A file of a commit of the bot, changed in it. */
  within(at: number, path: string, change: (text: string) => string): number {
    this.commits[at]!.files.set(path, changed(this.text(path, at), change));
    return at;
  }

  /** A result after the commit that has it first. */
  record(pull: number, change: (result: ExperimentResult) => unknown, later = 0): number {
    const path = recordPath(pull);
    return this.edit(path, this.adds(path) + later, (text) => pretty(change(JSON.parse(text))));
  }

  /** The ledger, in a commit of its own at the middle of the history. */
  ledger(change: (ledger: Ledger) => Ledger, at = MIDDLE): number {
    return this.edit(LEDGER_PATH, at, onLedger(change));
  }

  /** At the end, files as the bot's own code makes them of these changes. */
  writes(...changes: [Change, ...Change[]]): number {
    const files = this.main.writes(...changes).map(({ path, content }) => [path, content]);
    return this.after(this.commits.length - 1, Object.fromEntries(files), { at: this.main.now });
  }
}

/** Somewhere between the first ledger and the last. */
export const MIDDLE = 10;

export function onLedger(change: (ledger: Ledger) => Ledger): (text: string) => string {
  return (text) => {
    const parsed = parseLedger(text);
    if (!parsed.ok) throw new Error(parsed.problems.join());
    return ledgerText(change(parsed.value));
  };
}

export function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A forgery that changes nothing would prove nothing. */
function changed(text: string, change: (text: string) => string): string {
  const now = change(text);
  if (now === text) throw new Error('this forgery changes nothing');
  return now;
}
