import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobGroup } from './group.ts';
import { filesSeenBy, hasVariable, holdFiles, isInside, listProcesses, type Process } from './list.ts';

/** The variable that every process of a job inherits, unless it is taken away. */
export const MARK = 'DESCENT_LENT_JOB';

/** How long the kernel may take to end what was killed: a process that waits for a disk or a driver ends when that answers. */
const PATIENCE_MS = 10_000;

interface Beginning {
  /** Value of MARK. */
  mark: string;
  /** The first process; null for what an earlier client left. */
  first: number | null;
  group: JobGroup | null;
  /** Whether the first process is, or starts, a box: what it shows as files is seen by nobody else. */
  isBoxed: boolean;
}

/**
 * All processes of one job, however they came about. A process is the job's when it has the mark, when its parent or the leader of
 * its session is the job's, when it is in the job's box, or when it was the job's before: so one that leaves its parent, its session
 * and its variables is found by the box, by the control group, or because it was seen before.
 */
export class JobProcesses {
  readonly #beginning: Beginning;
  readonly #known = new Map<number, string>();
  #others = new Map<number, string>();
  /** `held`: while it is open, the kernel gives the box's number to no other client's. */
  #box: { name: string; held: number } | null = null;

  constructor(beginning: Beginning) {
    this.#beginning = beginning;
  }

  /** Those that live now. Called often, it also remembers them. */
  look(): Process[] {
    const all = listProcesses();
    const { mark, first } = this.#beginning;
    const grouped = new Set(this.#beginning.group?.members() ?? []);
    const found = new Map<number, Process>();
    const add = (one: Process) => found.set(one.pid, one);
    const isNew = ({ pid, started }: Process) => this.#others.get(pid) !== started;
    for (const one of all) {
      const isKnown = this.#known.get(one.pid) === one.started;
      const isFirst = one.pid === first && (this.#known.size === 0 || isKnown);
      const isOurs = isKnown || isFirst || grouped.has(one.pid);
      if (isOurs || (isNew(one) && hasVariable(one.pid, MARK, mark))) add(one);
    }
    this.#seeBox([...found.values()]);
    if (this.#box !== null)
      for (const one of all) if (isNew(one) && filesSeenBy(one.pid) === this.#box.name) add(one);
    for (let before = -1; before < found.size; ) {
      before = found.size;
      for (const one of all) if (found.has(one.parent) || found.has(one.session)) add(one);
    }
    found.delete(process.pid);
    for (const { pid, started } of found.values()) this.#known.set(pid, started);
    // A process that is not the job's never becomes it: it need not be looked at again.
    const hasBox = this.#box !== null || !this.#beginning.isBoxed;
    this.#others = new Map(
      hasBox ? all.flatMap(({ pid, started }) => (found.has(pid) ? [] : [[pid, started]])) : [],
    );
    return [...found.values()];
  }

  /** Those of strangers' sandboxes. */
  inSandboxes(): Process[] {
    return this.look().filter(({ pid }) => isInside(pid));
  }

  /** What belongs to a sandbox ends with its first process. */
  killSandboxes(): void {
    signal(this.inSandboxes(), 'SIGKILL');
  }

  isOurs(pid: number): boolean {
    return this.look().some((one) => one.pid === pid);
  }

  /**
   * Kills all of them: the whole group at once where there is one. Otherwise each is stopped first, so that none can start another one
   * that is looked for in vain.
   * @throws when some do not end
   */
  async end(): Promise<void> {
    const until = Date.now() + PATIENCE_MS;
    this.#beginning.group?.kill();
    for (let left = this.look(); left.length > 0; left = this.look()) {
      for (let before = 0; before < left.length; ) {
        before = left.length;
        signal(left, 'SIGSTOP');
        left = this.look();
      }
      signal(left, 'SIGKILL');
      if (Date.now() > until)
        throw new Error(`Processes of the job do not end: ${left.map(({ pid }) => pid).join(', ')}.`);
      await sleep(5);
    }
    if (this.#box !== null) closeSync(this.#box.held);
    this.#box = null;
    await this.#beginning.group?.remove();
  }

  /** The box: the files that the first process of the job with files of its own sees. */
  #seeBox(found: Process[]): void {
    if (!this.#beginning.isBoxed || this.#box !== null) return;
    const ours = filesSeenBy('self');
    // A sandbox inside the box has its own process namespace; the box has ours.
    const boxed = found.find(({ pid }) => !isInside(pid) && ![ours, null].includes(filesSeenBy(pid)));
    if (boxed) this.#box = holdFiles(boxed.pid);
  }
}

function signal(processes: Process[], name: 'SIGSTOP' | 'SIGKILL'): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, name);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ESRCH' && code !== 'EPERM') throw error; // gone; or a sandbox's own user, whose first process ends it
    }
  }
}
