import { BELOW_TAG, COMMENT_TAG } from '../../../core/formats/comment-tag.ts';
import { type CheckWrite, type Conclusion, type Effect, SILENT } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';

/** What is added to a pull request after its verdict, which stays as it was said. */

export function checksOnly(checks: CheckWrite[]): Effect {
  return { kind: 'answer', ...SILENT, checks };
}

/** The comment and the check run of the record's head with another end; null ends them with the verdict. */
export function belowVerdict(
  { pull }: Snapshot,
  head: string,
  section: string | null,
  checks: CheckWrite[] = [],
): Effect {
  const overall = pull.heads.find((one) => one.oid === head)?.overall ?? null;
  // While another track is measured the comment shows that; the last verdict says the rest.
  if (overall !== null && overall.check.status !== 'completed') return checksOnly(checks);
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
  return { kind: 'answer', ...SILENT, subject: pull.id, checks: [...checks, ...verdict], comment };
}
