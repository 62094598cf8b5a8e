import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../setup/paths.mjs';
import type { WorkFolder } from '../folder.ts';
import { bubblewrap } from './bubblewrap/bubblewrap.ts';
import { findBubblewrap } from './bubblewrap/find-bubblewrap.ts';
import { container } from './container/container.ts';
import { seccompProfile } from './container/seccomp-profile.ts';
import { noSandbox } from './none.ts';
import { findPython } from './python.ts';
import { type Sandbox, SandboxError, type SandboxKind } from './sandbox.ts';
import { secretsOf } from './view/secrets.ts';

/** Where this folder lies in a checkout, for its Python files; this file itself may be part of the action's bundle. */
const HERE = 'runner/sandbox';

/** What decides the choice of a sandbox. */
export interface SandboxChoice {
  kind: SandboxKind;
  /** Root of the checkout whose harness and lock file are used. */
  repository: string;
  /** `IMAGE@sha256:...` for docker and podman. */
  image?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Folder of data sets and reference claims; the machine's usual one when not given. */
  cache?: string;
}

export async function openSandbox(choice: SandboxChoice, folder: WorkFolder): Promise<Sandbox> {
  const { kind, repository, env } = choice;
  switch (kind) {
    case 'bubblewrap': {
      if (process.platform !== 'linux') {
        throw new SandboxError(
          'bubblewrap needs Linux. Choose --sandbox docker, or --no-sandbox for your own code.',
        );
      }
      const python = findPython(repository, env);
      const bwrap = findBubblewrap(python);
      const launcher = await folder.place(
        'launch.py',
        await readFile(join(repository, HERE, 'bubblewrap/launch.py')),
      );
      const filter = await buildFilter(repository, python.interpreter, env);
      return bubblewrap({
        bwrap,
        python,
        repository,
        launcher,
        filter: filter && (await folder.place('seccomp', filter)),
        secrets: secretsOf({ env, cache: choice.cache ?? cacheFolder(env), repository, work: folder.path }),
        env,
      });
    }
    case 'docker':
    case 'podman': {
      const ours = (name: string) => readFile(join(repository, HERE, name), 'utf8');
      const profile = seccompProfile(await ours('system-calls.json'));
      return container(kind, choice.image, env, {
        profile: await folder.place('seccomp.json', profile),
        level: await folder.place('level.py', await ours('level.py')),
      });
    }
    case 'none':
      return noSandbox(findPython(repository, env), env);
  }
}

/**
 * The seccomp program. Without it the whole kernel surface is open, and one scoring sandbox could pass notes to the next through
 * the page cache. A machine without libseccomp measures nothing unless its owner allows it; then null.
 */
async function buildFilter(
  repository: string,
  interpreter: string,
  env: NodeJS.ProcessEnv,
): Promise<Buffer | null> {
  const run = promisify(execFile)(interpreter, ['-I', join(repository, HERE, 'bubblewrap/seccomp.py')], {
    encoding: 'buffer',
  });
  return run.then(
    ({ stdout }) => stdout,
    (error: { stderr?: Buffer }) => {
      if (env.DESCENT_SECCOMP === 'optional') return null;
      const said = String(error.stderr).trim().split('\n').at(-1);
      throw new SandboxError(
        `The seccomp filter cannot be built: ${said}. Install libseccomp (sudo apt-get install -y libseccomp2), or measure only your own code without it: DESCENT_SECCOMP=optional`,
      );
    },
  );
}
