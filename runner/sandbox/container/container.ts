// docker and podman: containers from an image that the owner names by digest.
//
// Covered: network, files (read-only root, only what the program is given), environment, capabilities, new privileges,
//   processes, memory of all together, /dev/shm, leftovers (the container is removed by name when it is killed).
//   container.test.ts proves, with a stand-in for the engine, that each is asked for; that the engine does it is the
//   engine's to prove, and no test here tries it from inside: `descent doctor` does on the owner's machine.
// Not covered: what the container runtime itself gets wrong. With root's docker a hole in it is a hole into root: use
//   rootless docker or podman, or gVisor (container-runtime.ts). GPU: NVIDIA container toolkit 1.17.8 or later.
//   Disk: the watchdog of the referee alone.
// Notes between passes: system calls are refused as under bubblewrap (seccomp-profile.ts; gVisor has its own kernel instead), and
//   a container of the same image reads through what the next one sees (level.py). From there no program can make the kernel forget the
//   names that were looked up, or empty what gVisor keeps to itself. Those channels stay open.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { sandboxEnvironment } from '../environment.ts';
import { levelFiles } from '../level.ts';
import { processesAllowed } from '../limits.ts';
import { asOwner } from '../owner.ts';
import { type Program, type Sandbox, SandboxError } from '../sandbox.ts';
import { spawnChild } from '../spawn.ts';
import { runtimeArguments } from './container-runtime.ts';

/** Where the image of runner/sandbox/container/Containerfile has its Python environment. */
const PYTHON = '/opt/descent/bin/python';
/** Containers pass on no descriptor beyond 2: inside, 3 becomes standard output and the log standard error. */
const SHUFFLE = 'exec 3>&1 1>&2; exec "$@"';

/** What every container gets new. */
const NOT_OF_IMAGE = ['/proc', '/sys', '/dev', '/tmp', '/run'];

type Engine = 'docker' | 'podman';

/** Files of ours that a container is started with: the seccomp profile, and level.py. */
interface Placed {
  profile: string;
  level: string;
}

export function container(
  engine: Engine,
  image: string | undefined,
  env: NodeJS.ProcessEnv,
  placed: Placed,
): Sandbox {
  if (!image || !/^[\w./:-]+@sha256:[0-9a-f]{64}$/.test(image)) {
    throw new SandboxError(
      `${engine} needs an image pinned by digest (got ${image ?? 'none'}): build runner/sandbox/container/Containerfile and pass --image NAME@sha256:...`,
    );
  }
  const runtime = runtimeArguments(env);
  // The host's view of the files: rootless podman keeps the caller's own user, docker gets the number.
  const owner = asOwner() ?? process.getuid?.() ?? 0;
  const host = { PATH: env.PATH ?? '/usr/bin:/bin', HOME: env.HOME ?? '/', ...pickRuntime(env) };
  return {
    kind: engine,
    owner: asOwner(),
    async start(program) {
      const confined = [...confinement(engine, owner), ...runtime];
      if (!program.followsOwnTraining) {
        const files = [placed.level, ...program.readable].flatMap((path) => [
          '--volume',
          `${path}:${path}:ro`,
        ]);
        const level = ['--entrypoint', PYTHON, image, '-I', '-S', placed.level];
        const command = [
          engine,
          'run',
          '--rm',
          '--interactive',
          '--pull=never',
          ...confined,
          ...files,
          ...level,
        ];
        await levelFiles(command, ['/', ...program.readable], NOT_OF_IMAGE, {
          env: host,
          signal: program.signal,
        });
      }
      program.signal?.throwIfAborted();
      const name = `descent-${randomBytes(8).toString('hex')}`;
      const filter = ['--security-opt', `seccomp=${placed.profile}`];
      const args = containerArguments(engine, name, image, program, [...confined, ...filter]);
      return spawnChild(engine, args, {
        owner: null, // the engine's client talks to its daemon as the referee; the program runs as --user says
        env: host,
        account: false,
        answersOnOutput: true,
        onKill: () => void spawnSync(engine, ['rm', '--force', name], { env: host, stdio: 'ignore' }),
      });
    },
  };
}

/** For every container, ours that levels included: no network, no rights, not root. */
function confinement(engine: Engine, owner: number): string[] {
  return [
    ...[
      '--network=none',
      '--read-only',
      '--cap-drop=all',
      '--security-opt=no-new-privileges',
      '--ipc=private',
    ],
    ...['--user', `${owner}:${owner}`],
    ...(engine === 'podman' && process.getuid?.() !== 0 ? ['--userns=keep-id'] : []),
  ];
}

function containerArguments(
  engine: Engine,
  name: string,
  image: string,
  program: Program,
  confined: string[],
): string[] {
  const variables = sandboxEnvironment(program, {});
  return [
    ...['run', '--rm', '--interactive', '--init', '--pull=never', '--name', name],
    ...confined,
    `--pids-limit=${processesAllowed(availableParallelism())}`,
    ...(program.threads ? [`--cpus=${program.threads}`] : []),
    ...[`--memory=${program.memoryMiB}m`, `--memory-swap=${program.memoryMiB}m`],
    ...[
      `--shm-size=${Math.min(1024, Math.floor(program.memoryMiB / 4))}m`,
      '--tmpfs=/tmp:rw,noexec,size=64m',
    ],
    ...[`--ulimit=fsize=${program.fileBytes}`, '--ulimit=core=0', '--ulimit=nofile=1024'],
    ...(program.device === 'cuda' ? gpuArguments(engine) : []),
    ...program.readable.flatMap((path) => ['--volume', `${path}:${path}:ro`]),
    ...['--volume', `${program.scratch}:${program.scratch}:rw`, '--workdir', program.scratch],
    ...Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...['--entrypoint', '/bin/sh', image, '-c', SHUFFLE, 'descent', PYTHON, ...program.args],
  ];
}

function gpuArguments(engine: Engine): string[] {
  return engine === 'docker' ? ['--gpus', 'device=0'] : ['--device', 'nvidia.com/gpu=0'];
}

/** Where the engine's client finds its daemon. */
function pickRuntime(env: NodeJS.ProcessEnv): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of ['DOCKER_HOST', 'XDG_RUNTIME_DIR']) if (env[name]) picked[name] = env[name];
  return picked;
}
