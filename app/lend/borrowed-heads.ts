import type { Order } from '../model/effect.ts';
import type { Subject } from '../model/event.ts';
import type { RunState, World } from '../model/snapshot.ts';

/**
 * Commits with runs that pull requests borrowed, and what these take, in memory. GitHub shows a pull request's latest commits alone: who
 * pushes over a commit whose runs are out or not paid yet must not get the same credits' worth of machines again.
 */
export class BorrowedHeads {
  #pulls = new Map<string, Borrowing>();

  /** What a look has found, and what it ordered. */
  saw(swarm: string, subject: Subject, runs: RunState[], orders: Order[]): void {
    if (subject.kind !== 'pull') return;
    const all = [...runs, ...orders.map(({ key, memory, check }) => ({ key, memory, head: check.head }))];
    const borrowed = all.filter(({ key }) => key.stage === 'borrow');
    if (borrowed.length === 0) return;
    const name = nameOf(swarm, subject.number);
    const known: Borrowing = this.#pulls.get(name) ?? {
      ...{ swarm, pull: subject.number, track: borrowed[0]!.key.track },
      ...{ heads: new Set(), copies: new Map() },
    };
    for (const { key, memory, head } of borrowed) {
      known.heads.add(head);
      known.copies.set(key.ordinal, memory.job.budgetSeconds);
    }
    this.#pulls.set(name, known);
  }

  of(swarm: string, pull: number): string[] {
    return [...(this.#pulls.get(nameOf(swarm, pull))?.heads ?? [])];
  }

  /** What pull requests of a swarm borrow, or have borrowed. */
  all(swarm: string): NonNullable<World['borrowing']> {
    return [...this.#pulls.values()]
      .filter((one) => one.swarm === swarm)
      .map(({ pull, track, copies }) => ({
        ...{ pull, track },
        seconds: [...copies.values()].reduce((sum, seconds) => sum + seconds, 0),
      }));
  }
}

interface Borrowing {
  swarm: string;
  pull: number;
  track: string;
  heads: Set<string>;
  /** Seconds of each copy. */
  copies: Map<number, number>;
}

function nameOf(swarm: string, pull: number): string {
  return `${swarm}#${pull}`;
}
