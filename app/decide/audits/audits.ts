import type { Audit, ExperimentResult } from '../../../core/formats/result.ts';
import type { CheckWrite, Effect } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { auditsBeside } from '../../say/audits.ts';
import { belowVerdict, checksOnly } from '../answer/check-writes.ts';
import { written } from '../results/commit.ts';
import { outlierAlarms } from '../results/outlier-alarms.ts';
import { cancelUntaken } from '../rules/dispatch.ts';
import { experimentsOf, givenUp } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';
import { auditorFor, ordersFor } from './dispatch.ts';
import { endOf, inquiriesOf } from './inquiry.ts';
import { fallenResult } from './repeated.ts';

/** The audits of one decided experiment: runs repeated elsewhere, compared, and what follows for the machines. */

/** A step towards the end of the result's open audits; one `rest` when they have to wait. */
export function auditStep(snapshot: Snapshot, settings: Settings, result: ExperimentResult): Effect[] {
  const standing = settings.board.tracks[result.track];
  const rules = settings.config.tracks[result.track];
  if (!standing || rules?.sigma === undefined)
    return [{ kind: 'rest', why: `several runs no longer decide on track ${result.track}` }];
  const ours = experimentsOf(snapshot.pull.heads).find(
    (one) => one.of === 'audit' && one.blob === result.blob && one.track === result.track,
  );
  if (ours && ours.updates.length > 0) return [checksOnly(ours.updates), { kind: 'again' }];

  const inquiries = inquiriesOf(snapshot, result, ours?.broken ?? []);
  const { sigma } = rules;
  const open = inquiries.map((inquiry) => ({ inquiry, end: endOf(inquiry, standing, sigma, result) }));
  const asked = open.filter(({ end, inquiry }) => end === null && inquiry.flying.length === 0);
  const placed = asked.map(({ inquiry }) => ({
    inquiry,
    owner: auditorFor(snapshot, settings, result, inquiry),
  }));
  const orders = ordersFor(snapshot, settings, result, placed, inquiries);
  if (orders.length > 0)
    return [
      ...cancelUntaken(placed.flatMap(({ inquiry }) => inquiry.broken.map((one) => one.run))),
      { kind: 'dispatch', checks: [], orders },
    ];

  const helpless = placed.filter(({ owner }) => owner === null).map(({ inquiry }) => inquiry);
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
  if (settled.length === 0 || waits) return [{ kind: 'rest', why: 'audits wait for machines' }];
  const gone = helpless.flatMap(({ broken }) => broken.map(({ run, why }) => givenUp(run, why)));
  return conclusion(snapshot, settings, result, settled, gone);
}

function conclusion(
  snapshot: Snapshot,
  { board, config, reasons }: Settings,
  result: ExperimentResult,
  settled: Audit[],
  gone: CheckWrite[],
): Effect[] {
  const audits = result.audits.map((audit) => settled.find((one) => one.of === audit.of) ?? audit);
  const audited = { ...result, audits };
  const fallen = fallenResult({ board, config, reasons }, audited, settled);
  const now = fallen ?? audited;
  const { board: after, commit } = written(snapshot, board, [
    { kind: 'audited', result: now, before: result, settled },
  ]);
  const track = after.tracks[result.track]!;
  const outliers = [...new Set(settled.flatMap((audit) => audit.outlier ?? []))];
  const alarms = outlierAlarms(after, config, result, outliers, snapshot.now);
  const next = [...track.reconsider, ...track.audits].map((one) => one.pull);
  return [
    ...alarms, // before the commit: after it the bot would not know that this is still to be said
    ...(fallen && snapshot.pull.state === 'closed'
      ? [{ kind: 'reopen', subject: snapshot.pull.id } as const]
      : []),
    { kind: 'record', ...commit },
    belowVerdict(snapshot, result.head, auditsBeside(snapshot, now), gone),
    { kind: 'look', pulls: [...new Set(next)].slice(0, LOOKS), incumbents: [] },
    ...(fallen ? [{ kind: 'again' } as const] : []),
  ];
}

/** The rest is found by the next end of a run, and by the sweep. */
const LOOKS = 20;
