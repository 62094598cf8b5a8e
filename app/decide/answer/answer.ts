import { overallName } from '../../../core/formats/check-name.ts';
import { COMMENT_TAG } from '../../../core/formats/comment-tag.ts';
import { LABELS } from '../../../core/formats/labels.ts';
import { encodeReasons, type Reason } from '../../../core/formats/reasons.ts';
import type { Answer, CheckWrite } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { encodeOverall } from '../../model/state.ts';
import { type Look, lookOf } from '../../say/decision.ts';
import { committedOf, summed } from '../rules/spending/committed.ts';
import type { Said } from './decided.ts';

/** What is to be shown of a decision. `answerOf` gives what differs from how the pull request looks now, so that saying it twice says it once. */
export interface WantedAnswer extends Said {
  /** Check runs of its runs, written in the same request. */
  checks: CheckWrite[];
  /** The rules that led to the decision; empty keeps what the check run has. */
  reasons: Reason[];
}

function written(
  snapshot: Snapshot,
  { blob, track, reasons, ...said }: WantedAnswer,
  look: Look,
): CheckWrite {
  const { heads } = snapshot.pull;
  const head = heads[0]!;
  const { message, state, conclusion } = look;
  const content = snapshot.contents[blob] ?? null;
  const spent = committedOf(snapshot, state);
  const holds = summed([...spent, ...(said.holds ?? []), ...(look.holds ?? [])]);
  const starts = heads.flatMap(({ overall }) =>
    overall?.key.track === track ? (overall.key.start ?? []) : [],
  );
  const start = said.start ?? (starts.length > 0 ? Math.max(...starts) : undefined);
  const key = { blob, track, state, content, holds, ...(start !== undefined && { start }) };
  return {
    id: head.overall?.check.id ?? null,
    head: head.oid,
    name: head.overall?.check.name ?? overallName(snapshot.pull.number, head.shared),
    externalId: encodeOverall(snapshot.pull.number, key),
    status: conclusion ? 'completed' : state === 'queued' || state === 'later' ? 'queued' : 'in_progress',
    conclusion,
    detailsUrl: null,
    title: message.title,
    summary: message.body,
    text: encodeReasons(reasons) || (head.overall?.check.text ?? ''),
  };
}

/** Reasons alone are no cause to write: places in a queue move all the time. */
function sameCheck(snapshot: Snapshot, write: CheckWrite): boolean {
  const check = snapshot.pull.heads[0]?.overall?.check;
  return (
    check !== undefined &&
    check.externalId === write.externalId &&
    check.status === write.status &&
    check.conclusion === write.conclusion &&
    check.title === write.title &&
    check.summary.trim() === write.summary.trim()
  );
}

export function answerOf(snapshot: Snapshot, wanted: WantedAnswer): Answer {
  const { pull } = snapshot;
  const look = lookOf(snapshot, wanted.decision, wanted.track);
  const overall = written(snapshot, wanted, look);
  const body = `${COMMENT_TAG}\n${look.message.body}`;
  const commentIsRight = pull.comment?.body.trim() === body.trim();
  const ours: readonly string[] = LABELS;
  return {
    subject: pull.id,
    checks: [...wanted.checks, ...(sameCheck(snapshot, overall) ? [] : [overall])],
    comment: look.comment && !commentIsRight ? { id: pull.comment?.id ?? null, body } : null,
    addLabels: look.labels.filter((label) => !pull.labels.includes(label)),
    removeLabels: pull.labels.filter((label) => ours.includes(label) && !look.labels.includes(label)),
    close: look.close && pull.state === 'open',
  };
}

export function isEmpty(answer: Answer): boolean {
  return (
    answer.checks.length === 0 &&
    answer.comment === null &&
    answer.addLabels.length === 0 &&
    answer.removeLabels.length === 0 &&
    !answer.close
  );
}
