import { canonicalJson } from '../../formats/ledger.ts';
import {
  type Audit,
  type ExperimentResult,
  goesOn,
  isSameAudit,
  RECONSIDERED,
  runsIn,
} from '../../formats/result.ts';
import type { RunResult } from '../../formats/run.ts';
import { cut } from '../../text/cut.ts';
import { spendingId } from '../book.ts';
import { SHOWN, type Wrong } from './walked.ts';

/**
 * What the bot does to a result that stands: it adds runs, audits, scorings and insights, ends audits, marks runs that do not count, and
 * judges again when one of these says so, or when the chain of an adopted file ends. What was measured never changes, and nothing goes.
 */

/** What is wrong in a change; the worst first. */
export function wrongIn(before: ExperimentResult, after: ExperimentResult): Wrong[] {
  return [
    ...sameIdentity(before, after),
    ...runsStay('its runs', before.runs, after.runs),
    ...discountsStay(before, after),
    ...auditsStay(before.audits, after.audits),
    ...rescoresStay(before, after),
    ...begins('what was paid for it', before.paid ?? [], after.paid ?? []),
    ...begins('its insights', before.insights, after.insights),
    ...wordsStay(before, after),
    ...judgedForReason(before, after),
  ];
}

/** What is wrong in a result by itself: who is paid for a run, and who paid for it, are said once. */
export function wrongWithin(result: ExperimentResult): Wrong[] {
  const { runs, paid = [] } = result;
  const known = new Map<number, RunResult>();
  const wrong = runsIn(result).flatMap((run) => {
    const other = known.get(run.runId);
    known.set(run.runId, other ?? run);
    return other ? differs(`run ${run.runId}, which is listed twice`, measured(other), measured(run)) : [];
  });
  const spendings = new Set<string>();
  for (const one of paid) {
    const { runId, account } = one;
    if (!runs.some((run) => run.runId === runId))
      wrong.push({ expected: 'credits spent for runs of this result', found: `run ${runId} is none` });
    if (spendings.has(spendingId(one)))
      wrong.push({ expected: `run ${runId} paid once by ${account}`, found: 'it is paid twice' });
    spendings.add(spendingId(one));
  }
  return wrong;
}

const IDENTITY = ['pull', 'blob', 'track', 'author'] as const;

/** Old results have no number of the author. */
function sameIdentity(before: ExperimentResult, after: ExperimentResult): Wrong[] {
  const { authorId = after.authorId } = before;
  return [
    ...IDENTITY.flatMap((key) => differs(`\`${key}\``, before[key], after[key])),
    ...differs('`authorId`', authorId, after.authorId),
  ];
}

/** Runs keep their order or not, but each stays as it was measured. */
function runsStay(what: string, before: readonly RunResult[], after: readonly RunResult[]): Wrong[] {
  const now = new Map(after.map((run) => [run.runId, run]));
  return before.flatMap((run) => {
    const is = now.get(run.runId);
    if (!is) return [{ expected: `${what}, run ${run.runId} among them`, found: 'it is gone' }];
    return differs(`run ${run.runId} as it was measured`, measured(run), measured(is));
  });
}

/** What does not count counts again only where the file is judged again. */
function discountsStay(before: ExperimentResult, after: ExperimentResult): Wrong[] {
  if (before.decidedAt !== after.decidedAt) return [];
  const now = new Map(runsIn(after).map((run) => [run.runId, run]));
  return runsIn(before).flatMap(({ runId, discounted }) =>
    discounted === undefined || now.get(runId)?.discounted !== undefined
      ? []
      : [{ expected: `run ${runId} marked as one that does not count`, found: 'it counts' }],
  );
}

/** Whether it counts is judged again. How earlier orders of it ended has present names of machines. */
function measured({ discounted: _, ends: __, failedOn: ___, ...run }: RunResult) {
  return run;
}

function auditsStay(before: readonly Audit[], after: readonly Audit[]): Wrong[] {
  return before.flatMap((audit) => {
    const is = after.find(isSameAudit(audit));
    const what = `the audit of run ${audit.of}`;
    if (!is) return [{ expected: what, found: 'it is gone' }];
    const end = ({ why, outcome, outlier }: Audit) => ({ why, outcome, outlier });
    return [
      ...runsStay(what, audit.runs, is.runs),
      ...(audit.outcome === 'open'
        ? differs(`${what}, why it was made`, audit.why, is.why)
        : differs(`${what} as it ended`, end(audit), end(is))),
    ];
  });
}

function rescoresStay(
  { rescores: before }: ExperimentResult,
  { rescores: after }: ExperimentResult,
): Wrong[] {
  return begins('its scorings', before, after);
}

/** The later list has the earlier one at its beginning. */
function begins<T>(what: string, before: readonly T[], after: readonly T[]): Wrong[] {
  const at = before.findIndex((one, i) => canonicalJson(one) !== canonicalJson(after[i] ?? null));
  if (at < 0) return [];
  const found = after[at] === undefined ? 'it is gone' : shown(after[at]);
  return [{ expected: `${what} as they were, number ${at + 1} ${shown(before[at])}`, found }];
}

/** The log is that of the latest runs, and is compared where there are none. */
function wordsStay(before: ExperimentResult, after: ExperimentResult): Wrong[] {
  const words = ({ authorText: { log: _, ...text } }: ExperimentResult) => text;
  return differs('the author’s words', words(before), words(after));
}

/** All that a verdict writes anew. */
const JUDGED = [
  'verdict',
  'reason',
  'valBpb',
  'evidence',
  'incumbent',
  'distribution',
  'heldoutBpb',
  'head',
  'base',
  'composedFrom',
  'conflict',
  'chain',
  'content',
  'curve',
  'untrusted',
  'diff',
  'authorText',
] as const;

/** A verdict is not reached again by itself. */
function judgedForReason(before: ExperimentResult, after: ExperimentResult): Wrong[] {
  if (Date.parse(after.decidedAt) < Date.parse(before.decidedAt))
    return [{ expected: `decided at ${before.decidedAt} or later`, found: after.decidedAt }];
  if (hasNewEvidence(before, after) || chainEnded(before, after) || goesOn(before)) return [];
  if (before.reason.code === RECONSIDERED && after.decidedAt !== before.decidedAt) return [];
  return JUDGED.flatMap((key) =>
    differs(`\`${key}\` as it was decided, since nothing was measured`, before[key], after[key]),
  );
}

function hasNewEvidence(before: ExperimentResult, after: ExperimentResult): boolean {
  const evidence = (one: ExperimentResult) =>
    canonicalJson([
      runsIn(one).map(({ runId, discounted }) => [runId, discounted ?? null]),
      one.audits.map(({ outcome }) => outcome),
    ]);
  return evidence(before) !== evidence(after);
}

/** What was adopted is decided by its chain, or falls when the frontier is switched off. */
function chainEnded(before: ExperimentResult, after: ExperimentResult): boolean {
  if (before.verdict !== 'adopted' || after.decidedAt === before.decidedAt) return false;
  const { verdict } = after;
  return (
    (after.chain !== undefined && (verdict === 'improved' || verdict === 'not-held')) ||
    after.reason.code === RECONSIDERED
  );
}

/** Of two objects, the first key that differs. */
function differs(what: string, before: unknown, after: unknown): Wrong[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  if (isObject(before) && isObject(after))
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const wrong = differs(`\`${key}\` of ${what}`, before[key], after[key]);
      if (wrong.length > 0) return wrong;
    }
  return [{ expected: `${what}: ${shown(before)}`, found: shown(after) }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return cut(canonicalJson(value ?? null), SHOWN);
}
