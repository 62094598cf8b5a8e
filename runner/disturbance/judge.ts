import type { Reason } from '../../core/formats/reason.ts';
import type { Seen } from '../../core/formats/seen.ts';

/** Whether a run was disturbed, by what was seen alone: never by its loss, which nobody knows yet. */

/**
 * Looks at which heat or the power supply held the clock down. A slowed card loses about a fifth of its clock, so that a tenth of
 * the time costs 2 % of the steps: less than one seed differs from the next. Three looks at least: one may be a moment's.
 * The ordinary cap of power is no slowdown: the training of any file reaches it, and its limit is part of the machine.
 */
const SLOWED_SHARE = 0.1;
const SLOWED_LOOKS = 3;

/** Compute programs of others share the card's time by turns. One look may see a tool that only asks the driver something. */
const OTHERS_LOOKS = 2;

/** Use of the card before anything of ours runs. A desktop draws its windows with less; a game or a film takes more. */
const OTHERS_USE = 0.25;

/** Limits are whole watts; some cards report a fraction. */
const WATTS = 1;

/** Share of the job's processors: that many steps are missing at the end. */
const PROCESSORS_SHARE = 0.1;

/** @param judged whether what others take of the processors counts: only where the machine is lent, beside its owner's own use */
export function disturbance(seen: Seen, judged: { processors: boolean }): Reason | null {
  const { samples, slowedShare, powerWatts, othersUse, othersSamples, othersProcessors } = seen;
  if (othersUse !== null && othersUse >= OTHERS_USE) return { code: 'device-busy', share: othersUse };
  if (othersSamples !== null && othersSamples >= OTHERS_LOOKS)
    return {
      code: 'device-shared',
      programs: seen.othersPrograms ?? 0,
      memoryMiB: seen.othersMemoryMiB ?? 0,
    };
  if (powerWatts !== null && powerWatts.most - powerWatts.least > WATTS)
    return { code: 'power-limit-changed', ...powerWatts };
  if (slowedShare !== null && slowedShare >= SLOWED_SHARE && slowedShare * samples >= SLOWED_LOOKS - 0.5)
    return { code: 'device-slowed', share: slowedShare, limit: SLOWED_SHARE };
  if (judged.processors && othersProcessors !== null && othersProcessors >= PROCESSORS_SHARE)
    return { code: 'processors-shared', share: othersProcessors, limit: PROCESSORS_SHARE };
  return null;
}
