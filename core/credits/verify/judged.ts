import type { LedgerEvent } from '../fold.ts';
import type { Finding, HistoryCommit, Walked, Wrong } from './walked.ts';

/** How far an event's time may be from its commit's: the clocks are those of the bot and of GitHub. */
const CLOCKS_MS = 3_600_000;

/** One commit while it is judged: what its files say happened, and what does not follow. */
export class Judged {
  readonly walked: Walked;
  readonly commit: HistoryCommit;
  readonly findings: Finding[] = [];
  readonly event: Required<Omit<LedgerEvent, 'at'>> = { records: [], incumbentRuns: [], borrowed: [] };

  constructor(walked: Walked, commit: HistoryCommit) {
    this.walked = walked;
    this.commit = commit;
  }

  find(path: string, expected: string, found: string): void {
    this.findings.push({ commit: this.commit.oid, path, expected, found });
  }

  findAll(path: string, wrong: readonly Wrong[]): void {
    for (const { expected, found } of wrong) this.find(path, expected, found);
  }

  /** What happened at that time was committed then. */
  near(path: string, what: string, at: string): void {
    const { at: committed } = this.commit;
    if (Math.abs(Date.parse(at) - Date.parse(committed)) <= CLOCKS_MS) return;
    this.find(path, `${what} within an hour of its commit, ${committed}`, at);
  }

  /** Runs that a file has from this commit on are in no other file. @param pull whose they are; 0 for main's own file */
  newRuns(path: string, pull: number, before: readonly Ran[], after: readonly Ran[]): void {
    const known = new Set(before.map(({ runId }) => runId));
    for (const runId of new Set(after.map((run) => run.runId)))
      if (!known.has(runId)) this.once(path, runId, pull);
  }

  once(path: string, runId: number, pull: number): void {
    const other = this.walked.runs.get(runId);
    if (other === undefined) this.walked.runs.set(runId, pull);
    else
      this.find(
        path,
        `run ${runId} in one result`,
        `it is in a result of ${other === 0 ? 'main’s own file' : `#${other}`} already`,
      );
  }
}

type Ran = { runId: number };
