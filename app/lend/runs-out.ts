import { VANISHED_SECONDS } from '../../core/formats/lending/availability.ts';
import { BEGINS_WITHIN_SECONDS, longestSeconds, TAKEN_WITHIN_SECONDS } from '../intake/report/lent.ts';
import type { Order } from '../model/effect.ts';
import { type Look, look, type Subject } from '../model/event.ts';
import { isOut } from '../model/heard.ts';
import type { LentMachine } from '../model/lent.ts';
import type { RunState } from '../model/snapshot.ts';
import type { RunMemory } from '../model/state.ts';

/**
 * Runs that were sent to lent machines and are not known to be over, in memory: the bot sees them whenever it looks at what ordered
 * them, and a sweep looks at everything. So it notices without a request that a machine has become silent.
 */
export class RunsOut {
  #runs = new Map<string, Out>();

  /** What a look has found, and what it ordered. @returns the repositories of runs that are over */
  saw(swarm: string, subject: Subject, runs: RunState[], orders: Order[]): string[] {
    const over: string[] = [];
    for (const run of runs) {
      const { key, head, memory } = run;
      if (isOut(run)) this.#add(swarm, subject, head, memory);
      else if (this.#runs.has(key.nonce)) {
        over.push(this.#runs.get(key.nonce)!.repository);
        this.#runs.delete(key.nonce);
      }
    }
    for (const { memory } of orders) this.#add(swarm, subject, memory.job.head, memory);
    return over;
  }

  #add(swarm: string, subject: Subject, head: string, memory: RunMemory): void {
    const { lent, job, dispatchedAt } = memory;
    if (!lent) return;
    const asked = this.#runs.get(job.nonce)?.asked ?? 0;
    const since = Date.parse(dispatchedAt);
    const until = since + longestSeconds(job) * 1000;
    this.#runs.set(job.nonce, { swarm, subject, head, repository: lent.repository, since, until, asked });
  }

  /** Nonces of the runs that are out in a repository. */
  at(repository: string): string[] {
    const name = repository.toLowerCase();
    return [...this.#runs].flatMap(([nonce, out]) => (out.repository.toLowerCase() === name ? nonce : []));
  }

  /**
   * What is to be looked at since a machine is silent, or has said for too long that it has a run, each at most once a minute.
   * @param machines of a swarm
   */
  due(now: Date, machines: (swarm: string) => LentMachine[]): { swarm: string; look: Look }[] {
    const at = now.getTime();
    const swarms = new Set([...this.#runs.values()].map(({ swarm }) => swarm));
    const said = new Map(
      [...swarms].flatMap(machines).map(({ repository: { owner, name }, availability }) => {
        return [`${owner}/${name}`.toLowerCase(), availability];
      }),
    );
    return [...this.#runs].flatMap(([nonce, out]) => {
      const last = said.get(out.repository.toLowerCase());
      if (at < dueAt(nonce, out, last) || at - out.asked < AGAIN_MS) return [];
      out.asked = at;
      return [{ swarm: out.swarm, look: look(out.subject, [out.head]) }];
    });
  }
}

interface Out {
  swarm: string;
  subject: Subject;
  head: string;
  repository: string;
  /** When it was sent, in milliseconds. */
  since: number;
  /** When it must be over, in milliseconds. */
  until: number;
  /** When it was looked at for silence. */
  asked: number;
}

const AGAIN_MS = 60_000;

/** A machine with the job speaks often, and is asked once whether it began it; one without it has a while to take it. */
function dueAt(
  nonce: string,
  { since, until, asked }: Out,
  said: LentMachine['availability'] | undefined,
): number {
  const begins = since + BEGINS_WITHIN_SECONDS * 1000;
  if (said?.status === 'busy' && said.nonce === nonce)
    return Math.min(Date.parse(said.at) + VANISHED_SECONDS * 1000, asked < begins ? begins : until);
  return since + TAKEN_WITHIN_SECONDS * 1000;
}
