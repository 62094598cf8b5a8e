import type { Ledger, Prices } from '../../formats/ledger.ts';

/** What a walk over main's history reads, finds and keeps. */

/** One commit of main's first-parent history. */
export interface HistoryCommit {
  oid: string;
  /** When it was committed, ISO 8601. */
  at: string;
  files: ChangedText[];
  derived: Derived[];
}

/** A file that follows from others, with the text that it must have; null: it must not be there. See `derived.ts`. */
export interface Derived {
  path: string;
  expected: string | null;
}

export interface ChangedText {
  path: string;
  /** Null where there was none; empty where it needs not be read. */
  before: string | null;
  /** Null where there is none any more. The ledger need not be read where its git blob is known to be what follows. */
  after: string | null;
  unread?: Unread;
  /** It is a link, a program or a folder. */
  isOdd?: boolean;
}

export interface Unread {
  /** Git's id of the text. */
  blob: string;
  read(): Promise<string>;
}

/** Something in a file that the bot does not do. */
export interface Wrong {
  expected: string;
  found: string;
}

/** Characters of a value that a finding shows. */
export const SHOWN = 200;

export interface Finding extends Wrong {
  commit: string;
  path: string;
}

/** All that the commits so far say. Plain data, so that it can be kept and gone on from. */
export interface Walked {
  /** Null until the first ledger of today's rules. */
  ledger: Ledger | null;
  /** Where that was, and whether it went on from balances of an older ledger, which were taken as they stood. */
  begun: { commit: string; carried: boolean } | null;
  /** At the last commit; null where the configuration cannot be read. */
  prices: Prices | null;
  /** That signs checkpoints, as the configuration at the last commit names it. */
  key: string | null;
  results: number;
  commits: number;
  /** The pull request of each run that is in a result, 0 for main's own file. */
  runs: Map<number, number>;
  /** Tokens of each track, where there are any. */
  tokens: Record<string, number>;
}

export function nothingWalked(): Walked {
  return {
    ledger: null,
    begun: null,
    prices: null,
    key: null,
    results: 0,
    commits: 0,
    runs: new Map(),
    tokens: {},
  };
}
