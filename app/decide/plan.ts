import { type Reason, reason } from '../../core/formats/reasons.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import { checksOf } from '../../core/rules/eligibility.ts';
import type { Effect } from '../model/effect.ts';
import type { HeadState, Snapshot } from '../model/snapshot.ts';
import { tracksAsked } from '../model/tracks.ts';
import * as say from '../say/before-verdict.ts';
import { answerOf, isEmpty } from './answer/answer.ts';
import { checksOnly } from './answer/check-writes.ts';
import { withCommentOwed } from './answer/comment-owed.ts';
import type { Decision } from './answer/decision.ts';
import { afterwards, inDoubt, withAuditsInLine } from './audits/next.ts';
import { handleCommands } from './commands/commands.ts';
import { adoptLate, conclude, showResults } from './conclude/conclude.ts';
import { collectedLate, giveUpUnconfigured } from './conclude/late-results.ts';
import { concludeSuperseded, isUnsettled } from './conclude/superseded.ts';
import { bringBack } from './conclude/worse-merged-by-hand.ts';
import { underway } from './measure/measure.ts';
import { scoreOnceMore } from './rescore/score-once-more.ts';
import { lacksOf } from './rules/newcomers.ts';
import { isReady, type TrackProgress, trackProgressOf } from './rules/progress.ts';
import { nextInLine } from './rules/queue.ts';
import { withoutUnsound } from './rules/sound/sound.ts';
import { type Experiment, noRuns } from './state/experiments.ts';
import { reconsideredResult } from './state/reconsidered.ts';
import { ask, type Fault, type Settings, settingsOf } from './state/settings.ts';

/** One step of one pull request: from everything known about it to what is to be done now. Pure: the same input gives the same answer. */
export function plan(snapshot: Snapshot): Effect[] {
  const settings = settingsOf(snapshot);
  if (!settings.ok) return stop(snapshot, settings.fault);
  const sound = withoutUnsound(snapshot, settings.value);
  for (const tidy of [concludeSuperseded, giveUpUnconfigured, betweenTracks]) {
    const effects = tidy(sound, settings.value);
    if (effects.length > 0) return effects;
  }
  const effects = handleCommands(sound, settings.value, (asked) => withAudits(asked, settings.value));
  return withCommentOwed(withAuditsInLine(effects, sound, settings.value), sound);
}

/** Audits follow verdicts: whenever there is nothing else to do, and as soon as the next track's runs are out. */
function withAudits(snapshot: Snapshot, settings: Settings): Effect[] {
  const doubt = inDoubt(snapshot, settings);
  if (doubt) return doubt;
  const effects = present(snapshot, settings);
  const results = snapshot.results.filter(({ result }) => !isMeasuredAgain(snapshot, result));
  if (effects.every((effect) => effect.kind === 'rest'))
    return afterwards({ ...snapshot, results }, settings) ?? effects;
  const open = results.some(({ result }) => result.audits.some((audit) => audit.outcome === 'open'));
  return open && effects.some((effect) => effect.kind === 'dispatch')
    ? [...effects, { kind: 'again' }]
    : effects;
}

/** Its verdict fell with an outlier's machine, and a new one is on its way. */
function isMeasuredAgain(snapshot: Snapshot, result: ExperimentResult): boolean {
  const isPresent = result.blob === snapshot.pull.file?.oid && snapshot.pull.state === 'open';
  return isPresent && reconsideredResult(snapshot, result) !== null;
}

function present(snapshot: Snapshot, settings: Settings): Effect[] {
  const { pull } = snapshot;
  settings.reasons.length = 0;
  ask(settings, 'settings', 'passed', 'read', `tracks ${Object.keys(settings.config.tracks).join(', ')}`);
  const head = pull.heads[0];
  if (!head) return [{ kind: 'rest', why: 'the pull request has no commit' }];
  const blob = pull.file?.oid ?? null;
  const handMerged = pull.state === 'merged' && pull.labels.includes('ready');
  const tracks = trackProgressOf(snapshot, settings);
  if (isMergedCopy(snapshot, tracks)) return answerDuplicate(snapshot, settings, tracks);
  if (pull.state !== 'open' && !isUnsettled(head) && !handMerged)
    return [{ kind: 'rest', why: `the pull request is ${pull.state}` }];

  if (isOver(snapshot, tracks)) return showResults(snapshot, { ...settings, reasons: [] }, tracks);
  if (tracks.begun) {
    ask(
      settings,
      'open',
      'passed',
      'begun',
      `runs of ${tracks.begun.blob.slice(0, 12)} on ${tracks.begun.track}`,
    );
    return goOn(snapshot, settings, tracks, tracks.begun);
  }
  ask(
    settings,
    'open',
    isReady(snapshot) ? 'passed' : 'refused',
    pull.draft ? 'draft' : pull.state,
    `pull request #${pull.number}`,
  );
  if (!isReady(snapshot)) return withdraw(snapshot, settings);
  if (isMeasuredAlready(snapshot))
    return [{ kind: 'rest', why: 'an earlier commit with the same content is being measured' }];

  const checked = checksOf(
    { ...pull, file: pull.file },
    {
      defaultBranch: snapshot.main.branch,
      tracks: Object.keys(settings.config.tracks),
      primary: settings.config.primary,
      asked: tracksAsked(pull, settings.config.primary),
      admitted: tracks.own.length > 0 || wasAdmitted(head, blob),
    },
  );
  const track = tracks.ahead[0] ?? settings.config.primary;
  const problems = checked.flatMap((one) => one.problems);
  ask(
    settings,
    'eligibility',
    problems.length > 0 ? 'refused' : 'passed',
    problems.length > 0 ? 'needs-work' : 'fine',
    `${checked.length} rules, ${problems.length} problems`,
    checked.map((one) =>
      one.problems.length > 0
        ? reason(one.rule, 'refused', 'needs-work', one.problems.join('; '))
        : reason(one.rule, 'passed', 'fine', one.saw),
    ),
  );
  if (problems.length > 0) return settled(snapshot, settings, track, { code: 'needs-work', problems });
  const back = tracks.own.length === 0 ? bringBack(snapshot, settings) : null;
  if (back) return back;
  noteDuplicates(settings, tracks);
  if (tracks.ahead.length === 0) return answerDuplicate(snapshot, settings, tracks);
  const lacks = lacksOf(snapshot, settings);
  if (lacks.length > 0) {
    ask(settings, 'newcomers', 'waits', 'needs-approval', lacks.join('; '));
    return settled(snapshot, settings, track, { code: 'needs-approval', lacks });
  }
  ask(settings, 'newcomers', 'passed', 'not-held', newcomersSaw(settings));
  return goOn(snapshot, settings, tracks, noRuns(blob!, track, 'candidate', head.oid));
}

/** GitHub shows it as merged because another pull request brought its head to main. The comment then says whose measurement that was. */
function isMergedCopy({ pull, results }: Snapshot, { own, begun }: TrackProgress): boolean {
  const blob = pull.file?.oid;
  if (pull.state !== 'merged' || own.length > 0 || begun !== null) return false;
  const isChange = blob !== undefined && pull.beganFrom !== blob;
  return isChange && results.some((one) => one.blob === blob && one.result.pull !== pull.number);
}

/** Another pull request's evidence is the answer on every track it asks for. */
function answerDuplicate(snapshot: Snapshot, settings: Settings, tracks: TrackProgress): Effect[] {
  const { elsewhere, ahead } = tracks;
  if (elsewhere.length === 0) return [{ kind: 'rest', why: 'no result of this file is known' }];
  const track = ahead[0] ?? settings.config.primary;
  return settled(snapshot, settings, track, { code: 'duplicate', on: elsewhere });
}

/** Tracks where another pull request's evidence is the answer, and those where nothing is known. */
function noteDuplicates(settings: Settings, { elsewhere, ahead }: TrackProgress): void {
  for (const { track, of } of elsewhere)
    ask(
      settings,
      'duplicate',
      'decided',
      of.exact ? 'same-file' : 'same-program',
      `${track}: ${of.pull === null ? 'the incumbent' : `#${of.pull}`}${of.result ? ` (${of.result.verdict})` : ''}`,
    );
  if (ahead.length > 0) ask(settings, 'duplicate', 'passed', 'new', `to be measured on ${ahead.join(', ')}`);
}

function newcomersSaw({ config }: Settings): string {
  const rules = config.newcomers;
  return rules
    ? `at least ${rules['minimum-age-days']} days and ${rules['minimum-merged']} merged experiments, or approved`
    : 'newcomers need no approval here';
}

/** A push of comments alone must not buy a second try while the first is under way. */
function isMeasuredAlready({ pull, contents }: Snapshot): boolean {
  const content = contents[pull.file?.oid ?? ''];
  const measuring = pull.heads.slice(1).filter((head) => head.overall?.check.status === 'in_progress');
  return content !== undefined && measuring.some((head) => head.overall?.key.content === content);
}

/** There are verdicts, and no more are to come. */
function isOver(snapshot: Snapshot, { own, begun, ahead }: TrackProgress): boolean {
  return own.length > 0 && begun === null && (ahead.length === 0 || !isReady(snapshot));
}

/** The bot may have died after a verdict's commit, or could not adopt a gain then: that comes before the next track. */
function betweenTracks(snapshot: Snapshot, settings: Settings): Effect[] {
  const tracks = trackProgressOf(snapshot, settings);
  if (tracks.own.length === 0 || isOver(snapshot, tracks)) return [];
  const late = collectedLate(snapshot, tracks.own);
  if (late.length > 0) return [checksOnly(late), { kind: 'again' }];
  return adoptLate(snapshot, settings, tracks);
}

/** Whether the file was let through before: what has been waiting or measured is not sent back for a track that is gone since. */
function wasAdmitted({ overall }: HeadState, blob: string | null): boolean {
  return overall?.key.blob === blob && overall.key.state !== 'refused' && overall.key.state !== 'stopped';
}

function goOn(
  snapshot: Snapshot,
  settings: Settings,
  tracks: TrackProgress,
  experiment: Experiment,
): Effect[] {
  const step = underway(snapshot, settings, experiment);
  if (step.kind === 'effects') return step.effects;
  if (step.kind === 'score-once-more')
    return scoreOnceMore(snapshot, settings, step.experiment, step.certificate);
  return conclude(snapshot, settings, tracks, experiment, step.judgement);
}

/** The answer, if it differs from the present one, and the pull requests that may go now. */
function settled(snapshot: Snapshot, settings: Settings, track: string, decision: Decision): Effect[] {
  const blob = snapshot.pull.file?.oid ?? '-';
  const answer = answerOf(snapshot, { decision, blob, track, reasons: settings.reasons });
  if (isEmpty(answer)) return [{ kind: 'rest', why: decision.code }];
  const next = nextInLine(snapshot.pull.number, snapshot.queue, settings.config, track);
  return [
    { kind: 'answer', ...answer },
    { kind: 'look', pulls: next, incumbents: [] },
  ];
}

/** A draft or a closed pull request has no place in the queue; one that had it gives it up. */
function withdraw(snapshot: Snapshot, { reasons }: Settings): Effect[] {
  const { state } = snapshot.pull;
  const decision: Decision = { code: 'withdrawn', state: state === 'open' ? 'draft' : state };
  const overall = snapshot.pull.heads[0]?.overall;
  if (!overall || overall.check.status === 'completed')
    return [{ kind: 'rest', why: `withdrawn: ${decision.state}` }];
  const { blob, track } = overall.key;
  return [{ kind: 'answer', ...answerOf(snapshot, { decision, blob, track, reasons }) }];
}

const ALARM_TITLE = 'Descent has stopped';

function stop(snapshot: Snapshot, fault: Fault): Effect[] {
  const alarm: Effect = {
    kind: 'alarm',
    title: ALARM_TITLE,
    body: say.stopped(fault.what, fault.problems).body,
  };
  const { pull } = snapshot;
  if (pull.state !== 'open' || pull.draft || !pull.heads[0]) return [alarm];
  const decision: Decision = { code: 'stopped', ...fault };
  const settings: Reason = {
    rule: 'settings',
    said: 'refused',
    code: 'stopped',
    saw: `${fault.what}: ${fault.problems.join('; ')}`,
    because: [],
  };
  const blob = pull.file?.oid ?? '-';
  const answer = answerOf(snapshot, { decision, blob, track: '-', reasons: [settings] });
  return isEmpty(answer) ? [{ kind: 'rest', why: 'stopped' }] : [{ kind: 'answer', ...answer }, alarm];
}
