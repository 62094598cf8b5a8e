import type { TrackStanding } from '../../../core/formats/leaderboard.ts';
import type { RunResult } from '../../../core/formats/run.ts';
import { own } from '../../../core/names.ts';
import { hasOwner, ownerOf } from '../../../core/owner.ts';
import type { Rules, Wanted } from '../../../core/rules/acceptance/acceptance.ts';
import { type Placing, perOwner, placeConfirmations } from '../../../core/rules/acceptance/owners.ts';
import { RULE } from '../../../core/rules/acceptance/rule.ts';
import { type MachineRules, machineTrust } from '../../../core/rules/audits/machines.ts';
import { inline } from '../../../core/text/harmless/github.ts';
import type { Finding, RunState } from '../../model/snapshot.ts';
import type { RunFacts } from '../../model/state.ts';
import { OWNERS } from '../../say/before-verdict.ts';
import { failuresOf } from '../state/experiments.ts';
import { OTHER_DATA } from './sound/data-set.ts';
import { BLOCKED_MACHINE } from './sound/sound.ts';
import { OTHER_VERSIONS } from './sound/versions.ts';

/** Whose machines get the next runs. Owners are known by what their machines have finished: no permission to list runners is needed. */

const SEEN_WITHIN_DAYS = 30;
/** A machine that failed so many jobs one after the other gets none of its own, until it finishes one that is anybody's. */
const FAULTS = 3;

export interface PlacementInput {
  /** GitHub login of the pull request's author. */
  author: string;
  rules: Rules;
  standing: TrackStanding;
  /** The incumbent's runs, those that came with the pull request included. */
  incumbent: RunResult[];
  /** Those that came with the pull request alone. */
  carried?: RunResult[];
  /** The pull request's runs so far. */
  facts: RunFacts[];
  pending: RunState[];
  /** ISO 8601. */
  now: string;
  machineRules: MachineRules;
  /** Owners whose machine was the outlier here: they do not measure this file again. */
  barred?: string[];
}

/**
 * Owners with a machine on the track that is in good standing and was seen lately, those of the pull request's own runs and those that
 * the configuration names among them.
 */
export function knownOwners({
  rules,
  standing,
  facts,
  carried = [],
  now,
  machineRules,
  barred = [],
}: Pick<
  PlacementInput,
  'rules' | 'standing' | 'facts' | 'carried' | 'now' | 'machineRules' | 'barred'
>): string[] {
  const { machines } = standing;
  const isBlocked = ([name, machine]: [string, (typeof machines)[string]]) =>
    machineTrust(name, machine, now, machineRules) === 'blocked';
  const isSeen = ({ lastSeen }: (typeof machines)[string]) =>
    Date.parse(now) - Date.parse(lastSeen) < SEEN_WITHIN_DAYS * 86_400_000;
  const isBroken = ([, { faults }]: [string, (typeof machines)[string]]) => (faults ?? 0) >= FAULTS;
  const all = Object.entries(machines).filter(([machine, { owner }]) => hasOwner({ machine, owner }));
  const blocked = all.filter(isBlocked).map(([, { owner }]) => owner);
  const owners = new Set([
    ...all.filter((one) => isSeen(one[1]) && !isBlocked(one) && !isBroken(one)).map(([, { owner }]) => owner),
    ...[...facts.map(({ run }) => run), ...carried]
      .filter((run) => hasOwner(run) && !own(machines, run.machine))
      .map((run) => run.owner),
    ...(rules.owners ?? []).filter((owner) => !blocked.includes(owner)),
  ]);
  return [...owners].filter((owner) => !barred.includes(owner)).sort();
}

/** An owner for each of `runs` new runs, null for anybody; fewer when no more can be placed, or why none can. */
export function placeRuns(
  placement: PlacementInput,
  wanted: Wanted,
  runs: number,
): { kind: 'place'; targets: (string | null)[] } | { kind: 'wait'; reason: string } {
  const available = knownOwners(placement);
  if (wanted.stage === 'confirm')
    return asTargets(placement, placeConfirmation(placement, available, runs, wanted));
  if (wanted.placement.notOwners.length === 0) {
    const named = placement.barred && placement.barred.length > 0 ? available : [];
    const turn = placement.facts.length; // another one each time
    return {
      kind: 'place',
      targets: Array.from({ length: runs }, (_, i) => named[(turn + i) % named.length] ?? null),
    };
  }
  return asTargets(placement, spreadOthers(placement, available, runs, wanted));
}

function placeConfirmation(
  placement: PlacementInput,
  available: string[],
  runs: number,
  wanted: Wanted,
): Placing {
  const author = placement.author.toLowerCase();
  return placeConfirmations({
    runs,
    available: available.filter((owner) => owner === author || !wanted.placement.notOwners.includes(owner)),
    soFar: confirmationsOf(placement),
    author,
    perOwner: wanted.placement.perOwner,
    fewOwners: placement.rules['few-owners'] ?? 'wait',
  });
}

function confirmationsOf({ facts, pending }: Pick<PlacementInput, 'facts' | 'pending'>): { owner: string }[] {
  return [
    ...facts.filter(({ run }) => run.stage === 'confirm').map(({ run }) => ({ owner: run.owner })),
    ...pending
      .filter(({ key }) => key.stage === 'confirm')
      .flatMap(({ memory }) => (memory.target === null ? [] : [{ owner: memory.target }])),
  ];
}

/** Runs by others than those of whom there are enough, the owner with the fewest first. */
function spreadOthers(
  { incumbent, facts }: PlacementInput,
  available: string[],
  runs: number,
  wanted: Wanted,
): Placing {
  const { notOwners } = wanted.placement;
  const soFar = wanted.stage === 'baseline' ? incumbent : facts.map(({ run }) => run);
  const what = wanted.stage === 'baseline' ? 'the incumbent' : 'it';
  const free = available.filter((owner) => !notOwners.includes(owner));
  if (free.length === 0)
    return {
      kind: 'wait',
      reason: OWNERS.others(what, notOwners),
    };
  const taken = new Map(free.map((owner) => [owner, soFar.filter((run) => run.owner === owner).length]));
  const owners = Array.from({ length: runs }, () => {
    const next = free.toSorted((a, b) => taken.get(a)! - taken.get(b)! || a.localeCompare(b))[0]!;
    taken.set(next, taken.get(next)! + 1);
    return next;
  });
  return { kind: 'place', owners, singleOwner: false };
}

function asTargets(placement: PlacementInput, placing: Placing): ReturnType<typeof placeRuns> {
  if (placing.kind === 'wait') return { kind: 'wait', reason: placing.reason + ownerless(placement) };
  return { kind: 'place', targets: placing.owners };
}

/** Names machines that measured here and belong to no known owner, so that a maintainer can see why they do not count. */
function ownerless({ standing, facts }: PlacementInput): string {
  const seen = [
    ...Object.entries(standing.machines).map(([machine, { owner }]) => ({ machine, owner })),
    ...facts.map(({ run }) => run),
  ].filter((one) => !hasOwner(one));
  const names = [...new Set(seen.map(({ machine }) => machine))];
  if (names.length === 0) return '';
  const shown = names.slice(-NAMES_SHOWN).map((name) => inline(name, 60));
  return OWNERS.ownerless(shown, names.length - shown.length);
}

const NAMES_SHOWN = 3;

/** Where a run goes that its owner did not take or could not finish: to another who may have it, else to the same again. */
export function placeAgain(
  placement: PlacementInput,
  run: RunState,
): { target: string | null; avoided: string[] } {
  const { target, avoided } = run.memory;
  const { finding } = run;
  const failedOn = failuresOf(run);
  const failed = failedOn.map(ownerOf);
  // Anybody's turn would be that machine's turn again.
  if (target === null && (failedOn.length > 0 || isUnsound(finding)))
    return { target: elsewhere(placement, run, failed), avoided };
  if (target !== null && isFree(run) && failed.includes(target))
    return { target: elsewhere(placement, run, failed) ?? target, avoided };
  if (target !== null && run.key.stage === 'rescore') {
    const first = placement.facts.find((one) => one.run.runId === run.memory.job.rescore?.runId);
    const never = [first?.run.owner, placement.author.toLowerCase(), target, ...avoided];
    const other = knownOwners(placement).find((owner) => !never.includes(owner));
    return other ? { target: other, avoided: [...avoided, target] } : { target, avoided: [] };
  }
  // The owner who should replace a broken machine did not come.
  if (finding.kind === 'untaken' && failedOn.length > 0 && run.key.stage === 'explore')
    return { target: null, avoided };
  if (target === null || run.key.stage !== 'confirm') return { target, avoided };
  const tried = [...new Set([...avoided, target])];
  const available = knownOwners(placement).filter((owner) => !tried.includes(owner));
  const confirming = placement.facts.filter((one) => one.run.stage === 'confirm').length;
  const placing = placeConfirmations({
    runs: 1,
    available,
    soFar: confirmationsOf(placement),
    author: placement.author.toLowerCase(),
    // As confirm.ts asks: its share of all runs up to the end of the round.
    perOwner: perOwner((Math.floor(confirming / RULE.confirmRuns) + 1) * RULE.confirmRuns),
    fewOwners: 'wait',
  });
  return placing.kind === 'place' ? { target: placing.owners[0]!, avoided: tried } : { target, avoided: [] }; // no other owner may: the same owner may be back
}

/** Whether it may be anybody's: a confirmation, and what is scored once more, go to some alone. */
function isFree({ key: { stage } }: RunState): boolean {
  return stage !== 'confirm' && stage !== 'rescore';
}

/** A known owner on whose machines it did not fail, one with the fewest runs of the file so far; null when there is none. */
function elsewhere(placement: PlacementInput, { key }: RunState, failed: string[]): string | null {
  const soFar = key.stage === 'baseline' ? placement.incumbent : placement.facts.map(({ run }) => run);
  const others = knownOwners(placement).filter((owner) => !failed.includes(owner));
  const runs = (owner: string) => soFar.filter((run) => run.owner === owner).length;
  const fewest = Math.min(...others.map(runs));
  const next = others.filter((owner) => runs(owner) === fewest);
  return next[key.seed % Math.max(1, next.length)] ?? null;
}

function isUnsound(finding: Finding): boolean {
  return (
    finding.kind === 'refused' && [BLOCKED_MACHINE, OTHER_DATA, ...OTHER_VERSIONS].includes(finding.check)
  );
}
