import { encodeReply } from '../../model/command.ts';
import { type Effect, SILENT } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { replyBody } from '../../say/command-reply.ts';
import type { Decided } from './decided.ts';

/** The one reply to commands, rewritten; nothing when it says all this already. */
export function repliesTo(
  { pull }: Snapshot,
  { answers, approved, tracks, sponsors, closes }: NonNullable<Decided['replies']>,
): Effect[] {
  const { reply } = pull;
  const endings = new Map(reply.endings);
  for (const { asked, ending } of answers) endings.set(asked.id, ending);
  const news = answers.filter((one) => reply.endings.get(one.asked.id) !== one.ending);
  if (news.length === 0 && !closes) return [];
  const body = `${encodeReply({ endings, approved, tracks, sponsors })}\n${replyBody(reply.body, news)}`;
  return [
    {
      kind: 'answer',
      ...SILENT,
      subject: pull.id,
      checks: [],
      comment: { id: reply.id, body },
      close: closes && pull.state === 'open',
    },
  ];
}
