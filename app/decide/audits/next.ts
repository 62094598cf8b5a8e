import { own } from '../../../core/names.ts';
import { is, machineTrust } from '../../../core/rules/audits/machines.ts';
import type { Effect } from '../../model/effect.ts';
import type { HeadState, Snapshot } from '../../model/snapshot.ts';
import { withSoundData } from '../rules/data-set.ts';
import { BLOCKED_MACHINE } from '../rules/placing.ts';
import { sparePlaces } from '../rules/queue.ts';
import { unusedSeeds } from '../rules/seeds.ts';
import { withSoundVersions } from '../rules/versions.ts';
import type { Settings } from '../state/settings.ts';
import { auditStep } from './audits.ts';
import { reconsiderStep } from './reconsider.ts';

/** What still happens to a request when its verdict is said: audits of the machines, and what they find. */

/** A verdict that leaned on an outlier's machine, before it is said once more; null when there is none. */
export function inDoubt(snapshot: Snapshot, settings: Settings): Effect[] | null {
  for (const { result } of snapshot.results) {
    if (result.pull !== snapshot.pull.number) continue;
    const doubted = settings.board.tracks[result.track]?.reconsider.filter(is(result)) ?? [];
    const machines = doubted.map(({ machine }) => machine);
    if (machines.length > 0) return reconsiderStep(snapshot, settings, result, machines);
  }
  return null;
}

/** Null when nothing is left to do. */
export function afterwards(snapshot: Snapshot, settings: Settings): Effect[] | null {
  let waits: Effect[] | null = null;
  for (const { result } of snapshot.results) {
    if (result.pull !== snapshot.pull.number) continue;
    if (!result.audits.some((audit) => audit.outcome === 'open')) continue;
    const step = auditStep(snapshot, settings, result);
    if (step.some((effect) => effect.kind !== 'rest')) return step;
    waits ??= step; // another track's may go on meanwhile
  }
  return waits;
}

/** Wherever others are told that places are free, audits that wait are too, if any place is left for them. */
export function withAuditsInLine(
  effects: Effect[],
  { queue }: Snapshot,
  { board, config }: Settings,
): Effect[] {
  return effects.map((effect) => {
    if (effect.kind !== 'look') return effect;
    const waiting = Object.entries(board.tracks).flatMap(([track, { audits, reconsider }]) => [
      ...reconsider.slice(0, LOOKS),
      ...audits.slice(0, sparePlaces(queue, config, track)),
    ]);
    return { ...effect, pulls: [...new Set([...effect.pulls, ...waiting.map(({ pull }) => pull)])] };
  });
}

const LOOKS = 20;

/** Reports of blocked machines, from other data sets and of other Pythons are refused, and a seed that was used on the track is not drawn again. */
export function withoutUnsound(snapshot: Snapshot, { board, config }: Settings): Snapshot {
  const isBlocked = (track: string, name: string) => {
    const machine = own(own(board.tracks, track)?.machines, name);
    return machine !== undefined && machineTrust(name, machine, snapshot.now, config) === 'blocked';
  };
  const sound = (head: HeadState): HeadState => ({
    ...head,
    runs: head.runs.map((run) => {
      const { finding } = run;
      if (finding.kind !== 'report' || !isBlocked(run.key.track, finding.facts.run.machine)) return run;
      const why = `${finding.facts.run.machine} is blocked by audits on ${run.key.track}`;
      return { ...run, finding: { kind: 'refused', check: BLOCKED_MACHINE, why } };
    }),
  });
  const fresh = unusedSeeds(snapshot.fresh, board, snapshot.pull.heads);
  const heads = withSoundVersions(withSoundData(snapshot.pull.heads.map(sound), board), { board, config });
  return { ...snapshot, fresh, pull: { ...snapshot.pull, heads } };
}
