import { baselinePath, parseBaseline } from '../../formats/baseline.ts';
import { type ExperimentResult, parseResult, resultPath, runsIn } from '../../formats/result.ts';
import { borrowedIn, listedTwice } from './borrowed-changes.ts';
import type { Judged } from './judged.ts';
import { wrongIn, wrongWithin } from './record-changes.ts';
import type { ChangedText } from './walked.ts';

/** What a commit does to files that hold runs, one function a kind. Each says what happened, for the ledger. */

export function judgeResult(judged: Judged, { path, before: was, after: is }: ChangedText): void {
  const { walked, event } = judged;
  if (was === null) walked.results += 1;
  if (is === null) {
    walked.results -= 1;
    judged.find(path, 'the result, which stays for ever', 'it was deleted');
    return;
  }
  const [before, after] = [was === null ? null : recordOf(was), recordOf(is)];
  if (typeof before === 'string') return; // it was found when it came
  if (typeof after === 'string') {
    judged.find(path, 'a result that can be read', after);
    return;
  }
  if (resultPath(after) !== path)
    judged.find(path, `the result of ${resultPath(after)} at its place`, `it is here`);
  judged.findAll(path, [...(before ? wrongIn(before, after) : []), ...wrongWithin(after)]);
  if (before?.decidedAt !== after.decidedAt) judged.near(path, 'a verdict', after.decidedAt);
  judged.findAll(path, listedTwice(after.runs));
  judged.newRuns(path, after.pull, before ? runsIn(before) : [], runsIn(after));
  event.records.push({ before, after });
}

export function judgeBaseline(judged: Judged, { path, before, after }: ChangedText): void {
  if (before !== null || after === null) {
    const done = after === null ? 'deleted' : 'changed';
    judged.find(path, 'runs of main’s own file, which are written once', `they were ${done}`);
    return;
  }
  const parsed = parseBaseline(after);
  if (!parsed.ok) {
    judged.find(path, 'runs of main’s own file that can be read', parsed.problems[0]!);
    return;
  }
  const { track, runs } = parsed.value;
  if (baselinePath(parsed.value) !== path) judged.find(path, `${baselinePath(parsed.value)}`, 'it is here');
  for (const run of runs) {
    judged.once(path, run.runId, 0);
    judged.event.incumbentRuns.push({ track, run });
  }
}

export function judgeBorrowed(judged: Judged, { path, before, after }: ChangedText): void {
  const { change, wrong } = borrowedIn(path, before, after);
  judged.findAll(path, wrong);
  if (!change) return;
  judged.newRuns(path, change.after.pull, change.before?.runs ?? [], change.after.runs);
  judged.event.borrowed.push(change);
}

function recordOf(text: string): ExperimentResult | string {
  const parsed = parseResult(text);
  return parsed.kind === 'record' ? parsed.result : parsed.problem;
}
