import { type FrontierLink, NO_FRONTIER } from '../../../core/formats/frontier.ts';
import { own } from '../../../core/names.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { hasFrontier } from '../rules/frontier/grounds.ts';
import { candidateOf, type Experiment, noRuns } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';

/** The file of this pull request that heads a chain under certification, with its runs so far; null where there is none. */
export function certifying(
  { pull }: Snapshot,
  { board, config }: Settings,
): (Experiment & { certifies: FrontierLink }) | null {
  for (const [track, { frontier = NO_FRONTIER }] of Object.entries(board.tracks)) {
    const link = frontier.chain.find(({ blob }) => blob === frontier.certifying);
    if (link?.pull !== pull.number || !hasFrontier(own(config.tracks, track))) continue;
    const runs = candidateOf(pull.heads, link.blob, track);
    const experiment = runs ?? noRuns(link.blob, track, 'candidate', link.head);
    return { ...experiment, head: link.head, certifies: link };
  }
  return null;
}
