import { MOST_TRACKS } from '../../../core/formats/description.ts';
import { goesOn } from '../../../core/formats/result.ts';
import type { Asked, Command, Reply, Sponsor } from '../../model/command.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { tracksAsked } from '../../model/tracks.ts';
import { ANSWERS, type Answered } from '../../say/command-reply.ts';
import { lacksCredits } from '../../say/credits.ts';
import type { Decided } from '../answer/decided.ts';
import { creditsOf } from '../rules/spending/bid.ts';
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
  sponsor: ['anyone'],
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
    case 'sponsor':
      return sponsor(asked, command.credits, snapshot, settings);
    case 'cancel':
      return pull.state === 'open'
        ? taken(ANSWERS.cancelled, 'cancel')
        : refused(ANSWERS.isClosed(pull.state));
    case 'rerun':
      return rerun(snapshot, taken, refused);
    case 'insight': {
      const result = resultFor(snapshot);
      if (!result) return { asked, ending: 'waits', why: 'is added to the result as soon as there is one' };
      return isFull(result) && insightCommit(result, [asked]) === null
        ? refused('its result has no room for more; open an issue with the form "Insight"')
        : taken('added to the result', 'insight');
    }
  }
}

/** How many people may offer credits for one file: what is held has to fit beside it in a check run's key. */
const MOST_SPONSORS = 3;

function sponsor(asked: Asked, credits: number, snapshot: Snapshot, settings: Settings): Answered {
  const { pull } = snapshot;
  const refused = (why: string): Answered => ({ asked, ending: 'refused', why });
  const taken = (why: string): Answered => ({ asked, ending: 'taken', why, does: 'sponsor' });
  if (asked.isAuthor) return refused(ANSWERS.bidsOneself);
  if (asked.byId == null) return refused(ANSWERS.noAccount);
  if (pull.state !== 'open') return refused(ANSWERS.isClosed(pull.state));
  if (!pull.file) return refused(ANSWERS.noFile);
  const others = sponsorsOf(pull).filter(({ id }) => id !== asked.byId);
  if (credits === 0) return taken(ANSWERS.sponsorsNoMore);
  if (others.length >= MOST_SPONSORS) return refused(ANSWERS.tooManySponsors(MOST_SPONSORS));
  const { credits: has } = creditsOf(snapshot, settings, { login: asked.by, id: asked.byId });
  if (has.free < credits * 1000) return refused(lacksCredits(credits * 1000, has));
  return taken(ANSWERS.sponsors(credits));
}

/** Offers are for the file that was there when they were made. */
function sponsorsOf({ reply, file }: Snapshot['pull']): Sponsor[] {
  return reply.sponsors.filter(({ blob }) => blob === file?.oid);
}

function sponsorsAfter(pull: Snapshot['pull'], answers: Answered[]): Sponsor[] {
  const offers = new Map(sponsorsOf(pull).map((one) => [one.id, one]));
  for (const { does, asked } of answers) {
    if (does !== 'sponsor' || asked.command.name !== 'sponsor' || asked.byId == null) continue;
    offers.delete(asked.byId);
    const { credits } = asked.command;
    if (credits > 0)
      offers.set(asked.byId, { id: asked.byId, login: asked.by, credits, blob: pull.file!.oid });
  }
  return [...offers.values()];
}

function rerun(
  { pull, results, composed }: Snapshot,
  taken: (why: string, does?: 'rerun') => Answered,
  refused: (why: string) => Answered,
): Answered {
  const decided = results
    .filter(({ result }) => result.pull === pull.number && !goesOn(result))
    .map((one) => one.result.track);
  // Its own file, and what was composed of it.
  const files = [
    pull.file?.oid,
    ...Object.values(composed).map((on) => (on.kind === 'file' ? on.blob : null)),
  ];
  const open = experimentsOf(pull.heads).filter(
    (one) => files.includes(one.blob) && !decided.includes(one.track),
  );
  const experiment = open.find(({ failed }) => failed.length > 0) ?? open[0];
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

/** What commands come to. */
export type Heard =
  /** They are what is done now. */
  | { kind: 'does'; decided: Decided }
  /** The pull request's own step is taken, with what they change of it, and they are answered with it. */
  | { kind: 'asks'; snapshot: Snapshot; replies: Decided['replies']; waits: boolean };

/**
 * Handles the unanswered commands. Insights go first and alone, because their commit moves main. Everything else follows in the
 * next turn. Null where nobody asked for anything.
 */
export function hear(snapshot: Snapshot, settings: Settings): Heard | null {
  const { asked, reply } = snapshot.pull;
  if (asked.length === 0) return null;
  const answers = answersTo(asked, snapshot, settings);
  const replies = (some: Answered[], closes: boolean) => ({
    answers: some,
    approved: approvedBy(snapshot, some),
    tracks: tracksAfter(reply, some),
    sponsors: sponsorsAfter(snapshot.pull, some),
    closes,
  });
  const insights = answers.filter((one) => one.does === 'insight');
  const result = resultFor(snapshot);
  if (result && insights.length > 0) {
    const commit = insightCommit(
      result,
      insights.map((one) => one.asked),
    );
    return { kind: 'does', decided: { reasons: [], commit, replies: replies(insights, false), again: true } };
  }
  if (answers.some((one) => one.does === 'cancel'))
    return { kind: 'does', decided: { reasons: [], replies: replies(answers, true), again: true } };

  const said = replies(answers, false);
  const { approved, tracks, sponsors } = said;
  return {
    kind: 'asks',
    snapshot: {
      ...snapshot,
      retry: snapshot.retry || answers.some((one) => one.does === 'rerun'),
      pull: { ...snapshot.pull, reply: { ...reply, approved, tracks, sponsors } },
    },
    replies: said,
    waits: answers.some((one) => one.ending === 'waits'),
  };
}

/** In their order: a second `/track` of the same name sees the first. */
function answersTo(asked: Asked[], snapshot: Snapshot, settings: Settings): Answered[] {
  const answers: Answered[] = [];
  for (const one of asked) {
    const tracks = tracksAfter(snapshot.pull.reply, answers);
    const sponsors = sponsorsAfter(snapshot.pull, answers);
    const pull = { ...snapshot.pull, reply: { ...snapshot.pull.reply, tracks, sponsors } };
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
