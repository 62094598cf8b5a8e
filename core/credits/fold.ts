import { type Borrowed, type BorrowedRun, borrowedPath } from '../formats/borrowing/record.ts';
import {
  ADVANCE,
  COMMONS,
  canonicalJson,
  type Day,
  type Earner,
  EXPIRED,
  type Ledger,
  type Posting,
  RULES,
} from '../formats/ledger.ts';
import {
  type Audit,
  type ExperimentResult,
  isSameAudit,
  type Paid,
  resultPath,
  runsIn,
} from '../formats/result.ts';
import { namedMap, own } from '../names.ts';
import { withoutRun, withRun } from './author-days.ts';
import { worthOf } from './borrowing.ts';
import { withCrash, withoutCrash } from './crashes.ts';
import { withoutLate } from './day-caps.ts';
import {
  dayOf,
  doubted,
  earned,
  matured,
  newEarner,
  type Release,
  sum,
  unearned,
  vouched,
} from './earners.ts';
import { type Earning, earning, earningsOf, type IncumbentRun } from './earnings.ts';
import { spent } from './holds.ts';
import { expire, inHand, NOTHING, put, take, weekOf } from './lots.ts';
import { rootAfter } from './root.ts';

/** What one commit of main does to the ledger. The same commits give the same ledger, whoever folds them. */
export interface LedgerEvent {
  /** ISO 8601. */
  at: string;
  /** Records that it adds or changes. */
  records: { before: ExperimentResult | null; after: ExperimentResult }[];
  /** Runs of main's own file that it adds. */
  incumbentRuns: IncumbentRun[];
  /** Records of borrowed runs that it adds or adds runs to. */
  borrowed?: { before: Borrowed | null; after: Borrowed }[];
}

/** The rest of what is minted goes to the common purse, which pays the checks of what others measured. */
const EFFICIENCY = { of: 5, owner: 4 };

/**
 * What was spent comes first, so that nothing of the same commit pays for it.
 * @returns the ledger after the event, in whatever order its parts are listed, what was posted, all of which adds up to zero, and
 * what was not spent, since the account had less
 */
export function fold(
  ledger: Ledger,
  event: LedgerEvent,
): { ledger: Ledger; postings: Posting[]; overdrafts: Paid[] } {
  const book = new Book(ledger, event.at);
  book.passTime();
  const records = inOrder(event.records, ({ after }) => resultPath(after));
  const overdrafts = records.flatMap(newlyPaid).filter((paid) => !book.spend(paid));
  for (const { before, after } of records) {
    const [was, is] = [before ? earningsOf(before, ledger) : [], earningsOf(after, ledger)];
    const known = idsOf(before ? runsIn(before) : []);
    const [had, has] = [idsOf(was), idsOf(is)];
    for (const one of was) if (!has.has(one.runId)) book.takeBack(one);
    for (const one of is) if (!had.has(one.runId)) book.pay(one, known.has(one.runId));
    for (const audit of newly('agreed', before, after)) {
      // That weights bear out a loss says nothing of the machine's other runs.
      if (audit.why === 'scoring') continue;
      const audited = after.runs.find(({ runId }) => runId === audit.of);
      if (audited) book.vouch(audited.machine, dayOf(audited.at));
    }
    for (const { outlier } of newly('outlier', before, after)) if (outlier !== null) book.doubt(outlier);
  }
  for (const { track, run } of inOrder(
    event.incumbentRuns,
    ({ track, run }) => `${track} ${String(run.runId).padStart(16, '0')}`,
  ))
    for (const one of earning(run, { track, author: null }, ledger)) book.pay(one, false);
  for (const { before, after } of inOrder(event.borrowed ?? [], ({ after }) => borrowedPath(after.pull))) {
    const known = idsOf(before?.runs ?? []);
    for (const run of after.runs) if (!known.has(run.runId)) book.lend(after, run);
  }
  return { ...book.closed(), overdrafts };
}

/** Those that an account still has enough for, one after the other: what a commit may say was paid. */
export function covered(ledger: Ledger, at: string, wanted: Paid[]): Paid[] {
  const book = new Book(ledger, at);
  book.passTime();
  return wanted.filter((paid) => book.spend(paid));
}

/** Of a record: what it says was paid for the first time. */
function newlyPaid({ before, after }: LedgerEvent['records'][number]): Paid[] {
  const known = new Set(before?.paid?.map(spendingId));
  return after.paid?.filter((paid) => !known.has(spendingId(paid))) ?? [];
}

/** Of the posting. */
function spendingId({ runId, account, for: kind }: Paid): string {
  return kind === 'bid' ? `${runId}:bid` : `${runId}:sponsor:${account}`;
}

/** The order must follow from what a commit holds: the first crashes of a day pay, and the last login is shown. */
function inOrder<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  return all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/**
 * Whether a change of a record says anything to the ledger. Insights and words do not, and neither does a verdict that no further run
 * brought about.
 */
export function bears({ before, after }: LedgerEvent['records'][number]): boolean {
  const said = ({ runs, audits, rescores, paid = [] }: ExperimentResult) =>
    canonicalJson([runs, audits, rescores, paid]);
  return before === null || said(before) !== said(after);
}

function idsOf(runs: { runId: number }[]): Set<number> {
  return new Set(runs.map(({ runId }) => runId));
}

/** Audits that came to this end in this change. */
function newly(outcome: Audit['outcome'], before: ExperimentResult | null, after: ExperimentResult): Audit[] {
  const known = before?.audits.filter((audit) => audit.outcome === outcome) ?? [];
  return after.audits.filter((audit) => audit.outcome === outcome && !known.some(isSameAudit(audit)));
}

/** The ledger while one event is written into it. */
class Book {
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
    if (!pays) return;
    if (crash) this.#crashes = crash.days;
    const net = netOf(earning);
    this.#earn(account, machine, net, dayOf(at));
    this.#show(earning, 1, net);
    this.#paid(earning, net, again ? `${runId}:restored:${this.#number}` : `${runId}:earned`);
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
    if (!paid) return;
    if (crash) this.#crashes = crash.days;
    const net = netOf(earning);
    const known = own(this.#machines, machine);
    const mine = known?.account === account ? unearned(known, net, dayOf(at)) : null;
    if (mine) this.#machines[machine] = mine.earner;
    const [wasPending, wasLost] = [mine?.wasPending ?? 0, mine?.wasLost ?? 0];
    this.#accounts[account] = take(own(this.#accounts, account) ?? NOTHING, net - wasPending - wasLost);
    this.#show(earning, -1, -net);
    this.#paid({ ...earning, gross: -earning.gross }, wasLost - net, `${runId}:taken-back:${this.#number}`);
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

/** Earnings round down. */
function netOf({ gross }: Pick<Earning, 'gross'>): number {
  return Math.floor((gross * EFFICIENCY.owner) / EFFICIENCY.of);
}
