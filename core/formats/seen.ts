import { z } from 'zod';

/** What a machine saw of itself while it trained: others on its device, and what held its clock down. Null: it does not say. */

const share = z.number().min(0).max(1);
const watts = z.int().min(0).max(100_000);

export const seenSchema = z.strictObject({
  /** Looks that were taken during the training. */
  samples: z.int().min(0).max(1_000_000),
  /** Share of them in which heat or the power supply held the device's clock down. */
  slowedShare: share.nullable(),
  /** The most that the device might draw, lowest and highest from the start to the end of the training. */
  powerWatts: z.strictObject({ least: watts, most: watts }).nullable(),
  /** Use of the device just before the training began: by others alone. */
  othersUse: share.nullable(),
  /** Looks at which others had compute programs on the device; how many at most, and how much of its memory at most. */
  othersSamples: z.int().min(0).max(1_000_000).nullable(),
  othersPrograms: z.int().min(0).max(100_000).nullable(),
  othersMemoryMiB: z.int().min(0).max(1_000_000_000).nullable(),
  /** On a track without a card: share of the job's processors that others took, at least. */
  othersProcessors: share.nullable(),
});
export type Seen = z.infer<typeof seenSchema>;

/** One line for people. */
export function saySeen(seen: Seen): string {
  const { samples, slowedShare, powerWatts, othersUse, othersPrograms, othersMemoryMiB, othersProcessors } =
    seen;
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const parts = [
    slowedShare !== null && `slowed by heat or power supply in ${percent(slowedShare)}`,
    powerWatts !== null &&
      `power limit ${powerWatts.least === powerWatts.most ? '' : `${powerWatts.least} to `}${powerWatts.most} W`,
    othersUse !== null && `used by others before ${percent(othersUse)}`,
    othersPrograms !== null && `programs of others ${othersPrograms} (${othersMemoryMiB ?? 0} MiB)`,
    othersProcessors !== null && `processors that others took ${percent(othersProcessors)}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'the machine does not say' : `${parts.join(', ')}; ${samples} looks`;
}
