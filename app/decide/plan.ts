import { reason } from '../../core/formats/reasons.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import type { Effect } from '../model/effect.ts';
import type { Snapshot } from '../model/snapshot.ts';
import * as say from '../say/before-verdict.ts';
import { withCommentOwed } from './answer/comment-owed.ts';
import type { Decided } from './answer/decided.ts';
import { effectsOf, isIdle } from './answer/effects.ts';
import { afterwards, inDoubt, withAuditsInLine } from './audits/next.ts';
import { borrow } from './borrow/borrow.ts';
import { isBorrowing } from './borrow/runs.ts';
import { certification } from './certification.ts';
import { endSwitchedOff } from './certify/switched-off.ts';
import { hear } from './commands/commands.ts';
import { giveUpUnconfigured } from './conclude/late-results.ts';
import { dropLeft, giveUpRefuted } from './conclude/left-compositions.ts';
import { concludeSuperseded, tellChainEnded } from './conclude/superseded.ts';
import { betweenTracks, present } from './present.ts';
import { withRoom } from './rules/lent/capacity.ts';
import { withoutUnsound } from './rules/sound/sound.ts';
import { withPresentNames } from './state/present-names.ts';
import { reconsideredResult } from './state/reconsidered.ts';
import { type Fault, type Settings, settingsOf } from './state/settings.ts';

/** One step of one pull request: from everything known about it to what is to be done now. Pure: the same input gives the same answer. */
export function plan(read: Snapshot): Effect[] {
  const snapshot = withPresentNames(read);
  const found = settingsOf(snapshot);
  if (!found.ok) return effectsOf(snapshot, stop(snapshot, found.fault));
  const settings = withRoom(found.value, snapshot);
  const sound = withoutUnsound(snapshot, settings);
  const chain = certification(sound, settings);
  // What else its pull request says may have changed with it: that main waits for owners.
  if (chain && !isIdle(sound, chain)) return effectsOf(sound, { ...chain, again: true });
  for (const tidy of TIDY) {
    const decided = tidy(sound, settings);
    if (decided) return effectsOf(sound, decided);
  }
  const effects = heard(sound, settings);
  return withCommentOwed(withAuditsInLine(effects, sound, settings), sound);
}

const TIDY = [
  endSwitchedOff,
  concludeSuperseded,
  tellChainEnded,
  dropLeft,
  giveUpRefuted,
  giveUpUnconfigured,
  betweenTracks,
];

/** What a pull request borrows is never judged: it takes another step than an experiment. */
function stepOf(snapshot: Snapshot, settings: Settings): Decided {
  return isBorrowing(snapshot) ? borrow(snapshot, settings) : withAudits(snapshot, settings);
}

/** Commands first: they may change what the pull request's own step sees. */
function heard(snapshot: Snapshot, settings: Settings): Effect[] {
  const commands = hear(snapshot, settings);
  if (commands === null) return effectsOf(snapshot, stepOf(snapshot, settings));
  if (commands.kind === 'does') return effectsOf(snapshot, commands.decided);
  const { replies, waits } = commands;
  const decided = stepOf(commands.snapshot, settings);
  const again = decided.again || (waits && !!decided.commit);
  return effectsOf(commands.snapshot, { ...decided, ...(replies && { replies }), again });
}

/** Audits follow verdicts: whenever there is nothing else to do, and as soon as the next track's runs are out. */
function withAudits(snapshot: Snapshot, settings: Settings): Decided {
  const doubt = inDoubt(snapshot, settings);
  if (doubt) return doubt;
  const decided = present(snapshot, settings);
  const results = snapshot.results.filter(({ result }) => !isMeasuredAgain(snapshot, result));
  if (isIdle(snapshot, decided)) return afterwards({ ...snapshot, results }, settings) ?? decided;
  const open = results.some(({ result }) => result.audits.some((audit) => audit.outcome === 'open'));
  return open && decided.dispatch?.length ? { ...decided, again: true } : decided;
}

/** Its verdict fell with an outlier's machine, and a new one is on its way. */
function isMeasuredAgain(snapshot: Snapshot, result: ExperimentResult): boolean {
  const isPresent = result.blob === snapshot.pull.file?.oid && snapshot.pull.state === 'open';
  return isPresent && reconsideredResult(snapshot, result) !== null;
}

const ALARM_TITLE = 'Descent has stopped';

function stop({ pull }: Snapshot, fault: Fault): Decided {
  const alarms = [{ title: ALARM_TITLE, body: say.stopped(fault.what, fault.problems).body }];
  if (pull.state !== 'open' || pull.draft || !pull.heads[0]) return { reasons: [], alarms };
  const saw = `${fault.what}: ${fault.problems.join('; ')}`;
  return {
    says: { decision: { code: 'stopped', ...fault }, blob: pull.file?.oid ?? '-', track: '-' },
    reasons: [reason('settings', 'refused', 'stopped', saw)],
    whenSaid: { alarms },
  };
}
