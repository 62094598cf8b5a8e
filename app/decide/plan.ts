import type { ExperimentRecord } from '../../core/formats/result.ts';
import { problemsOf } from '../../core/rules/eligibility.ts';
import type { Effect } from '../model/effect.ts';
import type { HeadState, Snapshot } from '../model/snapshot.ts';
import { tracksAsked } from '../model/tracks.ts';
import * as say from '../say/before-verdict.ts';
import { withEarlier } from '../say/earlier-verdicts.ts';
import { afterwards, inDoubt, withAuditsInLine, withoutUnsound } from './audits/next.ts';
import { reconsideredRecord } from './audits/reconsider.ts';
import { heed } from './commands/commands.ts';
import { adoptLate, conclude, showRecords } from './conclude/conclude.ts';
import { collectedLate, giveUpUnconfigured } from './conclude/late-results.ts';
import { isUnsettled, settlePast } from './conclude/superseded.ts';
import { bringBack } from './conclude/worse-merged-by-hand.ts';
import { underway } from './measure/measure.ts';
import { heldForApproval } from './rules/newcomers.ts';
import { type Course, courseOf, isReady } from './rules/progress.ts';
import { nextInLine } from './rules/queue.ts';
import { answerOf, isEmpty, type Wish } from './state/answer.ts';
import { checksOnly } from './state/check-writes.ts';
import { withCommentOwed } from './state/comment-owed.ts';
import { type Experiment, noRuns } from './state/experiments.ts';
import { type Fault, type Grounds, groundsOf } from './state/settings.ts';

/** One step of one request: from everything known about it to what is to be done now. Pure; asked twice, it answers twice the same. */
export function plan(snapshot: Snapshot): Effect[] {
  const grounds = groundsOf(snapshot);
  if (!grounds.ok) return stop(snapshot, grounds.fault);
  const sound = withoutUnsound(snapshot, grounds.value);
  for (const tidy of [settlePast, giveUpUnconfigured, betweenTracks]) {
    const effects = tidy(sound, grounds.value);
    if (effects.length > 0) return effects;
  }
  const effects = heed(sound, grounds.value, (asked) => withAudits(asked, grounds.value));
  return withCommentOwed(withAuditsInLine(effects, sound, grounds.value), sound);
}

/** Audits follow verdicts: whenever there is nothing else to do, and as soon as the next track's runs are out. */
function withAudits(snapshot: Snapshot, grounds: Grounds): Effect[] {
  const doubt = inDoubt(snapshot, grounds);
  if (doubt) return doubt;
  const effects = present(snapshot, grounds);
  const records = snapshot.records.filter(({ record }) => !isMeasuredAgain(snapshot, record));
  if (effects.every((effect) => effect.kind === 'rest'))
    return afterwards({ ...snapshot, records }, grounds) ?? effects;
  const open = records.some(({ record }) => record.audits.some((audit) => audit.outcome === 'open'));
  return open && effects.some((effect) => effect.kind === 'dispatch')
    ? [...effects, { kind: 'again' }]
    : effects;
}

/** Its verdict fell with an outlier's machine, and a new one is on its way. */
function isMeasuredAgain(snapshot: Snapshot, record: ExperimentRecord): boolean {
  const isPresent = record.blob === snapshot.pull.file?.oid && snapshot.pull.state === 'open';
  return isPresent && reconsideredRecord(snapshot, record) !== null;
}

function present(snapshot: Snapshot, grounds: Grounds): Effect[] {
  const { pull } = snapshot;
  const head = pull.heads[0];
  if (!head) return [{ kind: 'rest', why: 'the request has no commit' }];
  const blob = pull.file?.oid ?? null;
  const handMerged = pull.state === 'merged' && pull.labels.includes('ready');
  const course = courseOf(snapshot, grounds);
  if (isMergedCopy(snapshot, course)) return answerDuplicate(snapshot, grounds, course);
  if (pull.state !== 'open' && !isUnsettled(head) && !handMerged)
    return [{ kind: 'rest', why: `the request is ${pull.state}` }];

  if (isOver(snapshot, course)) return showRecords(snapshot, grounds, course);
  if (course.begun) return goOn(snapshot, grounds, course, course.begun);
  if (!isReady(snapshot)) return withdraw(snapshot);
  if (isMeasuredAlready(snapshot))
    return [{ kind: 'rest', why: 'an earlier commit with the same content is being measured' }];

  const problems = problemsOf(
    { ...pull, file: pull.file },
    {
      defaultBranch: snapshot.main.branch,
      tracks: Object.keys(grounds.config.tracks),
      primary: grounds.config.primary,
      asked: tracksAsked(pull, grounds.config.primary),
      admitted: course.own.length > 0 || wasAdmitted(head, blob),
    },
  );
  const track = course.ahead[0] ?? grounds.config.primary;
  if (problems.length > 0)
    return settled(snapshot, grounds, track, {
      saying: say.needsWork(problems),
      key: { blob: blob ?? '-', track, state: 'refused' },
      conclusion: 'failure',
      labels: ['needs-work'],
      comment: true,
      close: false,
      checks: [],
    });
  const back = course.own.length === 0 ? bringBack(snapshot, grounds) : null;
  if (back) return back;
  if (course.ahead.length === 0) return answerDuplicate(snapshot, grounds, course);
  const hold = heldForApproval(snapshot, grounds);
  if (hold)
    return settled(snapshot, grounds, track, {
      saying: hold,
      key: { blob: blob!, track, state: 'refused' },
      conclusion: 'action_required',
      labels: ['needs-approval'],
      comment: true,
      close: false,
      checks: [],
    });
  return goOn(snapshot, grounds, course, noRuns(blob!, track, 'candidate', head.oid));
}

/** GitHub calls it merged since main has its head, which another request brought: its author is told whose measurement that was. */
function isMergedCopy({ pull, records }: Snapshot, { own, begun }: Course): boolean {
  const blob = pull.file?.oid;
  if (pull.state !== 'merged' || own.length > 0 || begun !== null) return false;
  const isChange = blob !== undefined && pull.beganFrom !== blob;
  return isChange && records.some((one) => one.blob === blob && one.record.pull !== pull.number);
}

/** Somebody else's evidence is the answer on every track it asks for. */
function answerDuplicate(snapshot: Snapshot, grounds: Grounds, course: Course): Effect[] {
  const { elsewhere, ahead } = course;
  if (elsewhere.length === 0) return [{ kind: 'rest', why: 'nothing is known of its file' }];
  const track = ahead[0] ?? grounds.config.primary;
  return settled(snapshot, grounds, track, {
    saying: say.duplicate(snapshot, elsewhere),
    key: { blob: snapshot.pull.file!.oid, track, state: 'verdict' },
    conclusion: 'neutral',
    labels: ['duplicate'],
    comment: true,
    close: true,
    checks: [],
  });
}

/** A push of comments alone must not buy a second try while the first is under way. */
function isMeasuredAlready({ pull, contents }: Snapshot): boolean {
  const content = contents[pull.file?.oid ?? ''];
  const measuring = pull.heads.slice(1).filter((head) => head.overall?.check.status === 'in_progress');
  return content !== undefined && measuring.some((head) => head.overall?.key.content === content);
}

/** There are verdicts, and no more are to come. */
function isOver(snapshot: Snapshot, { own, begun, ahead }: Course): boolean {
  return own.length > 0 && begun === null && (ahead.length === 0 || !isReady(snapshot));
}

/** The bot may have died after a verdict's commit, or could not adopt a gain then: that comes before the next track. */
function betweenTracks(snapshot: Snapshot, grounds: Grounds): Effect[] {
  const course = courseOf(snapshot, grounds);
  if (course.own.length === 0 || isOver(snapshot, course)) return [];
  const late = collectedLate(snapshot, course.own);
  if (late.length > 0) return [checksOnly(late), { kind: 'again' }];
  return adoptLate(snapshot, grounds, course);
}

/** Whether the file was let through before: what has been waiting or measured is not sent back for a track that is gone since. */
function wasAdmitted({ overall }: HeadState, blob: string | null): boolean {
  return overall?.key.blob === blob && overall.key.state !== 'refused' && overall.key.state !== 'stopped';
}

function goOn(snapshot: Snapshot, grounds: Grounds, course: Course, experiment: Experiment): Effect[] {
  const step = underway(snapshot, grounds, experiment);
  if (step.kind === 'effects') return step.effects;
  return conclude(snapshot, grounds, course, experiment, step.judgement);
}

/** The answer, if it differs from what stands there, and whoever may go now. */
function settled(snapshot: Snapshot, grounds: Grounds, track: string, wish: Wish): Effect[] {
  const answer = answerOf(snapshot, { ...wish, saying: withEarlier(snapshot, track, wish.saying) });
  if (isEmpty(answer)) return [{ kind: 'rest', why: wish.saying.title }];
  const next = nextInLine(snapshot.pull.number, snapshot.queue, grounds.config, track);
  return [
    { kind: 'answer', ...answer },
    { kind: 'look', pulls: next, baselines: [] },
  ];
}

/** A draft or a closed request has no place in the queue; one that had it gives it up. */
function withdraw(snapshot: Snapshot): Effect[] {
  const { pull } = snapshot;
  const why =
    pull.state === 'open' ? 'a draft is a claim: nothing is measured' : `the request is ${pull.state}`;
  const overall = pull.heads[0]?.overall;
  if (!overall || overall.check.status === 'completed') return [{ kind: 'rest', why }];
  return [
    {
      kind: 'answer',
      ...answerOf(snapshot, {
        saying: { title: why, body: 'Mark it ready, or reopen it, and it is looked at again.' },
        key: { ...overall.key, state: 'refused' },
        conclusion: 'neutral',
        labels: [],
        comment: false,
        close: false,
        checks: [],
      }),
    },
  ];
}

const ALARM_TITLE = 'Descent has stopped';

function stop(snapshot: Snapshot, fault: Fault): Effect[] {
  const saying = say.stopped(fault.what, fault.problems);
  const alarm: Effect = { kind: 'alarm', title: ALARM_TITLE, body: saying.body };
  const { pull } = snapshot;
  if (pull.state !== 'open' || pull.draft || !pull.heads[0]) return [alarm];
  const answer = answerOf(snapshot, {
    saying,
    key: { blob: pull.file?.oid ?? '-', track: '-', state: 'stopped' },
    conclusion: 'neutral',
    labels: [],
    comment: true,
    close: false,
    checks: [],
  });
  return isEmpty(answer) ? [{ kind: 'rest', why: saying.title }] : [{ kind: 'answer', ...answer }, alarm];
}
