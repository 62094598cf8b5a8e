import { isScored } from '../summary/experiments.ts';
import type { Summary } from '../summary/summary.ts';
import { progressView } from './progress/view.ts';
import type { View } from './view.ts';

/** All views of a track, in the order of the page. */
export function viewsOf(summary: Summary): View[] {
  return [progressView(progressOf(summary))];
}

function progressOf({ track, holders, experiments }: Summary) {
  const scored = experiments.filter(isScored);
  return {
    track,
    history: holders,
    tried: scored.filter(({ verdict }) => verdict !== 'adopted'),
    guesses: scored.filter(({ verdict }) => verdict === 'adopted'),
    failed: experiments.flatMap(({ valBpb, at }) => (valBpb === null ? [at] : [])),
  };
}
