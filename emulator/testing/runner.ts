import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Control } from '../control/client.ts';

/** For tests: the runner's archive, fetched and unpacked as its users do it, and its process. */

export const ARCHIVE = 'actions-runner-linux-x64-2.335.0.tar.gz';

/** @returns the runner's folder */
export async function unpackRunner(control: Control, folder: string): Promise<string> {
  const { url, sha256 } = await control.runnerArchive(ARCHIVE);
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`${url} has the digest ${found}, not ${sha256}`);
  await mkdir(folder, { recursive: true });
  await execa('tar', ['-xzf', '-', '-C', folder], { input: bytes });
  return folder;
}

/** Ends with the process: `exitCode` and `all` say how. */
export function startRunner(folder: string, jitConfig: string, env: { [name: string]: string } = {}) {
  return execa(join(folder, 'bin', 'Runner.Listener'), ['run'], {
    cwd: folder,
    env: { ...env, ACTIONS_RUNNER_INPUT_JITCONFIG: jitConfig },
    all: true,
    reject: false,
  });
}
