import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { bubblewrapFiles } from '../../../setup/paths.mjs';
import type { Python } from '../python.ts';
import { SandboxError } from '../sandbox.ts';

/** The first version that can forbid user namespaces inside (`--disable-userns`). */
const OLDEST: [number, number] = [0, 8];

const SETUID = 0o4000;

/** The system's bubblewrap if it is new enough and not setuid, else the one in the Python environment. */
export function findBubblewrap(python: Pick<Python, 'environment'>): string {
  for (const file of bubblewrapFiles(python.environment)) if (suits(file)) return file;
  throw new SandboxError(
    'bubblewrap 0.8 or later is missing. Install it: sudo apt-get install -y bubblewrap (or choose --sandbox docker).',
  );
}

function suits(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile() || (found.mode & SETUID) !== 0) return false;
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return false; // it exists, but we may not run it: try the next
  }
  const version = /^bubblewrap (\d+)\.(\d+)/.exec(
    spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout ?? '',
  );
  if (!version) return false;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > OLDEST[0] || minor >= OLDEST[1];
}
