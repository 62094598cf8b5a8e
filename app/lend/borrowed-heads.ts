import type { Order } from '../model/effect.ts';
import type { Subject } from '../model/event.ts';
import type { RunState } from '../model/snapshot.ts';

/**
 * Commits with runs that pull requests borrowed, in memory. GitHub shows a pull request's latest commits alone: who pushes over a
 * commit whose runs are out or not paid yet must not get the same credits' worth of machines again.
 */
export class BorrowedHeads {
  #heads = new Map<string, Set<string>>();

  /** What a look has found, and what it ordered. */
  saw(swarm: string, subject: Subject, runs: RunState[], orders: Order[]): void {
    if (subject.kind !== 'pull') return;
    const borrowed = [
      ...runs.flatMap(({ key, head }) => (key.stage === 'borrow' ? head : [])),
      ...orders.flatMap(({ key, check }) => (key.stage === 'borrow' ? check.head : [])),
    ];
    if (borrowed.length === 0) return;
    const name = nameOf(swarm, subject.number);
    this.#heads.set(name, new Set([...(this.#heads.get(name) ?? []), ...borrowed]));
  }

  of(swarm: string, pull: number): string[] {
    return [...(this.#heads.get(nameOf(swarm, pull)) ?? [])];
  }
}

function nameOf(swarm: string, pull: number): string {
  return `${swarm}#${pull}`;
}
