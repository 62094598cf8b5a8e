import { borrowedPath } from '../../formats/borrowing/record.ts';
import {
  LEDGER_PATH,
  type Ledger,
  ledgerBytes,
  ledgerText,
  openLedger,
  type Posting,
  parseLedger,
  RULES,
} from '../../formats/ledger.ts';
import { gitBlob } from '../../git-blob.ts';
import { bears, fold } from '../fold.ts';
import { withPrices } from '../prices.ts';
import { paidOtherwise } from './borrowed-changes.ts';
import type { Judged } from './judged.ts';
import { changedBalance } from './ledger-changes.ts';
import type { ChangedText } from './walked.ts';

/** Whether a commit's ledger is the one before it with what the commit's other files say happened. */
export class LedgerStep {
  readonly #judged: Judged;
  readonly #posted: (postings: Posting[]) => void;

  /** @param judged with all that its other files say @param posted is told what the commit posts */
  constructor(judged: Judged, posted: (postings: Posting[]) => void) {
    this.#judged = judged;
    this.#posted = posted;
  }

  /** @param file null: the commit leaves it as it was */
  async judge(file: ChangedText | null): Promise<void> {
    const { ledger } = this.#judged.walked;
    const { records, incumbentRuns, borrowed } = this.#judged.event;
    const says = records.some(bears) || incumbentRuns.length + borrowed.length > 0;
    if (file === null) {
      if (says && ledger !== null)
        this.#judged.find(LEDGER_PATH, 'a ledger with what this commit’s runs earn', 'it was left as it was');
      return;
    }
    if (file.unread && ledger !== null && this.#foreseen(ledger, file.unread.blob)) return;
    const text = file.unread ? await file.unread.read() : file.after;
    if (text === null) {
      this.#judged.find(LEDGER_PATH, 'the ledger, which stays', 'it was deleted');
      return;
    }
    if (ledger === null) this.#begin(file.before, text);
    else this.#goOn(ledger, text);
  }

  /** Most events are verdicts, and happen when these are decided: then the ledger's text is known without reading it. */
  #foreseen(ledger: Ledger, blob: string): boolean {
    if (this.#isEmpty()) return false;
    const times = this.#judged.event.records.map(({ after }) => after.decidedAt);
    const at = [...times, ledger.at].reduce((a, b) => (Date.parse(a) < Date.parse(b) ? b : a));
    const { ledger: expected, ...said } = this.#folded(ledger, at);
    if (gitBlob(ledgerBytes(expected)) !== blob) return false;
    this.#follows(expected, at, said);
    return true;
  }

  #isEmpty(): boolean {
    const { records, incumbentRuns, borrowed } = this.#judged.event;
    return records.length + incumbentRuns.length + borrowed.length === 0;
  }

  #folded(ledger: Ledger, at: string): ReturnType<typeof fold> {
    const { prices } = this.#judged.walked;
    return fold(prices === null ? ledger : withPrices(ledger, prices, at), { at, ...this.#judged.event });
  }

  #follows(
    expected: Ledger,
    at: string,
    { postings, overdrafts }: Omit<ReturnType<typeof fold>, 'ledger'>,
  ): void {
    this.#judged.near(LEDGER_PATH, 'an event', at);
    this.#posted(postings);
    for (const { runId, account, milli } of overdrafts)
      this.#judged.find(
        LEDGER_PATH,
        `${account} with ${milli / 1000} credits or more to spend on run ${runId}, as a result says that it did`,
        'it had less',
      );
    for (const one of this.#judged.event.borrowed)
      this.#judged.findAll(borrowedPath(one.after.pull), paidOtherwise(one, postings));
    this.#judged.walked.ledger = expected;
  }

  /** The first one of today's rules. An older one before it is taken as it stood. */
  #begin(before: string | null, text: string): void {
    if (!hasRules(text)) return;
    const older = before === null ? null : parseLedger(before);
    const at = timeIn(text);
    const from = older?.ok
      ? older.value
      : openLedger(at ?? this.#judged.commit.at, this.#judged.walked.prices ?? {});
    this.#judged.walked.begun = { commit: this.#judged.commit.oid, carried: older?.ok ?? false };
    this.#goOn(from, text);
  }

  #goOn(ledger: Ledger, text: string): void {
    const at = timeIn(text);
    if (at === null) {
      const parsed = parseLedger(text);
      this.#judged.find(
        LEDGER_PATH,
        'a ledger that can be read',
        parsed.ok ? 'it has no time' : parsed.problems[0]!,
      );
      return;
    }
    if (this.#isEmpty()) {
      this.#changed(ledger, text, ', as before, since this commit changes no result');
      return;
    }
    if (Date.parse(at) < Date.parse(ledger.at) && ledger.events > 0)
      this.#judged.find(LEDGER_PATH, `an event at ${ledger.at} or later`, at);
    const { ledger: expected, ...said } = this.#folded(ledger, at);
    this.#follows(expected, at, said);
    if (ledgerText(expected) !== text) this.#changed(expected, text, '');
  }

  #changed(expected: Ledger, text: string, why: string): void {
    const parsed = parseLedger(text);
    if (!parsed.ok) {
      this.#judged.find(LEDGER_PATH, 'a ledger that can be read', parsed.problems[0]!);
      return;
    }
    const [should, is] = changedBalance(expected, parsed.value);
    this.#judged.find(LEDGER_PATH, `${should}${why}`, is);
    this.#judged.walked.ledger = parsed.value; // what follows is judged by what it went on from
  }
}

/** Of a ledger's text, without parsing all of it: the whole text is compared afterwards. Its keys are in order, and no other `at` comes before. */
function timeIn(text: string): string | null {
  const at = /"at":\s*"([^"\\]{1,40})"/.exec(text)?.[1];
  return at !== undefined && !Number.isNaN(Date.parse(at)) ? at : null;
}

function hasRules(text: string): boolean {
  return new RegExp(`"rules":\\s*${RULES}\\b`).test(text);
}
