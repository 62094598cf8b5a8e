import { type Reason, reason } from '../../core/formats/reasons.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import { own } from '../../core/names.ts';
import { checksOf } from '../../core/rules/eligibility.ts';
import type { HeadState, Snapshot } from '../model/snapshot.ts';
import { tracksAsked } from '../model/tracks.ts';
import { after, type Decided } from './answer/decided.ts';
import type { Decision } from './answer/decision.ts';
import { adoptLate, conclude, showResults } from './conclude/conclude.ts';
import { collectedLate } from './conclude/late-results.ts';
import { isUnsettled } from './conclude/superseded.ts';
import { bringBack } from './conclude/worse-merged-by-hand.ts';
import { underway } from './measure/measure.ts';
import { giveUp } from './measure/retry.ts';
import { scoreOnceMore } from './rescore/score-once-more.ts';
import { duplicatesAsked } from './rules/duplicates.ts';
import { eligibilityAsked } from './rules/eligibility.ts';
import { lacksOf, newcomersAsked } from './rules/newcomers.ts';
import { isReady, type TrackProgress, trackProgressOf } from './rules/progress.ts';
import { nextInLine } from './rules/queue.ts';
import { candidateOf, type Experiment, noRuns } from './state/experiments.ts';
import type { Settings } from './state/settings.ts';

/** The pull request's own step: may its file be measured, what is measured now, and what its verdicts amount to. */
export function present(snapshot: Snapshot, settings: Settings): Decided {
  const { pull } = snapshot;
  const read = reason(
    'settings',
    'passed',
    'read',
    `tracks ${Object.keys(settings.config.tracks).join(', ')}`,
  );
  const head = pull.heads[0];
  if (!head) return rests('the pull request has no commit');
  const handMerged = pull.state === 'merged' && pull.labels.includes('ready');
  const tracks = trackProgressOf(snapshot, settings);
  if (isMergedCopy(snapshot, tracks)) return after([read], answerDuplicate(snapshot, settings, tracks));
  // Its chain has ended since: it is told how, even if GitHub merged it with the chain.
  const wasAdopted = pull.labels.includes('adopted') && tracks.own.length > 0;
  if (pull.state !== 'open' && !isUnsettled(head) && !handMerged && !wasAdopted) {
    const left = leftInChain(snapshot);
    if (left.length > 0) return showResults(snapshot, settings, { ...tracks, own: left });
    return rests(`the pull request is ${pull.state}`);
  }

  if (isOver(snapshot, tracks)) return showResults(snapshot, settings, tracks);
  if (tracks.begun) {
    const { blob, track } = tracks.begun;
    const begun = reason('open', 'passed', 'begun', `runs of ${blob.slice(0, 12)} on ${track}`);
    return after([read, begun], goOn(snapshot, settings, tracks, tracks.begun));
  }
  const ready = isReady(snapshot);
  const open = reason(
    'open',
    ready ? 'passed' : 'refused',
    pull.draft ? 'draft' : pull.state,
    `pull request #${pull.number}`,
  );
  if (!ready) return after([read, open], withdraw(snapshot));
  if (isMeasuredAlready(snapshot)) return rests('an earlier commit with the same content is being measured');
  return after([read, open], begin(snapshot, settings, tracks, head));
}

/** Results of files that were adopted, pushed over, and whose chain has ended since: of a pull request that is closed they are the last word. */
function leftInChain({ pull, results }: Snapshot): ExperimentResult[] {
  if (!pull.labels.includes('adopted')) return [];
  return results
    .map(({ result }) => result)
    .filter(({ pull: of, chain, verdict }) => of === pull.number && chain && verdict !== 'adopted');
}

function rests(why: string): Decided {
  return { reasons: [], rest: why };
}

/** Nothing of the present file is measured yet: may it be? */
function begin(snapshot: Snapshot, settings: Settings, tracks: TrackProgress, head: HeadState): Decided {
  const { pull } = snapshot;
  const blob = pull.file?.oid ?? null;
  const track = tracks.ahead[0] ?? settings.config.primary;
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
  const problems = checked.flatMap((one) => one.problems);
  const eligible = eligibilityAsked(checked);
  if (problems.length > 0)
    return settled(snapshot, settings, track, { code: 'needs-work', problems }, [eligible]);
  const back = tracks.own.length === 0 ? bringBack(snapshot, settings) : null;
  if (back) return after([eligible], back);
  const known = duplicatesAsked(tracks.elsewhere, tracks.ahead);
  if (tracks.ahead.length === 0) return after([eligible, known], answerDuplicate(snapshot, settings, tracks));
  const lacks = lacksOf(snapshot, settings);
  const asked = [eligible, known, newcomersAsked(settings, lacks)];
  if (lacks.length > 0) return settled(snapshot, settings, track, { code: 'needs-approval', lacks }, asked);
  const first = noRuns(blob!, track, 'candidate', head.oid);
  return after(asked, goOn(snapshot, settings, tracks, first));
}

/** GitHub shows it as merged because another pull request brought its head to main. The comment then says whose measurement that was. */
function isMergedCopy({ pull, results }: Snapshot, { own, begun }: TrackProgress): boolean {
  const blob = pull.file?.oid;
  if (pull.state !== 'merged' || own.length > 0 || begun !== null) return false;
  const isChange = blob !== undefined && pull.beganFrom !== blob;
  return isChange && results.some((one) => one.blob === blob && one.result.pull !== pull.number);
}

/** Another pull request's evidence is the answer on every track it asks for. */
function answerDuplicate(snapshot: Snapshot, settings: Settings, tracks: TrackProgress): Decided {
  const { elsewhere, ahead } = tracks;
  if (elsewhere.length === 0) return rests('no result of this file is known');
  const track = ahead[0] ?? settings.config.primary;
  return settled(snapshot, settings, track, { code: 'duplicate', on: elsewhere }, []);
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
export function betweenTracks(snapshot: Snapshot, settings: Settings): Decided | null {
  const tracks = trackProgressOf(snapshot, settings);
  if (tracks.own.length === 0 || isOver(snapshot, tracks)) return null;
  const late = collectedLate(snapshot, tracks.own);
  if (late.length > 0) return { reasons: [], checks: late, again: true };
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
): Decided {
  const step = underway(snapshot, settings, experiment);
  switch (step.kind) {
    case 'decided':
      return step.decided;
    case 'score-once-more':
      return after(
        step.reasons,
        scoreOnceMore(snapshot, settings, step.experiment, step.certificate, step.placement),
      );
    case 'judged': {
      const { judgement, reasons } = step;
      const failed = judgement.guess?.kind === 'compose' ? failedComposition(snapshot, experiment) : null;
      if (failed) return after(reasons, giveUp(snapshot, settings, failed));
      return after(reasons, conclude(snapshot, settings, tracks, experiment, judgement));
    }
  }
}

/** What it would be put onto was tried, and machines failed it as often as they may: a person has to ask for it. */
function failedComposition({ composed, pull, retry }: Snapshot, { track }: Experiment): Experiment | null {
  const on = own(composed, track);
  if (retry || on?.kind !== 'file') return null;
  const runs = candidateOf(pull.heads, on.blob, track);
  return runs && runs.failed.length > 0 ? runs : null;
}

/** What is said, and the pull requests that may go once it is. */
function settled(
  snapshot: Snapshot,
  settings: Settings,
  track: string,
  decision: Decision,
  reasons: Reason[],
): Decided {
  return {
    says: { decision, blob: snapshot.pull.file?.oid ?? '-', track },
    reasons,
    whenSaid: { next: nextInLine(snapshot.pull.number, snapshot, settings, track) },
  };
}

/** A draft or a closed pull request has no place in the queue; one that had it gives it up. */
function withdraw({ pull }: Snapshot): Decided {
  const state = pull.state === 'open' ? 'draft' : pull.state;
  const overall = pull.heads[0]?.overall;
  if (!overall || overall.check.status === 'completed') return rests(`withdrawn: ${state}`);
  const { blob, track } = overall.key;
  return { says: { decision: { code: 'withdrawn', state }, blob, track }, reasons: [] };
}
