import type { Hold } from '../../../core/credits/holds.ts';
import type { Borrowed } from '../../../core/formats/borrowing/record.ts';
import type { Outcome } from '../results/outcome.ts';
import type { DuplicateOf } from '../rules/duplicates.ts';
import type { TrackProgress } from '../rules/progress.ts';
import type { Bid } from '../rules/spending/bid.ts';
import type { Payer } from '../rules/spending/committed.ts';

/** What a step decided about a pull request, as a value. `say/decision.ts` turns it into everything that people see of it. */
export type Decision =
  | { code: 'stopped'; what: string; problems: string[] }
  | { code: 'needs-work'; problems: string[] }
  | { code: 'needs-approval'; lacks: string[] }
  | { code: 'duplicate'; on: { track: string; of: DuplicateOf }[] }
  | { code: 'withdrawn'; state: 'draft' | 'closed' | 'merged' }
  | {
      code: 'best-is-back';
      track: string;
      /** Whose file it is; null for the first one. */
      pull: number | null;
      blob: string;
      valBpb: number;
      /** Whether the bot merges; otherwise a person does. */
      merge: boolean;
    }
  | {
      code: 'waits-for-first-incumbent';
      /** Labels that the track's jobs ask for, and the names of the other tracks. */
      labels: string[];
      others: string[];
    }
  | {
      code: 'queued';
      /** Pull requests of the track before this one. */
      before: number;
      /** The author's own earlier pull requests use up `perAuthor`. */
      held: boolean;
      perAuthor: number;
      /** It has had a run. */
      begun: boolean;
      /** It is much like another, so it waits behind the others. */
      behind: boolean;
      /** What is bid for it; left out where nothing is. */
      bid?: Bid;
    }
  | {
      code: 'waits-for-owners';
      reason: string;
      /** ISO 8601; null before its first run has ended. */
      since: string | null;
    }
  | {
      code: 'waits-for-machine';
      reason: string;
      /** Whose machines may have the run, none of which is free. */
      owners: string[];
    }
  | {
      code: 'measuring';
      progress: Progress;
      /** For runs that started before their turn; left out where none did. */
      paid?: Payer[];
    }
  | { code: 'scoring-once-more' }
  | { code: 'swarm-failed'; attempts: number; why: string }
  | { code: 'borrowing'; terms: Terms; out: number; waiting: number; ended: number }
  | { code: 'borrow-over'; paid: Borrowed | null; failed: number; why: string | null }
  | {
      code: 'verdict';
      outcomes: Outcome[];
      tracks: TrackProgress;
      close: boolean;
    };

/** What a borrower asked for when the first of it was ordered, and the credits that are held for it. */
export interface Terms {
  seconds: number;
  copies: number;
  hold: Hold;
}

/** How far the runs of one file on one track have come. */
export interface Progress {
  budgetSeconds: number;
  /** Losses so far, bits per byte. */
  losses: number[];
  /** Runs that were dispatched and have not ended. */
  running: number;
  /** Whether several runs decide on the track. */
  several: boolean;
  confirming: boolean;
  /** On a track with a frontier: whether it is the pull request's file, or its change put onto a newer one. */
  frontier: 'own' | 'composed' | null;
}
