// No sandbox: the program runs as the user who started the referee. For your own code on your own machine.
//
// Covered: the clock (its process group is killed), the limits of prlimit where there is one, a fresh scratch folder.
// Not covered: everything else. The program can read and change your files, use the network, read the validation text,
//   change the referee's own files, and leave processes behind.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { sandboxEnvironment } from './environment.ts';
import { limitCommand } from './limits.ts';
import type { Python } from './python.ts';
import type { Sandbox } from './sandbox.ts';
import { spawnChild } from './spawn.ts';

export const WITHOUT_SANDBOX =
  'No sandbox: train.py can read and change your files, use the network and see the validation text. Run only code you wrote or read.';

export function noSandbox(python: Python, env: NodeJS.ProcessEnv): Sandbox {
  return {
    kind: 'none',
    owner: null,
    async start(program) {
      const limit = existsSync('/usr/bin/prlimit')
        ? limitCommand(program, availableParallelism()).filter((word) => !word.startsWith('--nproc')) // counts all of the user's
        : [];
      const [file = '', ...args] = [...limit, python.interpreter, ...program.args];
      return spawnChild(file, args, {
        owner: null,
        env: { ...sandboxEnvironment(program, env), PATH: env.PATH ?? '/usr/bin:/bin' },
        account: false,
        answersOnOutput: false,
      });
    },
  };
}
