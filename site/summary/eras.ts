import { isScored, type Scored } from './experiments.ts';
import { once } from './once.ts';
import type { Summary } from './summary.ts';

/** A part of a track's history: the reign of a record, with the next ones while it has few experiments. */
export interface Era {
  /** For instance `from #41`. */
  name: string;
  from: string;
  experiments: Compared[];
  /** Experiments without a loss. */
  failed: number;
}

/** An experiment and the loss it was compared with. */
export type Compared = Scored & { incumbent: number };

/** Fewer say little of a distribution's ends. */
const FEWEST = 200;
/** More cannot be told apart on a chart. */
const MOST = 40;

export const erasOf = once(({ experiments, holders }: Summary): readonly Era[] => {
  const least = Math.max(FEWEST, experiments.length / MOST);
  const eras: Era[] = [];
  let [reign, changed] = [0, true];
  for (const one of experiments) {
    while (holders[reign + 1] && holders[reign + 1]!.at < one.at) {
      reign += 1;
      changed = true;
    }
    if (changed && (eras.at(-1)?.experiments.length ?? least) >= least) {
      const { pull } = holders[reign]!;
      const name = pull === null ? 'from the beginning' : `from #${pull}`;
      eras.push({ name, from: one.at, experiments: [], failed: 0 });
      changed = false;
    }
    const now = eras.at(-1)!;
    if (isCompared(one)) now.experiments.push(one);
    else now.failed += 1;
  }
  return joined(eras).filter((era) => era.experiments.length > 0);
});

/** A last era that has just begun says nothing yet: it goes on with the one before. */
function joined(eras: Era[]): Era[] {
  const [before, last] = eras.slice(-2);
  if (!before || !last || last.experiments.length >= FEWEST / 4) return eras;
  const both = [...before.experiments, ...last.experiments];
  return [...eras.slice(0, -2), { ...before, experiments: both, failed: before.failed + last.failed }];
}

/** Whether it has a loss, and was compared with one. */
export function isCompared(one: Summary['experiments'][number]): one is Compared {
  return isScored(one) && one.incumbent !== null;
}
