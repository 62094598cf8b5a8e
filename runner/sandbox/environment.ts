import { join } from 'node:path';
import type { Program } from './sandbox.ts';

/** The whole environment of a sandboxed program. Of the owner's variables it has only those that the GPU driver needs. */
export function sandboxEnvironment(program: Program, host: NodeJS.ProcessEnv): Record<string, string> {
  const cache = join(program.scratch, 'cache');
  return {
    PATH: '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    // Inductor asks for a user name, and there is no /etc/passwd.
    USER: 'descent',
    LOGNAME: 'descent',
    HOME: program.scratch,
    TMPDIR: program.scratch,
    XDG_CACHE_HOME: cache,
    TORCHINDUCTOR_CACHE_DIR: join(cache, 'inductor'),
    TRITON_CACHE_DIR: join(cache, 'triton'),
    CUDA_CACHE_PATH: join(cache, 'cuda'),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    ...(program.device === 'cuda' && pick(host, ['LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES'])),
  };
}

function pick(env: NodeJS.ProcessEnv, names: string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) if (env[name]) picked[name] = env[name];
  return picked;
}
