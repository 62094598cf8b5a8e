import { execFile } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Job } from '../core/formats/job.ts';
import type { Report } from '../core/formats/report.ts';
import { inertLine } from '../core/text/harmless/log.ts';

/** Runs a program and returns its answer; null when there is no such program, or it does not answer. */
export type Ask = (file: string, args: string[]) => Promise<{ status: number; stdout: string } | null>;

/** The hardware that measured: for cuda the first device as the driver reports it, otherwise the processor. */
export async function describeHardware(device: Job['device'], ask: Ask): Promise<Report['hardware']> {
  const gpu = device === 'cuda' ? await firstGpu(ask) : null;
  return {
    device: gpu?.name ?? inertLine(cpus()[0]?.model || process.arch, 200).slice(0, 200),
    cores: availableParallelism(),
    memoryMiB: gpu?.memoryMiB ?? Math.floor(totalmem() / 1024 ** 2),
    driver: gpu?.driver ?? null,
    ...(gpu?.powerWatts != null && { powerWatts: gpu.powerWatts }),
  };
}

/** Runs programs in an environment, for at most twenty seconds. @param signal ends them before */
export function askerIn(env: NodeJS.ProcessEnv, signal?: AbortSignal): Ask {
  const options = { env, signal, timeout: 20_000, killSignal: 'SIGKILL' } as const;
  return (file, args) =>
    new Promise((resolve) => {
      execFile(file, args, options, (error, stdout) => resolve(error ? null : { status: 0, stdout }));
    });
}

async function firstGpu(ask: Ask) {
  const query = ['--query-gpu=name,memory.total,driver_version,power.limit', '--format=csv,noheader,nounits'];
  const ran = await ask('nvidia-smi', query);
  if (ran?.status !== 0) return null; // no such tool: PyTorch reports it if there is no device either
  const [name = '', memory, driver = '', power] = (ran.stdout.split('\n')[0] ?? '')
    .split(',')
    .map((word) => word.trim());
  const watts = Math.round(Number.parseFloat(power ?? ''));
  return {
    name: inertLine(name, 200).slice(0, 200),
    memoryMiB: Math.floor(Number.parseFloat(memory ?? '')) || 0,
    driver: inertLine(driver, 90),
    powerWatts: watts >= 0 ? watts : null,
  };
}
