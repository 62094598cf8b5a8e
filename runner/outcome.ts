import { type Reason, sayReason } from '../core/formats/reason.ts';
import type { Outcome } from '../core/formats/report.ts';

/** The experiment ended without a loss: the outcome, and the referee's reason. */
export class UnscoredError extends Error {
  override name = 'UnscoredError';
  outcome: Exclude<Outcome, 'scored'>;
  reason: Reason;

  constructor(outcome: Exclude<Outcome, 'scored'>, reason: Reason) {
    super(sayReason(reason));
    this.outcome = outcome;
    this.reason = reason;
  }
}
