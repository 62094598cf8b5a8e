import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export interface RefereeMemory {
  /** Highest resident memory of the referee's process. */
  mebibytes: number;
  tokens: number;
  probes: number;
  seconds: number;
}

/** Runs the referee alone in a process of its own, against a server that answers at once. */
export function refereeMemory(): RefereeMemory {
  const said = execFileSync(process.execPath, [require.resolve('./referee.ts')], {
    encoding: 'utf8',
  });
  return JSON.parse(said);
}
