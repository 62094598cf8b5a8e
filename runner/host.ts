import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { cacheFolder } from '../setup/paths.mjs';

/** What a measurement takes from its machine, given by the caller. */
export interface Host {
  env: NodeJS.ProcessEnv;
  /** Folder of data sets, Python environments and reference claims. */
  cache: string;
  /** Folder for the run's work folder. The sandbox's user must be able to pass through it. */
  temporary: string;
  /** Milliseconds of a clock that never runs back. */
  now: () => number;
  /** Uniform in [0, 1), unpredictable to the experiment. */
  random: () => number;
}

export function thisHost(env: NodeJS.ProcessEnv): Host {
  return {
    env,
    cache: cacheFolder(env),
    temporary: tmpdir(),
    now: () => performance.now(),
    random: () => Number(randomBytes(8).readBigUInt64LE() >> 11n) / 2 ** 53,
  };
}
