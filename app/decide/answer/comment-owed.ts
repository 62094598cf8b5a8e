import { COMMENT_TAG } from '../../../core/formats/comment-tag.ts';
import { UNSAID_LABEL } from '../../../core/formats/labels.ts';
import { type Effect, SILENT } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';

/**
 * GitHub refused the bot's comment: the check `descent` says the same, so once nothing else is to be done the comment is written
 * from it, whatever the pull request's state. The label goes in the look after that.
 */
export function withCommentOwed(effects: Effect[], { pull }: Snapshot): Effect[] {
  if (!pull.labels.includes(UNSAID_LABEL) || effects.some((effect) => effect.kind !== 'rest')) return effects;
  const check = pull.heads[0]?.overall?.check;
  const body = check ? `${COMMENT_TAG}\n${check.summary.trim()}` : null;
  const isSaid = body === null || pull.comment?.body.trim() === body;
  return [
    {
      kind: 'answer',
      ...SILENT,
      subject: pull.id,
      checks: [],
      ...(isSaid
        ? { removeLabels: [UNSAID_LABEL] }
        : { comment: { id: pull.comment?.id ?? null, body: body! } }),
    },
  ];
}
