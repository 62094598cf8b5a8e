import { fold, type LedgerEvent } from '../../core/credits/fold.ts';
import { pricesOf } from '../../core/credits/prices.ts';
import { parseConfig, type TrackConfig } from '../../core/formats/config.ts';
import { type Ledger, openLedger, type Posting } from '../../core/formats/ledger.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import { AUDITED } from '../../testing/examples/config.ts';
import { OWNER_SHARE } from '../economics/costs.ts';

/** A swarm's ledger over days: the app's own fold of the records that a simulation makes up. */

const START = Date.UTC(2026, 0, 5);

export const TRACK = 'cpu';
/** A track like `h100`: 300 s of training, losses with a standard deviation of 0.001. */
export const RULES = rulesOf(
  AUDITED.replace('budget-seconds: 60', 'budget-seconds: 300').replace('sigma: 0.1', 'sigma: 0.001'),
);
const PRICES = pricesOf({ tracks: { [TRACK]: RULES } });
/** What an owner gets for a run, thousandths of a credit. */
export const NET = PRICES[TRACK]!.run * OWNER_SHARE;

export const at = (days: number) => new Date(START + days * 86_400_000).toISOString();

export class Books {
  ledger: Ledger = openLedger(at(0), PRICES);
  /** What was spent, by account. */
  readonly spent = new Map<string, number>();

  commit(days: number, records: LedgerEvent['records']): Posting[] {
    const { ledger, postings } = fold(this.ledger, { at: at(days), records, incumbentRuns: [] });
    this.ledger = ledger;
    for (const { id, account, milli } of postings)
      if (id.endsWith(':bid') && milli < 0) this.spent.set(account, (this.spent.get(account) ?? 0) - milli);
    return postings;
  }

  add(days: number, after: ExperimentResult): Posting[] {
    return this.commit(days, [{ before: null, after }]);
  }
}

function rulesOf(text: string): TrackConfig {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.value.tracks[TRACK]!;
}
