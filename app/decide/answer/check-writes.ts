import { BELOW_TAG, COMMENT_TAG } from '../../../core/formats/comment-tag.ts';
import { type Answer, type CheckWrite, type Conclusion, SILENT } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { encodeOverall } from '../../model/state.ts';
import type { Decided } from './decided.ts';

/** The comment and the check run of the record's head with another end, after a verdict that stays as it was said. */
export function belowVerdict(
  { pull }: Snapshot,
  { head, section }: NonNullable<Decided['below']>,
  checks: CheckWrite[],
): Answer {
  const overall = pull.heads.find((one) => one.oid === head)?.overall ?? null;
  // While another track is measured the comment shows that; the last verdict says the rest.
  if (overall !== null && overall.check.status !== 'completed') return { ...SILENT, checks };
  const said = (pull.comment?.body ?? COMMENT_TAG).split(BELOW_TAG)[0]!.trimEnd();
  const body = section === null ? said : `${said}\n\n${BELOW_TAG}\n${section}`;
  const verdict: CheckWrite[] =
    overall === null
      ? []
      : [
          {
            id: overall.check.id,
            head,
            name: overall.check.name,
            externalId: overall.check.externalId,
            status: 'completed',
            conclusion: overall.check.conclusion as Conclusion | null,
            detailsUrl: null,
            title: overall.check.title,
            summary: body.slice(COMMENT_TAG.length).trim(),
            text: overall.check.text,
          },
        ];
  const comment = { id: pull.comment?.id ?? null, body };
  return { ...SILENT, subject: pull.id, checks: [...checks, ...verdict], comment };
}

/** The check runs of heads that a push left behind. */
export function leftBehind(
  { pull }: Snapshot,
  { heads, title, summary }: NonNullable<Decided['left']>,
): CheckWrite[] {
  return heads.flatMap(({ oid, overall }): CheckWrite[] => {
    if (overall === null) return [];
    const { check, key } = overall;
    return [
      {
        id: check.id,
        head: oid,
        name: check.name,
        externalId: encodeOverall(pull.number, { ...key, state: 'verdict', holds: [] }),
        status: 'completed',
        conclusion: 'neutral',
        detailsUrl: null,
        title,
        summary,
        text: check.text,
      },
    ];
  });
}
