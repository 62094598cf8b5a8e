import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa, type ResultPromise } from 'execa';

type Program = Pick<ResultPromise, 'kill'> & PromiseLike<unknown>;

/** The processes of a town: each a program of its own, as in life. Their output goes to one log file each. */
export class Processes {
  readonly folder: string;
  readonly repository: string;
  #processes: Program[] = [];

  constructor(repository: string, folder: string) {
    this.repository = repository;
    this.folder = folder;
  }

  /** Starts a program that runs on its own. @param cwd this repository when left out */
  start(
    name: string,
    args: string[],
    env: Record<string, string> = {},
    cwd = this.repository,
  ): { pid: number; firstJson: Promise<unknown> } {
    const child = execa(process.execPath, args, {
      cwd,
      env,
      buffer: false,
      reject: false,
      stdin: 'ignore',
      forceKillAfterDelay: 5000,
    });
    this.#processes.push(child);
    const logFile = join(this.folder, `${name}.log`);
    const log = createWriteStream(logFile);
    child.stderr.pipe(log, { end: false });
    const firstJson = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        log.write(`${line}\n`);
        if (line.startsWith('{')) resolve(JSON.parse(line));
      });
      void child.then((result) => {
        log.end();
        reject(new Error(`${name} ended with ${result.exitCode ?? result.signal}: see ${logFile}`));
      });
    });
    firstJson.catch(() => {}); // the caller that waits for it gets the error
    return { pid: child.pid ?? 0, firstJson };
  }

  /** Starts a program and waits for its first line of JSON. */
  ready(name: string, args: string[]): Promise<unknown> {
    return this.start(name, args).firstJson;
  }

  /** Ends every program, the last started first. */
  async close(): Promise<void> {
    for (const child of this.#processes.reverse()) {
      child.kill('SIGTERM');
      await child;
    }
  }
}
