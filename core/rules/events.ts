import type { Event } from '../formats/events.ts';
import type { Leaderboard } from '../formats/leaderboard.ts';
import { type Audit, type ExperimentResult, isSameAudit, resultPath, runsIn } from '../formats/result.ts';
import { own } from '../names.ts';
import { plain } from '../text/harmless/github.ts';

/**
 * What happened between two states of the results. The bot writes it beside them, and whoever has main's history can make it again: it
 * depends on what is written there alone.
 */

/** A result that was written, and what it was before; null for a new one. */
export interface Written {
  now: ExperimentResult;
  before: ExperimentResult | null;
}

/** @param before null where main has no leaderboard yet */
export function eventsBetween(
  { before, after }: { before: Leaderboard | null; after: Leaderboard },
  results: Written[],
): Event[] {
  const written = results.toSorted((a, b) => (resultPath(a.now) < resultPath(b.now) ? -1 : 1));
  return [
    ...written.flatMap(verdictIn),
    ...written.flatMap(auditsIn),
    ...adoptedIn(before, after),
    ...written.flatMap(chainIn),
    ...recordsIn(before, after),
    ...machinesIn(before, after),
  ];
}

/** Long names say no more to a reader of lists. */
const TITLE = 80;

const short = (blob: string) => blob.slice(0, 12);
/** Lists show no more digits, and git keeps all of them for ever. */
const rounded = (value: number) => Number(value.toFixed(6));
const roundedOr = (value: number | null | undefined) => (value == null ? null : rounded(value));

function nameOf({ pull, blob, track }: ExperimentResult) {
  return { pull, blob: short(blob), track };
}

function verdictIn({ now, before }: Written): Event[] {
  const event = verdictOf(now);
  return before && JSON.stringify(verdictOf(before)) === JSON.stringify(event) ? [] : [event];
}

function verdictOf(result: ExperimentResult): Event {
  const { authorText, evidence } = result;
  return {
    kind: 'result',
    at: result.decidedAt,
    ...nameOf(result),
    verdict: result.verdict,
    code: result.reason.code.slice(0, 80),
    valBpb: roundedOr(result.valBpb),
    heldoutBpb: roundedOr(result.heldoutBpb),
    incumbent: roundedOr((result.base ?? result.incumbent)?.valBpb),
    effect: roundedOr(evidence?.effect.estimate),
    standardError: roundedOr(evidence?.effect.standardError),
    title: plain(authorText.title, TITLE),
    author: plain(result.author, TITLE),
    agent: authorText.agent === null ? null : plain(authorText.agent, TITLE),
    expect: authorText.expect,
    buildsOn: authorText.buildsOn.slice(0, 20),
    runs: result.runs.map((run) => [
      ...([run.stage, run.owner, run.machine, run.outcome] as const),
      roundedOr(run.valBpb),
      Math.round(run.totalSeconds),
    ]),
  };
}

function auditsIn({ now, before }: Written): Event[] {
  const open = (audit: Audit) => (before?.audits.find(isSameAudit(audit))?.outcome ?? 'open') === 'open';
  return now.audits.flatMap((audit): Event[] => {
    const { of, outcome, outlier } = audit;
    const run = runsIn(now).find(({ runId }) => runId === of);
    if (outcome === 'open' || !open(audit) || !run) return [];
    // A scoring that agrees vouches for nothing, and is no repeat that agreed.
    if (audit.why === 'scoring' && outcome !== 'outlier') return [];
    return [{ kind: 'audit', at: endOf(audit, now), ...nameOf(now), machine: run.machine, outcome, outlier }];
  });
}

/** When its last repeat ended. */
function endOf({ runs }: Audit, { decidedAt }: ExperimentResult): string {
  return [decidedAt, ...runs.map(({ at }) => at)].toSorted().at(-1)!;
}

function chainIn({ now, before }: Written): Event[] {
  const { chain, verdict, decidedAt: at } = now;
  if (!chain || before?.chain || chain.head.pull !== now.pull || chain.head.blob !== now.blob) return [];
  const kind = verdict === 'improved' ? 'certified' : 'refuted';
  return [{ kind, at, ...nameOf(now), pulls: chain.pulls }];
}

function adoptedIn(before: Leaderboard | null, after: Leaderboard): Event[] {
  return Object.entries(after.tracks).flatMap(([track, { frontier }]) => {
    const known = new Set(trackIn(before, track)?.frontier?.chain.map(({ blob }) => blob));
    const fresh = (frontier?.chain ?? []).filter(({ blob }) => !known.has(blob));
    return fresh.map(({ at, pull, blob, gain, estimate }): Event => {
      const guess = { gain: rounded(gain), loss: rounded(estimate.loss) };
      return { kind: 'adopted', at, pull, blob: short(blob), track, ...guess };
    });
  });
}

function recordsIn(before: Leaderboard | null, after: Leaderboard): Event[] {
  return Object.entries(after.tracks).flatMap(([track, { incumbent }]): Event[] => {
    const then = trackIn(before, track)?.incumbent;
    const { at, pull, blob, valBpb, author, title } = incumbent;
    if (then && then.blob === blob && then.at === at) return [];
    const who = author === null ? null : plain(author, TITLE);
    const what = { valBpb: rounded(valBpb), author: who, title: plain(title, TITLE) };
    return [{ kind: 'record', at, pull, blob: short(blob), track, ...what }];
  });
}

function machinesIn(before: Leaderboard | null, after: Leaderboard): Event[] {
  return Object.entries(after.tracks).flatMap(([track, { machines }]) => {
    const known = trackIn(before, track)?.machines ?? {};
    return Object.entries(machines)
      .filter(([machine]) => !own(known, machine))
      .map(([machine, { owner, lastSeen: at }]): Event => ({ kind: 'machine', at, track, machine, owner }));
  });
}

function trackIn(board: Leaderboard | null, track: string) {
  return board ? own(board.tracks, track) : undefined;
}
