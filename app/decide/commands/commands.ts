import { MOST_TRACKS } from '../../../core/formats/description.ts';
import type { Asked, Command, Reply } from '../../model/command.ts';
import { encodeReply } from '../../model/command.ts';
import { type Effect, SILENT } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { tracksAsked } from '../../model/tracks.ts';
import { ANSWERS, type Answered, replyBody } from '../../say/command-reply.ts';
import { experimentsOf } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';
import { insightCommit, isFull, resultFor } from './insight.ts';

/** Who may ask for what, and what is done about it. A command is answered after it is done: what breaks in between is done again. */

type Name = Exclude<Command['name'], 'malformed'>;
type Role = 'anyone' | 'author' | 'maintainer';

const MAY: Record<Name, readonly Role[]> = {
  help: ['anyone'],
  insight: ['author', 'maintainer'],
  rerun: ['author', 'maintainer'],
  cancel: ['author', 'maintainer'],
  track: ['author', 'maintainer'],
  approve: ['maintainer'],
};

function rolesOf({ isAuthor, permission }: Asked): Role[] {
  const roles: Role[] = ['anyone'];
  if (isAuthor) roles.push('author');
  if (permission !== 'read') roles.push('maintainer');
  return roles;
}

function answerTo(asked: Asked, snapshot: Snapshot, settings: Settings): Answered {
  const { command } = asked;
  const refused = (why: string): Answered => ({ asked, ending: 'refused', why });
  const taken = (why: string, does?: Answered['does']): Answered => ({
    asked,
    ending: 'taken',
    why,
    ...(does && { does }),
  });
  if (command.name === 'malformed') return refused(ANSWERS.malformed(command.usage));
  const may = MAY[command.name];
  if (!rolesOf(asked).some((role) => may.includes(role)))
    return refused(ANSWERS.notYours(may.includes('author') ? 'author' : 'maintainer'));
  const { pull } = snapshot;
  switch (command.name) {
    case 'help':
      return taken(ANSWERS.help);
    case 'track':
      return addTrack(snapshot, settings, command.track, taken, refused);
    case 'approve':
      if (!pull.file) return refused(ANSWERS.noFile);
      return pull.reply.approved === pull.file.oid
        ? taken(ANSWERS.approvedBefore)
        : taken(ANSWERS.approved, 'approve');
    case 'cancel':
      return pull.state === 'open'
        ? taken(ANSWERS.cancelled, 'cancel')
        : refused(ANSWERS.isClosed(pull.state));
    case 'rerun':
      return rerun(snapshot, taken, refused);
    case 'insight': {
      const result = resultFor(snapshot);
      if (!result) return { asked, ending: 'waits', why: ANSWERS.insightWaits };
      return isFull(result) && insightCommit(snapshot, settings, result, [asked]) === null
        ? refused(ANSWERS.insightFull)
        : taken(ANSWERS.insightAdded, 'insight');
    }
  }
}

function rerun(
  { pull, results }: Snapshot,
  taken: (why: string, does?: 'rerun') => Answered,
  refused: (why: string) => Answered,
): Answered {
  const decided = results.filter((one) => one.result.pull === pull.number).map((one) => one.result.track);
  const experiment = experimentsOf(pull.heads).find(
    (one) => one.blob === pull.file?.oid && !decided.includes(one.track),
  );
  if (pull.state !== 'open' || pull.draft) return refused(ANSWERS.notReady);
  if (experiment && experiment.failed.length > 0) return taken(ANSWERS.rerun, 'rerun');
  if (experiment && experiment.pending.length > 0) return taken(ANSWERS.running);
  return refused(ANSWERS.nothingToRerun);
}

function addTrack(
  { pull }: Snapshot,
  { config }: Settings,
  track: string,
  taken: (why: string, does?: 'track') => Answered,
  refused: (why: string) => Answered,
): Answered {
  const asked = tracksAsked(pull, config.primary);
  if (!Object.hasOwn(config.tracks, track)) return refused(ANSWERS.unknownTrack(Object.keys(config.tracks)));
  if (pull.state !== 'open') return refused(ANSWERS.trackTooLate(pull.state, track));
  if (asked.includes(track)) return taken(ANSWERS.trackBefore(track));
  if (asked.length >= MOST_TRACKS) return refused(ANSWERS.tooManyTracks(MOST_TRACKS));
  return taken(ANSWERS.trackAdded(track, asked), 'track');
}

/**
 * Handles the unanswered commands, then takes `step`, the pull request's own step. Insights go first and alone, because their
 * commit moves main. Everything else follows in the next turn.
 */
export function handleCommands(
  snapshot: Snapshot,
  settings: Settings,
  step: (snapshot: Snapshot) => Effect[],
): Effect[] {
  const { asked } = snapshot.pull;
  if (asked.length === 0) return step(snapshot);
  const answers = answersTo(asked, snapshot, settings);
  const insights = answers.filter((one) => one.does === 'insight');
  const result = resultFor(snapshot);
  if (result && insights.length > 0) {
    const commit = insightCommit(
      snapshot,
      settings,
      result,
      insights.map((one) => one.asked),
    );
    return [...(commit ? [commit] : []), ...replies(snapshot, insights, false), { kind: 'again' }];
  }
  if (answers.some((one) => one.does === 'cancel'))
    return [...replies(snapshot, answers, true), { kind: 'again' }];

  const { reply } = snapshot.pull;
  const approved = approvedBy(snapshot, answers);
  const retry = snapshot.retry || answers.some((one) => one.does === 'rerun');
  const tracks = tracksAfter(reply, answers);
  const effects = step({
    ...snapshot,
    retry,
    pull: { ...snapshot.pull, reply: { ...reply, approved, tracks } },
  });
  const said = replies(snapshot, answers, false);
  const recorded = effects.some((effect) => effect.kind === 'record' || effect.kind === 'merge');
  const waits = answers.some((one) => one.ending === 'waits');
  return [...effects, ...said, ...(recorded && waits ? [{ kind: 'again' } as const] : [])];
}

/** In their order: a second `/track` of the same name sees the first. */
function answersTo(asked: Asked[], snapshot: Snapshot, settings: Settings): Answered[] {
  const answers: Answered[] = [];
  for (const one of asked) {
    const tracks = tracksAfter(snapshot.pull.reply, answers);
    const pull = { ...snapshot.pull, reply: { ...snapshot.pull.reply, tracks } };
    answers.push(answerTo(one, { ...snapshot, pull }, settings));
  }
  return answers;
}

function tracksAfter(reply: Reply, answers: Answered[]): string[] {
  const added = answers.flatMap(({ does, asked: { command } }) =>
    does === 'track' && command.name === 'track' ? [command.track] : [],
  );
  return [...new Set([...reply.tracks, ...added])];
}

/** Approval is of the file that is there: a push asks for it again. */
function approvedBy({ pull }: Snapshot, answers: Answered[]): string | null {
  return answers.some((one) => one.does === 'approve') ? (pull.file?.oid ?? null) : pull.reply.approved;
}

/** The one reply, rewritten; nothing when it says all this already. */
function replies(snapshot: Snapshot, answers: Answered[], close: boolean): Effect[] {
  const { reply } = snapshot.pull;
  const endings = new Map(reply.endings);
  for (const { asked, ending } of answers) endings.set(asked.id, ending);
  const approved = approvedBy(snapshot, answers);
  const news = answers.filter((one) => reply.endings.get(one.asked.id) !== one.ending);
  if (news.length === 0 && !close) return [];
  const tracks = tracksAfter(reply, answers);
  const body = `${encodeReply({ endings, approved, tracks })}\n${replyBody(reply.body, news)}`;
  return [
    {
      kind: 'answer',
      ...SILENT,
      subject: snapshot.pull.id,
      checks: [],
      comment: { id: reply.id, body },
      close: close && snapshot.pull.state === 'open',
    },
  ];
}
