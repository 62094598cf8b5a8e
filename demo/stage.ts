import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa, type ResultPromise } from 'execa';

type Program = Pick<ResultPromise, 'kill'> & PromiseLike<unknown>;

/** The processes of the demo: each a program of its own, as in life. Their output goes to one log file each. */
export class Stage {
  readonly folder: string;
  readonly repository: string;
  #processes: Program[] = [];

  constructor(repository: string, folder: string) {
    this.repository = repository;
    this.folder = folder;
  }

  /** Starts a program and resolves with its first line of JSON on standard output; rejects when it ends before. */
  async start(name: string, args: string[], env: Record<string, string> = {}): Promise<unknown> {
    const child = execa(process.execPath, args, {
      cwd: this.repository,
      env,
      buffer: false,
      reject: false,
      stdin: 'ignore',
      forceKillAfterDelay: 5000,
    });
    this.#processes.push(child);
    const log = createWriteStream(join(this.folder, `${name}.log`));
    child.stderr.pipe(log, { end: false });
    const lines = createInterface({ input: child.stdout });
    return new Promise((resolve, reject) => {
      lines.on('line', (line) => {
        log.write(`${line}\n`);
        if (line.startsWith('{')) resolve(JSON.parse(line));
      });
      void child.then((result) => {
        log.end();
        reject(
          new Error(
            `${name} ended with ${result.exitCode ?? result.signal}: see ${join(this.folder, `${name}.log`)}`,
          ),
        );
      });
    });
  }

  /** Ends every program, the last started first. */
  async close(): Promise<void> {
    for (const child of this.#processes.reverse()) {
      child.kill('SIGTERM');
      await child;
    }
  }
}

/** A call to the emulator's own door. */
export async function emulator<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${url}/_emulator/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`${method} /_emulator/${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
