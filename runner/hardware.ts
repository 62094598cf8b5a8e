import { execFile } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { Job } from '../core/formats/job.ts';
import type { Report } from '../core/formats/report.ts';
import { inertLine } from '../core/text/harmless/log.ts';

/** What measured: for cuda what the driver says of the first device, otherwise the processor. */
export async function describeHardware(
  device: Job['device'],
  env: NodeJS.ProcessEnv,
): Promise<Report['hardware']> {
  const gpu = device === 'cuda' ? await firstGpu(env) : null;
  return {
    device: gpu?.name ?? inertLine(cpus()[0]?.model || process.arch, 200).slice(0, 200),
    cores: availableParallelism(),
    memoryMiB: gpu?.memoryMiB ?? Math.floor(totalmem() / 1024 ** 2),
    driver: gpu?.driver ?? null,
  };
}

async function firstGpu(env: NodeJS.ProcessEnv) {
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { env, timeout: 20_000 });
    const [name = '', memory, driver = ''] = (stdout.split('\n')[0] ?? '')
      .split(',')
      .map((word) => word.trim());
    return {
      name: inertLine(name, 200).slice(0, 200),
      memoryMiB: Math.floor(Number(memory)) || 0,
      driver: inertLine(driver, 90),
    };
  } catch {
    return null; // no such tool here: PyTorch itself will say when there is no device either
  }
}
