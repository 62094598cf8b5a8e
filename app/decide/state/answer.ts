import { overallName } from '../../../core/formats/check-name.ts';
import { COMMENT_TAG } from '../../../core/formats/comment-tag.ts';
import { LABELS } from '../../../core/formats/labels.ts';
import type { Answer, CheckWrite, Conclusion } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { encodeOverall, type OverallKey } from '../../model/state.ts';
import type { Saying } from '../../say/before-verdict.ts';

/** How a request should look. `answerOf` turns it into what differs from how it looks now, so that saying it twice says it once. */
export interface Wish {
  saying: Saying;
  key: OverallKey;
  conclusion: Conclusion | null;
  /** The one label of ours the request carries. */
  labels: string[];
  comment: boolean;
  close: boolean;
  checks: CheckWrite[];
}

export function overallWrite(
  snapshot: Snapshot,
  wish: Pick<Wish, 'saying' | 'key' | 'conclusion'>,
): CheckWrite {
  const head = snapshot.pull.heads[0];
  return {
    id: head?.overall?.check.id ?? null,
    head: head!.oid,
    name: head?.overall?.check.name ?? overallName(snapshot.pull.number, head?.shared ?? false),
    externalId: encodeOverall(snapshot.pull.number, {
      ...wish.key,
      content: snapshot.contents[wish.key.blob] ?? null,
    }),
    status: wish.conclusion
      ? 'completed'
      : wish.key.state === 'queued' || wish.key.state === 'later'
        ? 'queued'
        : 'in_progress',
    conclusion: wish.conclusion,
    detailsUrl: null,
    title: wish.saying.title,
    summary: wish.saying.body,
    text: '',
  };
}

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

export function answerOf(snapshot: Snapshot, wish: Wish): Answer {
  const { pull } = snapshot;
  const overall = overallWrite(snapshot, wish);
  const body = `${COMMENT_TAG}\n${wish.saying.body}`;
  const commentIsRight = pull.comment?.body.trim() === body.trim();
  const ours: readonly string[] = LABELS;
  return {
    subject: pull.id,
    checks: [...wish.checks, ...(sameCheck(snapshot, overall) ? [] : [overall])],
    comment: wish.comment && !commentIsRight ? { id: pull.comment?.id ?? null, body } : null,
    addLabels: wish.labels.filter((label) => !pull.labels.includes(label)),
    removeLabels: pull.labels.filter((label) => ours.includes(label) && !wish.labels.includes(label)),
    close: wish.close && pull.state === 'open',
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
