import { balanceOf } from '../../core/credits/holds.ts';
import type { MachineState } from '../../core/formats/leaderboard.ts';
import { exploresAlone, withLast } from '../../core/rules/audits/lately.ts';
import { resultOf } from '../../testing/examples/result.ts';
import { run as runOf } from '../../testing/examples/run.ts';
import { measurePreempting } from '../acceptance/liars/preempting.ts';
import { createRandom } from '../acceptance/random.ts';
import { at, Books, TRACK } from './books.ts';

/** An owner who watches the training curve, and takes the machine back when a run displeases him. */
export interface PreemptingFigures {
  /** Of the runs, those that he ends, and where in the training. */
  ends: number;
  after: number;
  /** Credits for an hour of his machine; of one who ends nothing: `honest`. */
  creditsAnHour: number;
  honest: number;
  /** Of his runs, those for which his machine gets exploring alone, so that it confirms nothing. */
  exploresAlone: number;
  /** Probability that a candidate of no effect merges, where he ends the worst of the candidate's runs and the best of the incumbent's. */
  mergeAtZero: number;
}

const TRAINING = 300;
const SCORING = 60;
const HOURS = 500;

export function measureRunsEnded(o: {
  ends: 'none' | 'fifth' | 'half';
  after: number;
  seed: number;
  trials: number;
}): PreemptingFigures {
  const random = createRandom(o.seed);
  const share = { none: 0, fifth: 0.2, half: 0.5 }[o.ends];
  const earn = (ended: number) => {
    const books = new Books();
    let machine: MachineState = {
      owner: 'pia',
      ownerId: 7,
      jobs: 0,
      lastSeen: at(0),
      outliers: [],
      unvouched: [],
    };
    let [seconds, runId, alone] = [0, 0, 0];
    while (seconds < HOURS * 3600) {
      runId += 1;
      if (exploresAlone(machine)) alone += 1;
      const ends = random.uniform() < ended;
      machine = withLast(machine, ends ? 'preempted' : 'finished');
      seconds += ends ? TRAINING * o.after : TRAINING + SCORING;
      // What was ended stands in no result of his: another owner's machine brings it.
      const owner = ends ? 'ada' : 'pia';
      const days = seconds / 86_400;
      const run = runOf(1, { owner, machine: `${owner}.box`, runId, at: at(days) });
      books.add(days, resultOf({ pull: runId, author: `author-${runId % 50}`, track: TRACK, runs: [run] }));
    }
    return { credits: balanceOf(books.ledger, '@pia') / 1000 / HOURS, alone: alone / runId };
  };
  const mine = earn(share);
  const merges = { logins: o.ends === 'none' ? 0 : 1, seedShare: 0.5, seed: o.seed, trials: o.trials };
  return {
    ends: share,
    after: o.after,
    creditsAnHour: mine.credits,
    honest: earn(0).credits,
    exploresAlone: mine.alone,
    mergeAtZero: measurePreempting({ ...merges, ends: o.ends === 'none' ? 'half' : o.ends }).mergeAtZero,
  };
}
