import type { File } from '../acceptance/world.ts';
import type { Mode, Track } from './track.ts';

/** The credulous swarm: a single run below the record is the record. */
export function createGreedy(track: Track): Mode {
  let holder: File = { loss: 1, sigma: track.world.sigma };
  let record: number | null = null;
  const counts = { candidates: 0, adopted: 0, certified: 0, falseCertified: 0, refuted: 0 };
  return {
    next() {
      if (record === null) {
        const first: File = holder;
        record = Number.POSITIVE_INFINITY; // until it is measured, right below
        return { file: first, stage: 'baseline', purpose: 'incumbent', done: (run) => (record = run.valBpb) };
      }
      const file = track.begin(holder);
      return {
        file,
        stage: 'explore',
        purpose: 'candidate',
        done(run) {
          counts.candidates += 1;
          if (run.valBpb >= record!) return;
          counts.adopted += 1;
          counts.certified += 1;
          if (file.loss >= holder.loss) counts.falseCertified += 1;
          holder = file;
          record = run.valBpb;
        },
      };
    },
    main: () => holder,
    frontier: () => holder,
    counts: () => counts,
  };
}
