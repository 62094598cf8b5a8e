import { BASELINES, baselinePath, parseBaseline } from '../formats/baseline.ts';
import { BORROWED_FOLDER, borrowedPath } from '../formats/borrowing/record.ts';
import { CHECKPOINT_PATH } from '../formats/checkpoint.ts';
import { CONFIG_PATH, parseConfig } from '../formats/config.ts';
import { LEADERBOARD_PATH } from '../formats/leaderboard.ts';
import {
  LEDGER_PATH,
  type Ledger,
  ledgerText,
  openLedger,
  type Posting,
  parseLedger,
  RULES,
} from '../formats/ledger.ts';
import { type ExperimentResult, parseResult, resultPath, runsIn } from '../formats/result.ts';
import { TOKENS } from '../formats/token.ts';
import { gitBlob } from '../git-blob.ts';
import { own } from '../names.ts';
import { borrowedIn, paidOtherwise } from './borrowed-changes.ts';
import { wrongCheckpoint } from './checkpoints.ts';
import { wrongDerived } from './derived-changes.ts';
import { bears, fold, type LedgerEvent } from './fold.ts';
import { changedBalance } from './ledger-changes.ts';
import { pricesOf, withPrices } from './prices.ts';
import { wrongIn, wrongWithin } from './record-changes.ts';
import type { ChangedText, Derived, Finding, HistoryCommit, Walked } from './walked.ts';

/**
 * The ledger of main's history, made again commit by commit from what the commits change, and where one does not follow. Nothing before
 * the first ledger of today's rules is judged: a repository that had results before begins there.
 */

const EXPERIMENTS = 'results/experiments';

/** What is judged. A commit may change everything else. */
export const WATCHED = [
  EXPERIMENTS,
  BORROWED_FOLDER,
  BASELINES,
  TOKENS,
  LEDGER_PATH,
  CONFIG_PATH,
  LEADERBOARD_PATH,
  CHECKPOINT_PATH,
];

/** How far an event's time may be from its commit's: the clocks are those of the bot and of GitHub. */
const CLOCKS_MS = 3_600_000;

/**
 * Goes on by one commit. `walked` itself is changed: 100,000 copies of it would be the larger part of the work.
 * @param posted is told what the commit posts
 */
export function walk(
  walked: Walked,
  commit: HistoryCommit,
  posted: (postings: Posting[]) => void = () => {},
): Promise<Finding[]> {
  return new Step(walked, commit, posted).taken();
}

class Step {
  readonly #walked: Walked;
  readonly #commit: HistoryCommit;
  readonly #posted: (postings: Posting[]) => void;
  readonly #findings: Finding[] = [];
  readonly #event: Required<Omit<LedgerEvent, 'at'>> = { records: [], incumbentRuns: [], borrowed: [] };

  constructor(walked: Walked, commit: HistoryCommit, posted: (postings: Posting[]) => void) {
    this.#posted = posted;
    this.#walked = walked;
    this.#commit = commit;
  }

  async taken(): Promise<Finding[]> {
    const { files } = this.#commit;
    for (const file of files) {
      if (file.isOdd) this.#find(file.path, 'a plain file', 'a link, a program or a folder');
      else if (file.path.startsWith(`${EXPERIMENTS}/`)) this.#record(file);
      else if (file.path.startsWith(`${BASELINES}/`)) this.#baseline(file);
      else if (file.path.startsWith(`${BORROWED_FOLDER}/`)) this.#borrowed(file);
    }
    await this.#ledger(files.find(({ path }) => path === LEDGER_PATH) ?? null);
    this.#checkpoint();
    for (const one of this.#commit.derived) this.#derived(one);
    const config = files.find(({ path }) => path === CONFIG_PATH);
    if (config) this.#configure(config.after);
    this.#walked.commits += 1;
    // Before the first ledger nothing is judged.
    return this.#walked.begun === null ? [] : this.#findings;
  }

  #find(path: string, expected: string, found: string): void {
    this.#findings.push({ commit: this.#commit.oid, path, expected, found });
  }

  #configure(text: string | null): void {
    const config = parseConfig(text);
    this.#walked.prices = config.ok ? pricesOf(config.value) : null;
    this.#walked.key = (config.ok && config.value.ledger?.key) || null;
  }

  #checkpoint(): void {
    const { files } = this.#commit;
    const { key, ledger } = this.#walked;
    const isAsked = files.some(({ path }) => path === LEDGER_PATH || path === CHECKPOINT_PATH);
    if (key === null || ledger === null || !isAsked) return;
    for (const { expected, found } of wrongCheckpoint(files, key, ledger))
      this.#find(CHECKPOINT_PATH, expected, found);
  }

  #record({ path, before: was, after: is }: ChangedText): void {
    if (was === null) this.#walked.results += 1;
    if (is === null) {
      this.#walked.results -= 1;
      this.#find(path, 'the result, which stays for ever', 'it was deleted');
      return;
    }
    const [before, after] = [was === null ? null : recordOf(was), recordOf(is)];
    if (typeof before === 'string') return; // it was found when it came
    if (typeof after === 'string') {
      this.#find(path, 'a result that can be read', after);
      return;
    }
    if (resultPath(after) !== path)
      this.#find(path, `the result of ${resultPath(after)} at its place`, `it is here`);
    for (const { expected, found } of [...(before ? wrongIn(before, after) : []), ...wrongWithin(after)])
      this.#find(path, expected, found);
    if (before?.decidedAt !== after.decidedAt) this.#near(path, 'a verdict', after.decidedAt);
    this.#runs(path, after, before);
    this.#event.records.push({ before, after });
  }

  #runs(path: string, after: ExperimentResult, before: ExperimentResult | null): void {
    const listed = new Set<number>();
    for (const { runId } of after.runs) {
      if (listed.has(runId)) this.#find(path, `run ${runId} once`, 'it is listed twice');
      listed.add(runId);
    }
    const known = new Set(before ? runsIn(before).map(({ runId }) => runId) : []);
    for (const runId of new Set(runsIn(after).map((run) => run.runId)))
      if (!known.has(runId)) this.#once(path, runId, after.pull);
  }

  #once(path: string, runId: number, pull: number): void {
    const other = this.#walked.runs.get(runId);
    if (other === undefined) this.#walked.runs.set(runId, pull);
    else
      this.#find(
        path,
        `run ${runId} in one result`,
        `it is in a result of ${other === 0 ? 'main’s own file' : `#${other}`} already`,
      );
  }

  #baseline({ path, before, after }: ChangedText): void {
    if (before !== null || after === null) {
      const done = after === null ? 'deleted' : 'changed';
      this.#find(path, 'runs of main’s own file, which are written once', `they were ${done}`);
      return;
    }
    const parsed = parseBaseline(after);
    if (!parsed.ok) {
      this.#find(path, 'runs of main’s own file that can be read', parsed.problems[0]!);
      return;
    }
    const { track, runs } = parsed.value;
    if (baselinePath(parsed.value) !== path) this.#find(path, `${baselinePath(parsed.value)}`, 'it is here');
    for (const run of runs) {
      this.#once(path, run.runId, 0);
      this.#event.incumbentRuns.push({ track, run });
    }
  }

  #borrowed({ path, before, after }: ChangedText): void {
    const { change, wrong } = borrowedIn(path, before, after);
    for (const { expected, found } of wrong) this.#find(path, expected, found);
    if (!change) return;
    const known = new Set(change.before?.runs.map(({ runId }) => runId));
    for (const runId of new Set(change.after.runs.map((run) => run.runId)))
      if (!known.has(runId)) this.#once(path, runId, change.after.pull);
    this.#event.borrowed.push(change);
  }

  async #ledger(file: ChangedText | null): Promise<void> {
    const { ledger } = this.#walked;
    const { records, incumbentRuns, borrowed } = this.#event;
    const says = records.some(bears) || incumbentRuns.length + borrowed.length > 0;
    if (file === null) {
      if (says && ledger !== null)
        this.#find(LEDGER_PATH, 'a ledger with what this commit’s runs earn', 'it was left as it was');
      return;
    }
    if (file.unread && ledger !== null && this.#foreseen(ledger, file.unread.blob)) return;
    const text = file.unread ? await file.unread.read() : file.after;
    if (text === null) {
      this.#find(LEDGER_PATH, 'the ledger, which stays', 'it was deleted');
      return;
    }
    if (ledger === null) this.#begin(file.before, text);
    else this.#goOn(ledger, text);
  }

  /** Most events are verdicts, and happen when these are decided: then the ledger's text is known without reading it. */
  #foreseen(ledger: Ledger, blob: string): boolean {
    const times = this.#event.records.map(({ after }) => after.decidedAt);
    const at = [...times, ledger.at].reduce((a, b) => (Date.parse(a) < Date.parse(b) ? b : a));
    const { ledger: expected, ...said } = this.#folded(ledger, at);
    if (this.#isEmpty() || gitBlob(ledgerText(expected)) !== blob) return false;
    this.#follows(expected, at, said);
    return true;
  }

  #isEmpty(): boolean {
    const { records, incumbentRuns, borrowed } = this.#event;
    return records.length + incumbentRuns.length + borrowed.length === 0;
  }

  #folded(ledger: Ledger, at: string): ReturnType<typeof fold> {
    const { prices } = this.#walked;
    return fold(prices === null ? ledger : withPrices(ledger, prices, at), { at, ...this.#event });
  }

  #follows(
    expected: Ledger,
    at: string,
    { postings, overdrafts }: Omit<ReturnType<typeof fold>, 'ledger'>,
  ): void {
    this.#near(LEDGER_PATH, 'an event', at);
    this.#posted(postings);
    for (const { runId, account, milli } of overdrafts)
      this.#find(
        LEDGER_PATH,
        `${account} with ${milli / 1000} credits or more to spend on run ${runId}, as a result says that it did`,
        'it had less',
      );
    for (const one of this.#event.borrowed)
      for (const wrong of paidOtherwise(one, postings))
        this.#find(borrowedPath(one.after.pull), wrong.expected, wrong.found);
    this.#walked.ledger = expected;
  }

  /** The first one of today's rules. An older one before it is taken as it stood. */
  #begin(before: string | null, text: string): void {
    if (!hasRules(text)) return;
    const older = before === null ? null : parseLedger(before);
    const at = timeIn(text);
    const from = older?.ok ? older.value : openLedger(at ?? this.#commit.at, this.#walked.prices ?? {});
    this.#walked.begun = { commit: this.#commit.oid, carried: older?.ok ?? false };
    this.#goOn(from, text);
  }

  #goOn(ledger: Ledger, text: string): void {
    const at = timeIn(text);
    if (at === null) {
      const parsed = parseLedger(text);
      this.#find(
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
      this.#find(LEDGER_PATH, `an event at ${ledger.at} or later`, at);
    const { ledger: expected, ...said } = this.#folded(ledger, at);
    this.#follows(expected, at, said);
    if (ledgerText(expected) !== text) this.#changed(expected, text, '');
  }

  #changed(expected: Ledger, text: string, why: string): void {
    const parsed = parseLedger(text);
    if (!parsed.ok) {
      this.#find(LEDGER_PATH, 'a ledger that can be read', parsed.problems[0]!);
      return;
    }
    const [should, is] = changedBalance(expected, parsed.value);
    this.#find(LEDGER_PATH, `${should}${why}`, is);
    this.#walked.ledger = parsed.value; // what follows is judged by what it went on from
  }

  #near(path: string, what: string, at: string): void {
    const { at: committed } = this.#commit;
    if (Math.abs(Date.parse(at) - Date.parse(committed)) <= CLOCKS_MS) return;
    this.#find(path, `${what} within an hour of its commit, ${committed}`, at);
  }

  #derived({ path, expected }: Derived): void {
    const file = this.#commit.files.find((one) => one.path === path);
    for (const wrong of wrongDerived(file, expected)) this.#find(path, wrong.expected, wrong.found);
    const after = file?.after ?? null;
    const [, track, number] = TOKEN.exec(path) ?? [];
    if (track === undefined || after === null) return;
    const next = own(this.#walked.tokens, track) ?? Number(number);
    if (Number(number) !== next)
      this.#find(path, `${TOKENS}/${track}/${next}.json first`, 'that one is missing');
    this.#walked.tokens[track] = Number(number) + 1;
  }
}

const TOKEN = new RegExp(`^${TOKENS}/([a-z0-9-]+)/(\\d+)[.]json$`);

function recordOf(text: string): ExperimentResult | string {
  const parsed = parseResult(text);
  return parsed.kind === 'record' ? parsed.result : parsed.problem;
}

/** Of a ledger's text, without parsing all of it: the whole text is compared afterwards. Its keys are in order, and no other `at` comes before. */
function timeIn(text: string): string | null {
  const at = /"at":\s*"([^"\\]{1,40})"/.exec(text)?.[1];
  return at !== undefined && !Number.isNaN(Date.parse(at)) ? at : null;
}

function hasRules(text: string): boolean {
  return new RegExp(`"rules":\\s*${RULES}\\b`).test(text);
}
