import { createDescent } from '../acceptance/policies.ts';
import type { File, World } from '../acceptance/world.ts';
import type { Counts, Track } from './track.ts';

/** Each candidate must show its gain alone, one after the other: the rule for single files, without a frontier. */
export function playAlone(
  track: Track,
  town: World,
  o: { runs: number; watch: (used: number, main: File) => void },
): Counts {
  let holder: File = { loss: 1, sigma: track.world.sigma };
  const policy = createDescent(town, holder);
  const counts = { candidates: 0, adopted: 0, certified: 0, falseCertified: 0, refuted: 0 };
  for (let spent = 0; spent + policy.incumbentRuns() < o.runs; ) {
    const file = track.begin(holder);
    const { merged, runs } = policy.judge(file, true);
    spent += runs;
    counts.candidates += 1;
    if (merged) {
      counts.certified += 1;
      if (file.loss >= holder.loss) counts.falseCertified += 1;
      holder = file;
    }
    o.watch(spent + policy.incumbentRuns(), holder);
  }
  return counts;
}
