import { basesOf } from '../../core/formats/leaderboard.ts';
import { own } from '../../core/names.ts';
import type { PullReading } from '../github/port.ts';
import type { World } from '../model/snapshot.ts';

/** Which file a pull request's change was made to. */

type Past = PullReading['pull']['past'];

/** Files that are or were on main, or on the frontier of one of these tracks. */
function knownFiles({ main }: World, tracks: string[]): Set<string> {
  const known = new Set<string>(main.train ? [main.train.oid] : []);
  if (!main.leaderboard.ok) return known;
  for (const track of tracks) {
    const standing = own(main.leaderboard.value.tracks, track);
    if (!standing) continue;
    for (const blob of basesOf(standing)) known.add(blob);
  }
  return known;
}

/**
 * The newest file before this one in its branch's history that is known; where none is, the one that the branch began from. It is
 * never the file itself, which may have been put back after another.
 * @param past versions in the branch's history, the latest first
 */
export function changedFrom(
  world: World,
  { past, beganFrom }: { past: Past; beganFrom: string | null },
  file: string,
  tracks: string[],
): string | null {
  const known = knownFiles(world, tracks);
  if (beganFrom !== null) known.add(beganFrom);
  const at = past.findIndex(({ blob }) => blob === file);
  const before = [...past.slice(at + 1).map(({ blob }) => blob), past.at(-1)?.before ?? null];
  return before.find((blob) => blob !== null && blob !== file && known.has(blob)) ?? beganFrom;
}
