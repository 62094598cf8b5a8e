import type { CheckWrite, Effect } from '../model/effect.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { COMMENT_TAG } from '../model/tag.ts';

/** What is added to a request after its verdict, which stays as it was said. */

/** Begins what follows the verdict in the bot's comment. */
export const BELOW_TAG = '<!-- descent:audits -->';

export function checksOnly(checks: CheckWrite[]): Effect {
  return {
    kind: 'answer',
    subject: null,
    checks,
    comment: null,
    addLabels: [],
    removeLabels: [],
    close: false,
  };
}

/** The comment with another end; null ends it with the verdict. */
export function belowVerdict({ pull }: Snapshot, section: string | null, checks: CheckWrite[]): Effect {
  const said = (pull.comment?.body ?? COMMENT_TAG).split(BELOW_TAG)[0]!.trimEnd();
  const body = section === null ? said : `${said}\n\n${BELOW_TAG}\n${section}`;
  return {
    kind: 'answer',
    subject: pull.id,
    checks,
    comment: { id: pull.comment?.id ?? null, body },
    addLabels: [],
    removeLabels: [],
    close: false,
  };
}
