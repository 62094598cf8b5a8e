// What runs a container under docker or podman: `descent run --runtime runsc`, or DESCENT_CONTAINER_RUNTIME=runsc for the action.
//
// gVisor (runsc) covers what container.ts does not: the program's system calls are answered by a kernel of its own in user
//   space, so that a hole in the host's kernel is behind a second wall. Tested: that it is asked for (container.test.ts).
// Not covered by gVisor: the GPU driver, whose calls it passes on (set it up with `runsc install -- --nvproxy`), the
//   processor's side channels, memory bandwidth. Training in it is slower where it starts many processes or reads many
//   small files. Not tried here, where no engine is installed. The engine knows its runtimes and refuses others.
import { SandboxError } from '../sandbox.ts';

export const GVISOR = 'runsc';

/** The engine's flag, or none for its own default. */
export function runtimeArguments(env: NodeJS.ProcessEnv): string[] {
  const name = env.DESCENT_CONTAINER_RUNTIME;
  if (!name) return [];
  if (/^[a-z][a-z0-9._-]{0,40}$/.test(name)) return [`--runtime=${name}`];
  throw new SandboxError(
    `DESCENT_CONTAINER_RUNTIME is ${JSON.stringify(name)}: name a runtime that the engine knows, for example ${GVISOR} (gVisor).`,
  );
}
