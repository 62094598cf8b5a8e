import type { Program } from './sandbox.ts';

const MiB = 1024 ** 2;

/** Room for libraries, thread stacks and reserved addresses beside the memory itself: PyTorch with CUDA maps 10 GB before it starts. */
const ADDRESS_ROOM_MIB = 24 * 1024;

/**
 * `prlimit` in front of the program, inside the sandbox: there the kernel counts the sandbox's own processes, not all of
 * the user's. Address space is limited on a CPU only, since a GPU driver reserves far more than it uses.
 */
export function limitCommand(program: Program, cores: number): string[] {
  const limits: Record<string, number> = {
    nproc: processesAllowed(cores),
    fsize: program.fileBytes,
    cpu: Math.ceil(program.cpuSeconds),
    core: 0,
    nofile: 1024,
    ...(program.device === 'cpu' && {
      data: program.memoryMiB * MiB,
      as: (program.memoryMiB + ADDRESS_ROOM_MIB) * MiB,
    }),
  };
  const words = Object.entries(limits).map(([name, value]) => `--${name}=${value}:${value}`);
  return ['/usr/bin/prlimit', ...words, '--'];
}

/** Processes and threads of one sandbox: PyTorch with its compiler starts many, by the machine's cores. */
export function processesAllowed(cores: number): number {
  return 256 + 16 * cores;
}
