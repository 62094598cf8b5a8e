import { is } from '../../../core/rules/audits/machines.ts';
import type { Effect } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Decided } from '../answer/decided.ts';
import { isIdle } from '../answer/effects.ts';
import { besidesQueue } from '../rules/in-line.ts';
import type { Settings } from '../state/settings.ts';
import { auditStep } from './audits.ts';
import { reconsiderStep } from './reconsider.ts';

/** What still happens to a pull request after its verdict: audits of the machines, and what they find. */

/** A verdict that leaned on an outlier's machine, before it is said once more; null when there is none. */
export function inDoubt(snapshot: Snapshot, settings: Settings): Decided | null {
  for (const { result } of snapshot.results) {
    if (result.pull !== snapshot.pull.number) continue;
    const doubted = settings.board.tracks[result.track]?.reconsider.filter(is(result)) ?? [];
    const machines = doubted.map(({ machine }) => machine);
    if (machines.length > 0) return reconsiderStep(snapshot, settings, result, machines);
  }
  return null;
}

/** Null when nothing is left to do. */
export function afterwards(snapshot: Snapshot, settings: Settings): Decided | null {
  let waits: Decided | null = null;
  for (const { result } of snapshot.results) {
    if (result.pull !== snapshot.pull.number) continue;
    if (!result.audits.some((audit) => audit.outcome === 'open')) continue;
    const step = auditStep(snapshot, settings, result);
    if (!isIdle(snapshot, step)) return step;
    waits ??= step; // another track's may go on meanwhile
  }
  return waits;
}

/** Where other pull requests learn that places are free, a chain's certification does too, and waiting audits, if a place is left for them. */
export function withAuditsInLine(effects: Effect[], { queue }: Snapshot, settings: Settings): Effect[] {
  return effects.map((effect) => {
    if (effect.kind !== 'look') return effect;
    return { ...effect, pulls: [...new Set([...effect.pulls, ...besidesQueue(queue, settings)])] };
  });
}
