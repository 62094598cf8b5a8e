import type { FrontierLink } from '../../../core/formats/frontier.ts';
import { reason } from '../../../core/formats/reasons.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { own } from '../../../core/names.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { branchOf, placeOf } from '../../model/tracks.ts';
import { chainEnded } from '../../say/chain.ts';
import type { Commit, Decided } from '../answer/decided.ts';
import { boardAfter, type Change } from '../results/commit.ts';
import { movedOnFrontier } from '../results/compositions.ts';
import { withDrawnAudits } from '../results/drawn-audits.ts';
import { outlierAlarms } from '../results/outlier-alarms.ts';
import { resultOf } from '../results/result.ts';
import { chainTo } from '../rules/frontier/cases.ts';
import { type Certified, CHAIN_VERDICT } from '../rules/frontier/judgement.ts';
import { nextInLine } from '../rules/queue.ts';
import type { Judgement } from '../rules/verdict.ts';
import { type Experiment, experimentsOf, incumbentRuns, withIncumbentRuns } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';

/**
 * The certification of a chain has ended. Certified: main moves to its head in one step, and each of its pull requests improved.
 * Refuted: the frontier goes back to main, and none of them held. Neither: the chain grows on.
 */
export function concludeChain(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment & { certifies: FrontierLink },
  judgement: Judgement,
): Decided {
  const { track, certifies: link } = experiment;
  const { board, config } = settings;
  const standing = board.tracks[track]!;
  const kind = endOf(judgement);
  const chain = chainTo(standing, link);
  const certified: Certified = {
    kind,
    link,
    pulls: chain.map(({ pull }) => pull),
    head: judgement.certified?.head ?? link.estimate,
  };
  const before = resultOfLink(snapshot, link);
  const told: Judgement = { ...judgement, verdict: CHAIN_VERDICT[kind], certified };
  // Who refutes or certifies a chain is checked like any other: some of these runs are repeated elsewhere.
  const result = withDrawnAudits(snapshot, settings, {
    ...(before?.base && { base: before.base }),
    ...(before?.composedFrom && { composedFrom: before.composedFrom }),
    ...resultOf(snapshot, experiment, told, before),
  });
  // What stands on a refuted link does not hold either.
  const ended = { certified: chain, refuted: standing.frontier!.chain, open: [] }[kind];
  const others = ended.flatMap((one) => {
    const known = one.blob === link.blob ? null : resultOfLink(snapshot, one);
    return known ? [known] : [];
  });
  const all = experimentsOf(snapshot.pull.heads);
  const liars = judgement.liars ?? [];
  const carried = incumbentRuns(all, track, standing.incumbent.blob);
  const changes: Commit['changes'] = [
    { kind: 'result', result, incumbentRuns: carried, before, liars },
    { kind: 'frontier', track, change: { kind, blob: link.blob, head: certified.head } },
    ...(others.length > 0 ? [chainChange(others, result, snapshot.now)] : []),
    ...(kind === 'certified' ? [{ kind: 'incumbent', result } as const] : []),
  ];
  const head = tipOf(snapshot, experiment);
  const after = boardAfter(snapshot, board, changes);
  const next = nextInLine(snapshot.pull.number, snapshot, settings, track);
  return {
    reasons: [reason('chain', 'decided', kind, judgement.reason.text)],
    alarms: outlierAlarms(after, config, result, liars, snapshot.now),
    commit:
      kind === 'certified'
        ? {
            ...{ changes, head, coAuthor: head === null ? link.author : null },
            measured: { path: placeOf(snapshot, track), blob: link.blob },
          }
        : { changes },
    checks: withIncumbentRuns(experiment, all).updates,
    look: {
      pulls: [...ended.map(({ pull }) => pull), ...movedOnFrontier(board, after, track), ...next],
      incumbents: [],
      heads: headsOf(ended),
    },
    again: true,
  };
}

/** The commits that brought the links: a pull request may point to another by now. */
function headsOf(links: FrontierLink[]): Record<number, string[]> {
  const pulls = [...new Set(links.map(({ pull }) => pull))];
  return Object.fromEntries(
    pulls.map((pull) => [pull, links.filter((one) => one.pull === pull).map(({ head }) => head)]),
  );
}

function endOf({ verdict }: Judgement): Certified['kind'] {
  if (verdict === 'improved') return 'certified';
  // What the rule calls open is `adopted` still; weights that two owners could not settle leave it open, too.
  return verdict === 'adopted' || verdict === 'inconclusive' ? 'open' : 'refuted';
}

function resultOfLink({ links }: Snapshot, { pull, blob }: FrontierLink): ExperimentResult | null {
  return links.find((one) => one.pull === pull && one.blob === blob) ?? null;
}

/** The other results of the chain, each with the end that all of them share. */
function chainChange(before: ExperimentResult[], head: ExperimentResult, now: string): Change {
  const { verdict, chain } = head;
  const results = before.map((one) => ({
    ...one,
    verdict,
    reason: chainEnded(head),
    chain: chain!,
    decidedAt: now,
  }));
  return { kind: 'chain', results, before };
}

/** The commit of the branch `frontier` that has the link: with it all pull requests of the chain are in main's history. */
function tipOf(
  snapshot: Snapshot,
  { track, certifies }: Experiment & { certifies: FrontierLink },
): string | null {
  const branch = own(snapshot.frontiers, branchOf(snapshot, track));
  return branch?.links.findLast(({ blob }) => blob === certifies.blob)?.oid ?? null;
}

/** Machines failed it as often as they may: the chain grows on, and its next link brings another certification. */
export function notMeasured(
  snapshot: Snapshot,
  settings: Settings,
  { track, certifies: link }: Experiment & { certifies: FrontierLink },
): Decided {
  const change = { kind: 'open', blob: link.blob, head: link.estimate } as const;
  return {
    reasons: [reason('chain', 'refused', 'swarm-failed', 'machines failed its runs too often')],
    commit: { changes: [{ kind: 'frontier', track, change }] },
    look: { pulls: nextInLine(snapshot.pull.number, snapshot, settings, track), incumbents: [] },
  };
}
