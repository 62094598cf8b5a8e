// bubblewrap: Linux namespaces made by an ordinary user, no daemon, 20 ms to start.
//
// Covered, each by a test in bubblewrap.test.ts that tries it from inside:
//   network: an empty network namespace; sockets but unix and internet refused by seccomp
//   files: what an interpreter with torch needs (needs.py, view.ts) and what the program is given, all read-only; one scratch
//     folder to write; nothing that is, holds or lies in a home, the cache, a work folder, a runner's files (secrets.ts)
//   secrets: empty environment (also /proc/1/environ), no descriptor but 0 to 3, no home, no /etc but two harmless entries,
//     and of /proc the program's own processes alone (proc.ts)
//   privilege: never root outside (64999 when root starts it), no capability, no new user namespace
//   leftovers: the first process is number 1 of a process namespace: when it ends or is killed, all end
//   greed: processes, file size, memory of a process, processor time, /dev/shm, /tmp and /; memory of all, mapped or not,
//     by a control group where one can be made (group.test.ts); memory of all that is mapped, and free disk, by the watchdog
//     (../watchdog.test.ts, ../../score/model-server.test.ts)
//   between jobs: nothing of one is there for the next (../../between-jobs.test.ts); the page cache is the same for all (level.py)
//   kernel surface: a seccomp filter; without libseccomp nothing is measured, unless DESCENT_SECCOMP=optional
// Not covered: a hole in the kernel or in the GPU driver, whose devices a CUDA job holds; processor and memory bandwidth
//   taken from neighbours; timing; devices of a GPU, which no test here holds. Where that matters, put the machine in a
//   virtual machine or choose docker with gVisor.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Job } from '../../../core/formats/job.ts';
import { sandboxEnvironment } from '../environment.ts';
import { levelFiles } from '../level.ts';
import { limitCommand, processesAllowed } from '../limits.ts';
import { asOwner } from '../owner.ts';
import type { Python } from '../python.ts';
import type { Sandbox } from '../sandbox.ts';
import { spawnChild } from '../spawn.ts';
import { askNeeds, type Needs } from '../view/needs.ts';
import type { Secrets } from '../view/secrets.ts';
import { boxArguments } from '../view/view.ts';
import { closeJoins, makeGroup } from './group.ts';

interface Bubblewrap {
  bwrap: string;
  python: Python;
  /** Root of the checkout, whose needs.py is asked. */
  repository: string;
  /** launch.py where the sandbox's user can read it. */
  launcher: string;
  /** The seccomp program, or null where the owner goes without. */
  filter: string | null;
  secrets: Secrets;
  env: NodeJS.ProcessEnv;
}

export function bubblewrap(parts: Bubblewrap): Sandbox {
  const { bwrap, python, repository, launcher, filter, secrets, env } = parts;
  const owner = asOwner();
  const asked = new Map<Job['device'], Promise<Needs>>();
  const needsOf = (device: Job['device']) => {
    const needs = asked.get(device) ?? askNeeds(repository, python.interpreter, device);
    asked.set(device, needs);
    return needs;
  };
  return {
    kind: 'bubblewrap',
    owner,
    async start(program) {
      const needs = await needsOf(program.device);
      const box = [
        ...['--json-status-fd', '4', ...(filter ? ['--seccomp', '5'] : [])],
        ...['--clearenv', ...variables(sandboxEnvironment(program, env))],
        ...boxArguments(program, needs, secrets, env),
      ];
      const seen = [...needs.shown.map(([source]) => source), ...program.readable];
      const level = [python.interpreter, '-I', '-S', join(repository, 'runner', 'sandbox', 'level.py')];
      const { signal } = program;
      if (!program.followsOwnTraining) await levelFiles(level, seen, needs.hidden, { signal });
      signal?.throwIfAborted();
      const cores = availableParallelism();
      const group = makeGroup({ memoryMiB: program.memoryMiB, processes: processesAllowed(cores) });
      const joins = group?.joins ?? [];
      const launch = [launcher, filter ?? '', String(program.threads ?? 0), String(joins.length), bwrap];
      const child = spawnChild(
        python.interpreter,
        [
          '-I',
          '-S',
          ...launch,
          ...box,
          '--',
          ...limitCommand(program, cores),
          python.interpreter,
          ...program.args,
        ],
        { owner, env: {}, account: true, answersOnOutput: false, more: joins },
      );
      closeJoins(group);
      child.exit.catch(() => undefined).finally(() => group?.remove());
      return group ? { ...child, overMemory: group.overMemory } : child;
    },
  };
}

function variables(environment: Record<string, string>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]);
}
