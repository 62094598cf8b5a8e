import { type Audit, type ExperimentResult, isSameAudit } from '../../../core/formats/result.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { auditsBeside } from '../../say/audits.ts';
import type { Commit, Decided } from '../answer/decided.ts';
import { boardAfter } from '../results/commit.ts';
import { withDrawnScorings } from '../results/drawn-audits.ts';
import { outlierAlarms } from '../results/outlier-alarms.ts';
import { untakenOf } from '../rules/dispatch.ts';
import { faultAlarms } from '../rules/fault-alarms.ts';
import { endsOf, waitingCheck } from '../state/ends.ts';
import { type Experiment, experimentsOf, givenUp } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';
import { auditorFor, ordersFor, type Placed } from './dispatch.ts';
import { endOf, inquiriesOf } from './inquiry.ts';
import { fallenResult } from './repeated.ts';

/** The audits of one decided experiment: runs repeated elsewhere, compared, and what follows for the machines. */

/** A step towards the end of the record's open audits; one `rest` when they have to wait. */
export function auditStep(snapshot: Snapshot, settings: Settings, result: ExperimentResult): Decided {
  const standing = settings.board.tracks[result.track];
  const rules = settings.config.tracks[result.track];
  if (!standing || rules?.sigma === undefined)
    return { reasons: [], rest: `several runs no longer decide on track ${result.track}` };
  // Those of the incumbent's runs are of another file.
  const ours = experimentsOf(snapshot.pull.heads).filter(
    (one) => one.of === 'audit' && one.track === result.track,
  );
  const updates = ours.flatMap((one) => one.updates);
  if (updates.length > 0) return { reasons: [], checks: updates, again: true };

  const broken = ours.flatMap((one) => one.broken);
  const inquiries = inquiriesOf(snapshot, result, broken);
  const { sigma } = rules;
  const open = inquiries.map((inquiry) => ({ inquiry, end: endOf(inquiry, standing, sigma, result) }));
  const asked = open.filter(({ end, inquiry }) => end === null && inquiry.flying.length === 0);
  const placed: Placed[] = [];
  for (const { inquiry } of asked) {
    const taken = placed.flatMap(({ place }) => (place && place !== 'busy' ? (place.lent?.name ?? []) : []));
    placed.push({ inquiry, place: auditorFor(snapshot, settings, result, inquiry, taken) });
  }
  const helpless = placed.filter(({ place }) => place === null).map(({ inquiry }) => inquiry);
  const ordered = ordersFor(snapshot, settings, result, placed, inquiries);
  const waiting = placed
    .map(({ inquiry }) => inquiry)
    .filter((one) => !helpless.includes(one) && !ordered.some(({ inquiry }) => inquiry === one))
    .flatMap(({ broken }) => broken)
    .flatMap(({ run, why }) => (endsOf(run).length > 0 ? (waitingCheck(run, why) ?? []) : []));
  if (ordered.length + waiting.length > 0)
    return {
      reasons: [],
      cancel: untakenOf(placed.flatMap(({ inquiry }) => inquiry.broken.map((one) => one.run))),
      checks: waiting,
      dispatch: ordered.map(({ order }) => order),
    };

  const settled = [
    ...open.flatMap(({ inquiry, end }) => (end ? [{ ...inquiry.audit, ...end, runs: inquiry.repeats }] : [])),
    ...helpless.map(({ audit, repeats }) => ({
      ...audit,
      runs: repeats,
      outcome: repeats.length > 0 ? ('unsettled' as const) : ('given-up' as const),
    })),
  ];
  // One commit for all of them, unless somebody stands alone: that cannot wait.
  const waits = settled.length < inquiries.length && !settled.some((one) => one.outcome === 'outlier');
  if (settled.length === 0 || waits) return { reasons: [], rest: 'audits wait for machines' };
  const gone = helpless.flatMap(({ broken }) => broken);
  return conclusion(snapshot, settings, result, settled, gone);
}

function conclusion(
  snapshot: Snapshot,
  { board, config }: Settings,
  result: ExperimentResult,
  settled: Audit[],
  gone: Experiment['broken'],
): Decided {
  const audits = result.audits.map((audit) => settled.find(isSameAudit(audit)) ?? audit);
  const repeats = settled.flatMap(({ runs }) => runs).filter(({ stage }) => stage === 'audit');
  const audited = withDrawnScorings(snapshot, { board, config }, { ...result, audits }, repeats);
  const fallen = fallenResult({ board, config }, audited, settled);
  const now = fallen ?? audited;
  const changes: Commit['changes'] = [{ kind: 'audited', result: now, before: result, settled }];
  const after = boardAfter(snapshot, board, changes);
  const track = after.tracks[result.track]!;
  const outliers = [...new Set(settled.flatMap((audit) => audit.outlier ?? []))];
  const struck = outlierAlarms(after, config, result, outliers, snapshot.now);
  const next = [...track.reconsider, ...track.audits].map((one) => one.pull);
  return {
    reasons: [],
    alarms: [...struck, ...faultAlarms(gone)],
    reopens: fallen !== null,
    commit: { changes },
    below: { head: result.head, section: auditsBeside(snapshot, now) },
    checks: gone.map(({ run, why }) => givenUp(run, why)),
    look: { pulls: [...new Set(next)].slice(0, LOOKS), incumbents: [] },
    again: fallen !== null,
  };
}

/** The rest is found by the next end of a run, and by the sweep. */
const LOOKS = 20;
