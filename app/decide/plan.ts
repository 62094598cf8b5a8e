import type { Effect } from '../model/effect.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { afterwards, withAuditsInLine, withoutUnsound } from './afterwards.ts';
import { answerOf, isEmpty, type Wish } from './answer.ts';
import { heed } from './commands.ts';
import * as say from './comments.ts';
import { conclude, showRecord } from './conclude.ts';
import { duplicateOf } from './duplicates.ts';
import { problemsOf } from './eligibility.ts';
import { type Experiment, experimentsOf, noRuns } from './experiments.ts';
import { type Fault, type Grounds, groundsOf } from './grounds.ts';
import { underway } from './measure.ts';
import { heldForApproval } from './newcomers.ts';
import { nextInLine } from './queue.ts';
import { RECONSIDERED, withoutDiscounted } from './reconsider.ts';
import { isUnsettled, settlePast } from './settle.ts';

/** One step of one request: from everything known about it to what is to be done now. Pure; asked twice, it answers twice the same. */
export function plan(snapshot: Snapshot): Effect[] {
  const grounds = groundsOf(snapshot);
  if (!grounds.ok) return stop(snapshot, grounds.fault);
  const sound = withoutUnsound(snapshot, grounds.value);
  const past = settlePast(sound, grounds.value);
  if (past.length > 0) return past;
  const effects = heed(sound, (asked) => present(asked, grounds.value));
  return withAuditsInLine(effects, sound, grounds.value);
}

function present(snapshot: Snapshot, grounds: Grounds): Effect[] {
  const { pull } = snapshot;
  const head = pull.heads[0];
  if (!head) return [{ kind: 'rest', why: 'the request has no commit' }];
  const blob = pull.file?.oid ?? null;
  const handMerged = pull.state === 'merged' && pull.labels.includes('ready');
  const own = snapshot.records.find((one) => one.blob === blob && one.record.pull === pull.number)?.record;
  if (pull.state !== 'open' && !isUnsettled(head) && !handMerged)
    return afterwards(snapshot, grounds) ?? [{ kind: 'rest', why: `the request is ${pull.state}` }];
  if (own && own.reason.code !== RECONSIDERED) {
    const shown = showRecord(snapshot, grounds, own);
    return shown.every((effect) => effect.kind === 'rest') ? (afterwards(snapshot, grounds) ?? shown) : shown;
  }
  const begun = experimentsOf(pull.heads).find((one) => one.blob === blob && one.of === 'candidate');
  if (begun) return goOn(snapshot, grounds, own ? withoutDiscounted(begun, own) : begun);
  if (pull.state !== 'open' || pull.draft) return withdraw(snapshot);
  if (isMeasuredAlready(snapshot))
    return [{ kind: 'rest', why: 'an earlier commit with the same content is being measured' }];

  const problems = problemsOf(
    { ...pull, file: pull.file },
    { defaultBranch: snapshot.main.branch, tracks: Object.keys(grounds.config.tracks) },
  );
  const track = (pull.description.ok && pull.description.value.track) || grounds.config.primary;
  if (problems.length > 0)
    return settled(snapshot, grounds, track, {
      saying: say.needsWork(problems),
      key: { blob: blob ?? '-', track: grounds.config.primary, state: 'refused' },
      conclusion: 'failure',
      labels: ['needs-work'],
      comment: true,
      close: false,
      checks: [],
    });
  const original = duplicateOf(snapshot, grounds.board, track);
  if (original)
    return settled(snapshot, grounds, track, {
      saying: say.duplicate(snapshot, original),
      key: { blob: blob!, track, state: 'verdict' },
      conclusion: 'neutral',
      labels: ['duplicate'],
      comment: true,
      close: true,
      checks: [],
    });
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
  return goOn(snapshot, grounds, noRuns(blob!, track, 'candidate', head.oid));
}

/** A push of comments alone must not buy a second try while the first is under way. */
function isMeasuredAlready({ pull, contents }: Snapshot): boolean {
  const content = contents[pull.file?.oid ?? ''];
  const measuring = pull.heads.slice(1).filter((head) => head.overall?.check.status === 'in_progress');
  return content !== undefined && measuring.some((head) => head.overall?.key.content === content);
}

function goOn(snapshot: Snapshot, grounds: Grounds, experiment: Experiment): Effect[] {
  const step = underway(snapshot, grounds, experiment);
  return step.kind === 'effects' ? step.effects : conclude(snapshot, grounds, experiment, step.judgement);
}

/** The answer, if it differs from what stands there, and whoever may go now. */
function settled(snapshot: Snapshot, grounds: Grounds, track: string, wish: Wish): Effect[] {
  const answer = answerOf(snapshot, wish);
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
