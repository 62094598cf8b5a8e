import { chainsOf, type Experiment } from './experiments.ts';
import { once } from './once.ts';
import type { Holder } from './record.ts';
import type { Summary } from './summary.ts';

/** Who stands on whom: what authors say they build on, and what the bot measured one against the other. */

export interface Families {
  /** The latest experiment of each pull request. */
  of: ReadonlyMap<number, Experiment>;
  /** Those that say they build on it, in order. */
  children: ReadonlyMap<number, readonly number[]>;
}

export const familiesByPull = once((experiments: readonly Experiment[]): Families => {
  const of = new Map(experiments.map((one) => [one.pull, one]));
  const children = new Map<number, number[]>();
  for (const one of of.values())
    for (const parent of new Set(one.buildsOn)) {
      const own = children.get(parent);
      if (own) own.push(one.pull);
      else children.set(parent, [one.pull]);
    }
  return { of, children };
});

/** How many generations stand below the deepest experiment. What authors say may go in a circle: a number on the way again ends it. */
export function depthOf({ of }: Families): number {
  const depths = new Map<number, number>();
  for (const first of of.keys()) {
    const path = [first];
    while (path.length > 0) {
      const pull = path.at(-1)!;
      if (!depths.has(pull)) depths.set(pull, 0);
      const parents = (of.get(pull)?.buildsOn ?? []).filter((parent) => of.has(parent));
      const next = parents.find((parent) => !depths.has(parent));
      if (next !== undefined) {
        path.push(next);
        continue;
      }
      depths.set(
        pull,
        parents.reduce((most, parent) => Math.max(most, 1 + depths.get(parent)!), 0),
      );
      path.pop();
    }
  }
  return [...depths.values()].reduce((a, b) => Math.max(a, b), 0);
}

/** A record with what led to it and what came while it held. */
export interface Step {
  holder: Holder;
  /** Adopted before and certified together with it, in order; itself left out. */
  chain: number[];
  /** What its author says it builds on. */
  named: number[];
  /** Verdicts until the next record: experiments that were compared with it, or with what stood on it. */
  tries: number;
  failed: number;
  /** Experiments that say they build on it. */
  built: number;
}

/** The records in order, with everything else as counts. */
export function stemOf({ track, holders, experiments, events }: Summary, { of, children }: Families): Step[] {
  const chains = chainsOf(events, track);
  const steps = holders.map((holder): Step => {
    const { pull, blob } = holder;
    return {
      holder,
      chain: (chains.get(`${pull} ${blob}`) ?? []).filter((other) => other !== pull),
      named: pull === null ? [] : (of.get(pull)?.buildsOn ?? []),
      ...{ tries: 0, failed: 0, built: pull === null ? 0 : (children.get(pull)?.length ?? 0) },
    };
  });
  let reign = 0;
  for (const { at, valBpb } of experiments) {
    while (steps[reign + 1] && steps[reign + 1]!.holder.at < at) reign += 1;
    const now = steps[reign]!;
    now.tries += 1;
    if (valBpb === null) now.failed += 1;
  }
  return steps;
}

/** A pull request with what it stands on. */
export interface Ancestor {
  pull: number;
  /** Null where a description names a number that has no result. */
  experiment: Experiment | null;
  parents: Ancestor[];
}

/** What one stands on, the nearest first, each once; of long lines the first so many. */
export function ancestorsOf({ of }: Families, pull: number, most: number): Ancestor {
  const root: Ancestor = { pull, experiment: of.get(pull) ?? null, parents: [] };
  const seen = new Set([pull]);
  const queue = [root];
  for (const one of queue)
    for (const parent of one.experiment?.buildsOn ?? []) {
      if (seen.has(parent) || seen.size > most) continue;
      seen.add(parent);
      const next: Ancestor = { pull: parent, experiment: of.get(parent) ?? null, parents: [] };
      one.parents.push(next);
      queue.push(next);
    }
  return root;
}
