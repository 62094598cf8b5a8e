import { execFile } from 'node:child_process';
import { readdir, readFile, stat, statfs } from 'node:fs/promises';
import { constants } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { FileFacts, Host, Ran } from './host.ts';

const LIMIT_MS = 10_000;
/** Errors that only mean "not there", unlike a fault that must be reported. */
const UNSEEN = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EISDIR', 'EINVAL', 'EIO']);

/** The machine this process runs on. */
export function thisMachine(env: NodeJS.ProcessEnv): Host {
  return {
    platform: process.platform,
    uid: process.getuid?.() ?? null,
    env,
    read: (path) => readFile(path, 'utf8').catch(unseen),
    list: (path) => readdir(path).catch(unseen),
    stat: (path) => stat(path).then(facts, unseen),
    freeBytes: (path) => statfs(path).then(({ bavail, bsize }) => bavail * bsize, unseen),
    run: (file, args, as) => run(file, args, env, as),
    dateOf,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    wait: async (milliseconds) => void (await setTimeout(milliseconds)),
  };
}

function unseen(error: NodeJS.ErrnoException): null {
  if (UNSEEN.has(error.code ?? '')) return null;
  throw error;
}

function facts(found: Awaited<ReturnType<typeof stat>>): FileFacts {
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  return { uid: Number(found.uid), mode: Number(found.mode) & 0o7777, bytes: Number(found.size), kind };
}

function run(file: string, args: string[], env: NodeJS.ProcessEnv, as?: number): Promise<Ran | null> {
  const options = {
    cwd: '/',
    // Programs answer in English. Those started as another user get no variables of ours.
    env: as === undefined ? { ...env, LC_ALL: 'C' } : { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL' as const,
    maxBuffer: 1 << 20,
    ...(as !== undefined && { uid: as, gid: as }),
  };
  return new Promise((resolve, reject) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      if (!error) return resolve({ status: 0, stdout, stderr });
      if (typeof error.code === 'number') return resolve({ status: error.code, stdout, stderr });
      if (error.signal) return resolve({ status: 128 + constants.signals[error.signal], stdout, stderr });
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'EACCES') return resolve(null);
      // Only root can become another user.
      if (code === 'EPERM') return resolve({ status: 126, stdout, stderr: error.message });
      reject(error);
    });
  });
}

async function dateOf(url: string): Promise<string | null> {
  const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(LIMIT_MS) }).catch(
    () => null, // unreachable is an answer, whatever the cause
  );
  return answer?.headers.get('date') ?? null;
}
