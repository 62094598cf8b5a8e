import { WAITS_LABEL } from '../../core/formats/labels.ts';
import type { Decision } from '../decide/answer/decision.ts';
import type { Conclusion } from '../model/effect.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { OverallKey } from '../model/state.ts';
import * as say from './before-verdict.ts';
import { bestIsBack } from './best-is-back.ts';
import { borrowing, borrowOver } from './borrow.ts';
import { bidSection, paysSection } from './credits.ts';
import { decidedBeside, withEarlier } from './earlier-verdicts.ts';
import { withSimilar } from './similar.ts';
import { verdicts } from './verdicts.ts';

/** How a pull request looks once something is decided about it. */
export interface Look {
  message: say.Message;
  state: OverallKey['state'];
  /** Of the check run `descent`; null while it is not completed. */
  conclusion: Conclusion | null;
  /** The labels of ours that the pull request carries. */
  labels: string[];
  comment: boolean;
  close: boolean;
  /** Credits that it keeps. */
  holds?: OverallKey['holds'];
}

const ADOPTED = 'adopted';
const ENDED = { labels: [], comment: true, close: false };

/**
 * The one place where a decision becomes a comment, a check run, labels and an end. A file of it that was adopted, and pushed over
 * since, still keeps the label.
 */
export function lookOf(snapshot: Snapshot, decision: Decision, track: string): Look {
  const look = lookAt(snapshot, decision, track);
  if (!isOnFrontier(snapshot)) return look;
  return { ...look, labels: [...look.labels.filter((label) => label !== ADOPTED), ADOPTED] };
}

function isOnFrontier({ main, pull }: Snapshot): boolean {
  if (!main.leaderboard.ok) return false;
  return Object.values(main.leaderboard.value.tracks).some(({ frontier }) =>
    frontier?.chain.some((link) => link.pull === pull.number),
  );
}

function lookAt(snapshot: Snapshot, decision: Decision, track: string): Look {
  const also = (message: say.Message) => withEarlier(snapshot, track, message);
  switch (decision.code) {
    case 'stopped':
      return { ...ENDED, ...ended('stopped', 'neutral', say.stopped(decision.what, decision.problems)) };
    case 'needs-work':
      return {
        ...ENDED,
        ...ended('refused', 'failure', also(say.needsWork(decision.problems))),
        labels: ['needs-work'],
      };
    case 'needs-approval':
      return {
        ...ENDED,
        ...ended('refused', 'action_required', also(say.needsApproval(decision.lacks))),
        labels: ['needs-approval'],
      };
    case 'withdrawn':
      return {
        ...ENDED,
        ...ended('refused', 'neutral', say.withdrawn(decision.state)),
        comment: false,
      };
    case 'duplicate':
      return {
        ...ENDED,
        ...ended('verdict', 'neutral', also(say.duplicate(snapshot, decision.on))),
        labels: ['duplicate'],
        close: true,
      };
    case 'best-is-back':
      return {
        ...ENDED,
        ...ended('verdict', 'success', bestIsBack(snapshot, decision)),
        labels: decision.merge ? [] : ['ready'],
        close: decision.merge,
      };
    case 'swarm-failed':
      return {
        ...ENDED,
        ...ended('failed', 'neutral', also(say.swarmFailed(decision.attempts, decision.why))),
      };
    case 'borrowing':
      return {
        ...{ labels: [], comment: true, close: false, conclusion: null, state: 'borrowing' },
        ...{ message: borrowing(snapshot, decision), holds: [decision.terms.hold] },
      };
    case 'borrow-over':
      return {
        ...{ ...ENDED, state: 'borrowed', close: true },
        conclusion: decision.failed > 0 ? 'neutral' : 'success',
        message: borrowOver(snapshot, decision),
      };
    case 'verdict':
      return verdictLook(snapshot, decision);
    default:
      return underway(snapshot, decision, track);
  }
}

type Underway = Extract<
  Decision['code'],
  | 'waits-for-first-incumbent'
  | 'queued'
  | 'waits-for-owners'
  | 'waits-for-machine'
  | 'measuring'
  | 'scoring-once-more'
>;

/** While nothing is decided: in the check run, and in the comment when there is one or it has more to say. */
function underway(snapshot: Snapshot, decision: Extract<Decision, { code: Underway }>, track: string): Look {
  const { message, state } = messageOf(decision, track);
  const waits = state === 'queued' || state === 'later';
  return {
    message: withEarlier(snapshot, track, withSimilar(snapshot, message, waits)),
    state,
    conclusion: null,
    labels: decision.code === 'waits-for-owners' ? [WAITS_LABEL] : [],
    comment:
      decision.code === 'waits-for-owners' ||
      decision.code === 'waits-for-first-incumbent' ||
      (decision.code === 'queued' && decision.bid !== undefined) ||
      (decision.code === 'measuring' && decision.paid !== undefined) ||
      snapshot.pull.comment !== null ||
      decidedBeside(snapshot, track).length > 0 ||
      snapshot.similar.length > 0,
    close: false,
  };
}

function messageOf(
  decision: Extract<Decision, { code: Underway }>,
  track: string,
): Pick<Look, 'message' | 'state'> {
  switch (decision.code) {
    case 'waits-for-first-incumbent':
      return {
        message: say.waitingForFirstIncumbent(track, decision.labels, decision.others),
        state: 'queued',
      };
    case 'queued': {
      const { before, held, perAuthor, begun, behind, bid } = decision;
      const message = say.queued(track, before, held, perAuthor, bidSection(bid));
      return { message, state: begun ? 'measuring' : behind ? 'later' : 'queued' };
    }
    case 'waits-for-owners':
      return { message: say.waitingForOwners(track, decision.reason, decision.since), state: 'waiting' };
    case 'waits-for-machine':
      return {
        message: say.waitingForMachine(track, decision.reason, decision.owners),
        state: 'waiting',
      };
    case 'measuring':
      return {
        message: say.measuring(track, decision.progress, paysSection(decision.paid)),
        state: 'measuring',
      };
    case 'scoring-once-more':
      return { message: say.scoringOnceMore(track), state: 'measuring' };
  }
}

function verdictLook(snapshot: Snapshot, decision: Extract<Decision, { code: 'verdict' }>): Look {
  const { outcomes, tracks, close } = decision;
  const last = outcomes.at(-1)!.result;
  const improved = outcomes.some(({ result }) => result.verdict === 'improved');
  const ready = outcomes.some(({ consequence }) => consequence === 'ready');
  return {
    message: withSimilar(snapshot, verdicts(snapshot, outcomes, tracks), false),
    state: 'verdict',
    conclusion: improved ? 'success' : last.verdict === 'regressed' ? 'failure' : 'neutral',
    labels: [
      improved ? 'improved' : last.verdict,
      ...(ready ? ['ready'] : []),
      ...(outcomes.some(({ lacksOwners }) => lacksOwners) ? [WAITS_LABEL] : []),
    ],
    comment: true,
    close,
  };
}

function ended(
  state: OverallKey['state'],
  conclusion: Conclusion,
  message: say.Message,
): Pick<Look, 'state' | 'conclusion' | 'message'> {
  return { state, conclusion, message };
}
