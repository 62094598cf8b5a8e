import type { Outcome } from './contract/report.ts';

/** The experiment ended without a loss: the outcome, and one sentence by the referee that says why. */
export class Unscored extends Error {
  override name = 'Unscored';
  outcome: Exclude<Outcome, 'scored'>;

  constructor(outcome: Exclude<Outcome, 'scored'>, reason: string) {
    super(reason);
    this.outcome = outcome;
  }
}
