import { sayReason } from '../../../core/formats/reason.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { own } from '../../../core/names.ts';
import { firstIncumbentRuns } from '../../../core/rules/acceptance/acceptance.ts';
import { PRIOR_DEGREES } from '../../../core/rules/acceptance/rule.ts';
import { priorFit } from '../../../core/rules/acceptance/statistics.ts';
import type { Alarm, CheckWrite, Effect } from '../../model/effect.ts';
import type { FirstIncumbentSnapshot } from '../../model/snapshot.ts';
import { firstIncumbentFailed, sigmaDoubted, stopped } from '../../say/before-verdict.ts';
import type { Decided } from '../answer/decided.ts';
import { effectsOfFirstIncumbent } from '../answer/effects.ts';
import { runsAt } from '../rules/dispatch.ts';
import { faultAlarms } from '../rules/fault-alarms.ts';
import { onSwitchedOff } from '../rules/frontier/cases.ts';
import { besidesQueue } from '../rules/in-line.ts';
import { withRoom } from '../rules/lent/capacity.ts';
import { nextInLine } from '../rules/queue.ts';
import { withSoundData } from '../rules/sound/data-set.ts';
import { unusedSeeds } from '../rules/sound/seeds.ts';
import { withSoundVersions } from '../rules/sound/versions.ts';
import { nextAttempt } from '../state/ends.ts';
import { type Experiment, experimentsOf, givenUp, noRuns } from '../state/experiments.ts';
import { withPresentNames } from '../state/present-names.ts';
import { type Settings, settingsOf } from '../state/settings.ts';
import { orderFirstRuns } from './first-runs.ts';

/** A track without an incumbent first measures main's own file. One track a step, the asked one first. */
export function planFirstIncumbent(given: FirstIncumbentSnapshot, asked: string | null): Effect[] {
  const read = withPresentNames(given);
  const found = settingsOf(read);
  if (!found.ok) {
    const { what, problems } = found.fault;
    return [{ kind: 'alarm', title: 'Descent has stopped', body: stopped(what, problems).body }];
  }
  // Each sweep looks here, and so does a push to a branch that shows a frontier.
  const settings = withRoom(found.value, read);
  const decided = withLine(decide(read, settings, asked), read, settings);
  return effectsOfFirstIncumbent(read, { ...decided, showsFrontiers: true });
}

function decide(read: FirstIncumbentSnapshot, settings: Settings, asked: string | null): Decided {
  const { config, board } = settings;
  const { carrier } = read;
  if (!carrier?.blob) {
    const why = read.main.train
      ? "GitHub does not show the commit of main's file"
      : 'main has no train/train.py';
    return { reasons: [], rest: why };
  }
  const snapshot = { ...read, fresh: unusedSeeds(read.fresh, board, [carrier]) };
  const experiments = experimentsOf(
    withSoundVersions(withSoundData([carrier], board), { board, config }),
  ).filter((one) => one.of === 'incumbent' && one.blob === carrier.blob);
  const waited = snapshot.queue.flatMap((entry) =>
    entry.overall?.state === 'queued' || entry.overall?.state === 'later' ? entry.overall.track : [],
  );
  const tracks = new Set([asked ?? config.primary, config.primary, ...waited]);
  const left = unasked(experiments.filter(({ track }) => !tracks.has(track) && !own(board.tracks, track)));
  if (left) return left;
  for (const track of tracks) {
    if (own(board.tracks, track) || !own(config.tracks, track)) continue;
    const experiment =
      experiments.find((one) => one.track === track) ?? noRuns(carrier.blob, track, 'incumbent', carrier.oid);
    const decided = step(snapshot, settings, experiment);
    if (decided) return decided;
  }
  return { reasons: [], look: { pulls: onSwitchedOff({ board, config }), incumbents: [] } };
}

/** A push to main may have named owners, or set a track to accept few; a lent machine may be free, or new. */
function withLine(decided: Decided, snapshot: FirstIncumbentSnapshot, settings: Settings): Decided {
  const { board, config } = settings;
  const ready = Object.keys(config.tracks).filter((track) => own(board.tracks, track));
  const line = ready.flatMap((track) => nextInLine(null, snapshot, settings, track, true));
  const pulls = [
    ...new Set([...(decided.look?.pulls ?? []), ...line, ...besidesQueue(snapshot.queue, settings)]),
  ];
  if (!decided.look && pulls.length === 0) return decided;
  return { ...decided, look: { incumbents: [], ...decided.look, pulls } };
}

const UNASKED = 'no open pull request asks for this track any more';

/** A track that was asked for by mistake, or by a pull request that is gone: nobody takes what was ordered there for nothing. */
function unasked(experiments: Experiment[]): Decided | null {
  const runs = experiments.flatMap(({ pending, broken }) => [...pending, ...broken.map(({ run }) => run)]);
  const collected = experiments.flatMap(({ updates }) =>
    updates.filter(({ status }) => status === 'completed'),
  );
  if (runs.length + collected.length === 0) return null;
  return {
    reasons: [],
    cancel: runsAt(runs),
    checks: [...collected, ...runs.map((run) => givenUp(run, UNASKED))],
    again: true,
  };
}

/** Null when the track has only to wait. */
function step(snapshot: FirstIncumbentSnapshot, settings: Settings, experiment: Experiment): Decided | null {
  const { track, broken, updates } = experiment;
  const gaveUp = experiment.failed.filter(({ memory }) => memory.failure !== UNASKED);
  const helpless = broken.filter(({ run }) => nextAttempt(run) > settings.config.limits.attempts);
  if (helpless.length > 0) {
    const gone = helpless.map(({ run, why }) => givenUp(run, why));
    const told = failed(track, [...updates, ...gone], helpless[0]!.why);
    return { ...told, alarms: faultAlarms(helpless) };
  }
  const failure = experiment.facts.find((one) => one.run.outcome !== 'scored');
  if (failure) {
    const why = failure.reason ? sayReason(failure.reason) : failure.run.outcome;
    return updates.length > 0 ? failed(track, updates, why) : null;
  }
  if (gaveUp.length > 0 && !snapshot.retry) return null;
  if (experiment.facts.length >= firstIncumbentRuns(settings.config.tracks[track]!))
    return adopt(snapshot, settings, experiment);
  return orderFirstRuns(snapshot, settings, experiment);
}

/** Maintainers are informed once, in an issue. */
function failed(track: string, checks: CheckWrite[], why: string): Decided {
  const { body } = firstIncumbentFailed(track, why);
  const alarm: Alarm = { title: `Descent cannot measure main's file on ${track}`, body };
  return { reasons: [], checks, whenSaid: { alarms: [alarm] } };
}

function adopt(snapshot: FirstIncumbentSnapshot, settings: Settings, experiment: Experiment): Decided {
  const { track, blob, updates } = experiment;
  const runs = experiment.facts.map((one) => one.run);
  const notice = doubtOf(track, settings.config.tracks[track]!.sigma, runs);
  const { primary } = settings.config;
  const first = { primary, track, blob, runs, at: snapshot.now, notice };
  return {
    reasons: [],
    commit: { changes: [{ kind: 'first-incumbent', first }] },
    checks: updates,
    look: { pulls: nextInLine(null, snapshot, settings, track), incumbents: [] },
    again: true,
  };
}

/** The first runs show whether the configured sigma is far off; null when it is not, or one run decides. */
function doubtOf(track: string, sigma: number | undefined, runs: RunResult[]): string | null {
  if (sigma === undefined) return null;
  const losses = runs.flatMap((run) => run.valBpb ?? []);
  const fit = priorFit([losses], { sigma, degrees: PRIOR_DEGREES });
  return fit === null || fit.fit === 'good' ? null : sigmaDoubted(track, sigma, fit.measured, losses.length);
}
