import { NO_FRONTIER } from '../../core/formats/frontier.ts';
import type { ExperimentResult } from '../../core/formats/result.ts';
import type { Port } from '../github/port.ts';
import type { ResultName, World } from '../model/snapshot.ts';
import { findResults } from './records.ts';

/** Results of the chain whose certification a pull request carries: all of them end together. */
export async function chainResultsOf(
  port: Port,
  { main }: World,
  names: ResultName[],
  number: number,
): Promise<ExperimentResult[]> {
  if (!main.leaderboard.ok) return [];
  const results: ExperimentResult[] = [];
  for (const [track, { frontier = NO_FRONTIER }] of Object.entries(main.leaderboard.value.tracks)) {
    if (!frontier.chain.some(({ pull, blob }) => pull === number && blob === frontier.certifying)) continue;
    for (const { pull, blob } of frontier.chain) {
      const own = names.filter((name) => name.pull === pull && name.track === track);
      const at = { commit: main.oid, pull, blob, contents: [], tracks: [track] };
      const found = await findResults(port, own, at);
      results.push(...found.filter((one) => one.pull === pull && one.blob === blob));
    }
  }
  return results;
}
