import { dayOf, weekOf } from '../calendar.ts';
import type { Borrowed, BorrowedRun } from '../formats/borrowing/record.ts';
import {
  ADVANCE,
  COMMONS,
  type Day,
  type Earner,
  EXPIRED,
  type Ledger,
  type Posting,
  RULES,
} from '../formats/ledger.ts';
import type { Paid } from '../formats/result.ts';
import { namedMap, own } from '../names.ts';
import { withoutRun, withRun } from './author-days.ts';
import { worthOf } from './borrowing.ts';
import { withCrash, withoutCrash } from './crashes.ts';
import { withoutLate } from './day-caps.ts';
import { doubted, earned, matured, newEarner, type Release, sum, unearned, vouched } from './earners.ts';
import type { Earning } from './earnings.ts';
import { spent } from './holds.ts';
import { expire, inHand, NOTHING, put, take } from './lots.ts';
import { rootAfter } from './root.ts';

/** The rest of what is minted goes to the common purse, which pays the checks of what others measured. */
export const EFFICIENCY = { of: 5, owner: 4 };

/** The ledger while one event is written into it. */
export class Book {
  readonly #at: string;
  readonly #number: number;
  readonly #ledger: Ledger;
  readonly #accounts: Ledger['accounts'];
  readonly #owners: Ledger['owners'];
  readonly #system: Ledger['system'];
  readonly #machines: Ledger['machines'];
  #crashes: Ledger['crashes'];
  #authors: Ledger['authors'];
  readonly #postings: Posting[] = [];

  constructor(ledger: Ledger, at: string) {
    this.#at = at;
    this.#number = ledger.events + 1;
    this.#ledger = ledger;
    this.#accounts = namedMap(ledger.accounts);
    this.#owners = namedMap(ledger.owners);
    this.#system = namedMap(ledger.system);
    this.#machines = namedMap(ledger.machines);
    this.#crashes = withoutLate(ledger.crashes, ledger.at, at);
    this.#authors = withoutLate(ledger.authors, ledger.at, at);
  }

  /** What may be spent from now on, and what no longer. */
  passTime(): void {
    for (const name of Object.keys(this.#machines)) this.#release(name, (one) => matured(one, this.#at));
    for (const [name, before] of Object.entries(this.#accounts)) {
      const { account, expired } = expire(before, this.#at);
      this.#accounts[name] = account;
      for (const { week, milli } of expired)
        this.#post(`${name}:expired:${week}:${this.#number}`, [name, -milli], [EXPIRED, milli]);
    }
  }

  /** @returns whether the account had as much */
  spend(paid: Paid): boolean {
    const { account, milli } = paid;
    const after = spent(own(this.#accounts, account), milli);
    if (after === null) return false;
    this.#accounts[account] = after;
    this.#post(spendingId(paid), [account, -milli], [COMMONS, milli]);
    return true;
  }

  /** @param again it was taken back before */
  pay(earning: Earning, again: boolean): void {
    const { account, machine, runId, at } = earning;
    const crash = earning.isCrash ? withCrash(this.#crashes, earning) : null;
    if (crash?.pays === false) {
      this.#crashes = crash.days;
      return;
    }
    const { days, pays } = withRun(this.#authors, earning);
    this.#authors = days;
    if (pays && crash) this.#crashes = crash.days;
    const owed = pays ? earning : byBid(earning);
    if (owed.gross === 0) return;
    const net = netOf(owed);
    this.#earn(account, machine, net, dayOf(at));
    this.#show(earning, 1, net);
    this.#paid(owed, net, again ? `${runId}:restored:${this.#number}` : `${runId}:earned`);
  }

  /** The borrower pays the machine's owner: nothing is minted, no more than the run is worth is paid, and no more than is there. */
  lend(record: Borrowed, run: BorrowedRun): void {
    const [borrower, account] = [record.account, `#${run.ownerId}`];
    const hand = own(this.#accounts, borrower) ?? NOTHING;
    const gross = Math.min(run.gross, worthOf(record, run, this.#ledger, this.#at), inHand(hand));
    if (gross === 0 || borrower === account) return;
    const net = netOf({ gross });
    const day = dayOf(run.at);
    this.#accounts[borrower] = take(hand, gross);
    this.#earn(account, run.machine, net, day);
    this.#show({ account, login: run.owner }, 1, net);
    this.#post(`${run.runId}:borrowed`, [borrower, -gross], [account, net], [COMMONS, gross - net]);
  }

  takeBack(earning: Earning): void {
    const { account, machine, runId, at } = earning;
    const crash = earning.isCrash ? withoutCrash(this.#crashes, earning) : null;
    if (crash?.paid === false) {
      this.#crashes = crash.days;
      return;
    }
    const { days, paid } = withoutRun(this.#authors, earning);
    this.#authors = days;
    if (paid && crash) this.#crashes = crash.days;
    const owed = paid ? earning : byBid(earning);
    if (owed.gross === 0) return;
    const net = netOf(owed);
    const known = own(this.#machines, machine);
    const mine = known?.account === account ? unearned(known, net, dayOf(at)) : null;
    if (mine) this.#machines[machine] = mine.earner;
    const [wasPending, wasLost] = [mine?.wasPending ?? 0, mine?.wasLost ?? 0];
    this.#accounts[account] = take(own(this.#accounts, account) ?? NOTHING, net - wasPending - wasLost);
    this.#show(earning, -1, -net);
    this.#paid({ ...owed, gross: -owed.gross }, wasLost - net, `${runId}:taken-back:${this.#number}`);
  }

  vouch(machine: string, day: string): void {
    this.#release(machine, (one) => vouched(one, day));
  }

  doubt(machine: string): void {
    const known = own(this.#machines, machine);
    if (!known) return;
    const { earner, pending, inHand } = doubted(known, this.#at);
    this.#machines[machine] = earner;
    this.#accounts[earner.account] = take(own(this.#accounts, earner.account) ?? NOTHING, inHand);
    this.#lose(machine, 'outlier', earner.account, pending + inHand);
  }

  closed(): { ledger: Ledger; postings: Posting[] } {
    this.#level();
    const [accounts, owners, system, machines] = [this.#accounts, this.#owners, this.#system, this.#machines];
    return {
      ledger: {
        ...this.#ledger,
        rules: RULES,
        events: this.#number,
        at: this.#at,
        root: rootAfter(this.#ledger, this.#at, this.#postings),
        accounts,
        owners,
        system,
        machines,
        crashes: this.#crashes,
        authors: this.#authors,
      },
      postings: this.#postings,
    };
  }

  #earn(account: string, machine: string, net: number, day: string): void {
    const earner = own(this.#machines, machine) ?? newEarner(account);
    // A machine whose owner has another number now is another's.
    const same = earner.account === account ? earner : this.#handedOn(machine, earner, account);
    this.#machines[machine] = earned(same, net, day);
    this.#accounts[account] ??= NOTHING;
  }

  #show({ account, login }: Pick<Earning, 'account' | 'login'>, runs: number, milli: number): void {
    const before = own(this.#owners, account) ?? { login, runs: 0, milli: 0 };
    this.#owners[account] = { login, runs: Math.max(0, before.runs + runs), milli: before.milli + milli };
  }

  #paid({ payer, account, gross }: Earning, net: number, id: string): void {
    if (payer === COMMONS) this.#post(id, [account, net], [COMMONS, -net]);
    else this.#post(id, [payer, -gross], [account, net], [COMMONS, gross - net]);
  }

  /** What the purse lacks is minted, and what comes in pays that back: so it does not matter which of two records came first. */
  #level(): void {
    const [purse, advance] = [this.#system[COMMONS] ?? 0, this.#system[ADVANCE] ?? 0];
    const lacks = purse < 0 ? -purse : -Math.min(purse, -advance);
    this.#post(`${COMMONS}:advance:${this.#number}`, [ADVANCE, -lacks], [COMMONS, lacks]);
  }

  /**
   * Who takes the name of another's machine does not vouch for what that one measured: what waited goes to the common purse, or two
   * accounts of one person could free it by changing their logins. A runner that is lent now stays its owner's.
   */
  #handedOn(machine: string, earner: Earner, account: string): Earner {
    const isRunner = [earner.account, account].some((one) => one.startsWith('@'));
    if (isRunner) this.#intoHand(earner.account, earner.pending);
    else this.#lose(machine, 'handed-on', earner.account, sum(earner.pending));
    return newEarner(account);
  }

  #lose(machine: string, why: 'outlier' | 'handed-on', account: string, milli: number): void {
    const shown = own(this.#owners, account);
    if (shown) this.#owners[account] = { ...shown, milli: shown.milli - milli };
    this.#post(`${machine}:${why}:${this.#number}`, [account, -milli], [COMMONS, milli]);
  }

  #release(machine: string, by: (earner: Earner) => Release): void {
    const known = own(this.#machines, machine);
    if (!known) return;
    const { earner, released } = by(known);
    this.#machines[machine] = earner;
    this.#intoHand(earner.account, released);
  }

  #intoHand(account: string, days: Day[]): void {
    for (const { day, milli } of days)
      this.#accounts[account] = put(
        own(this.#accounts, account) ?? NOTHING,
        milli,
        weekOf(`${day}T00:00:00Z`),
      );
  }

  /** Balances of owners follow from their lots and what waits. The others' are kept here. */
  #post(id: string, ...lines: [account: string, milli: number][]): void {
    for (const [account, milli] of lines) {
      if (milli === 0) continue;
      this.#postings.push({ id, account, milli });
      if (!/^[#@]/.test(account)) this.#system[account] = (own(this.#system, account) ?? 0) + milli;
    }
  }
}

/** Beyond what one author's files bring in a day, a run brings what its author or sponsors bid for it: the purse has that. */
function byBid(earning: Earning): Earning {
  return { ...earning, gross: Math.min(earning.gross, earning.bid), payer: COMMONS };
}

/** Earnings round down. */
function netOf({ gross }: Pick<Earning, 'gross'>): number {
  return Math.floor((gross * EFFICIENCY.owner) / EFFICIENCY.of);
}

/** Of the posting. */
export function spendingId({ runId, account, for: kind }: Paid): string {
  return kind === 'bid' ? `${runId}:bid` : `${runId}:sponsor:${account}`;
}
