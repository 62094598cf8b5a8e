import { execFileSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { makeWorkFolder, type WorkFolder } from '../../runner/folder.ts';
import type { Host } from '../../runner/host.ts';
import { LogTail } from '../../runner/log-tail.ts';
import { openSandbox } from '../../runner/sandbox/choose.ts';
import { asOwner } from '../../runner/sandbox/owner.ts';
import { findPython } from '../../runner/sandbox/python.ts';
import type { Sandbox } from '../../runner/sandbox/sandbox.ts';
import type { Heard } from './bits.ts';
import type { Means } from './means.ts';

/** Pages of end.py's file for each bit: far enough apart that no read-ahead reaches the next. */
const BYTES_PER_BIT = 16 * 4096;
const MiB = 1024 ** 2;

interface Said {
  /** When the program began, seconds since 1970. */
  began: number;
  bits: number[] | null;
}

/** Two sandboxes of one job, made as a job makes them. */
export interface Channels {
  /** Random bits written by a first sandbox by one means, and what a second one, started after it ended, reads of them. */
  send(means: Means, count: number): Promise<Heard>;
  close(): Promise<void>;
}

/** @param repository checkout whose filter and levelling are used: a test gives one without them */
export async function openChannels(repository: string, host: Host): Promise<Channels> {
  const folder = await makeWorkFolder(host.temporary, asOwner());
  const { interpreter } = findPython(repository, host.env);
  const end = await folder.place('end.py', await readFile(join(import.meta.dirname, 'end.py')));
  const sandbox = await openSandbox(
    { kind: 'bubblewrap', repository, env: host.env, cache: host.cache },
    folder,
  );
  const seconds = () => Date.now() / 1000;
  let started = 0;
  return {
    async send(means, count) {
      const bits = Array.from({ length: Math.min(count, means.most) }, () => randomInt(2));
      const file = await coldFile(folder, interpreter, `pages-${started}`, bits.length);
      const common = { means: means.id, file, nonce: randomBytes(8).toString('hex') };
      const run = (order: object) => speak(sandbox, folder, `pass-${started++}`, end, file, order);
      // An owner of earlier jobs on this machine knows how long a sandbox takes to start.
      const start = async () => {
        const asked = seconds();
        const tried = await run({ ...common, count: 1, writerBegan: 0, startSeconds: 0 });
        return tried.began - asked;
      };
      const startSeconds = means.wholePass ? await start() : 0;
      const writerBegan = seconds();
      await run({ ...common, writerBegan, bits });
      const said = await run({ ...common, writerBegan, startSeconds, count: bits.length });
      return { sent: bits, read: said.bits };
    },
    close: () => folder.remove(),
  };
}

/** A file that sandboxes see and that is not in memory, as a library is before its first use. */
async function coldFile(
  folder: WorkFolder,
  interpreter: string,
  name: string,
  bits: number,
): Promise<string> {
  const file = await folder.place(name, randomBytes(bits * BYTES_PER_BIT));
  const drop =
    'import os, sys; f = os.open(sys.argv[1], os.O_RDONLY); os.fsync(f); os.posix_fadvise(f, 0, 0, os.POSIX_FADV_DONTNEED)';
  execFileSync(interpreter, ['-c', drop, file]);
  return file;
}

async function speak(
  sandbox: Sandbox,
  folder: WorkFolder,
  name: string,
  end: string,
  file: string,
  order: object,
): Promise<Said> {
  const scratch = await folder.scratch(name);
  const child = await sandbox.start({
    args: [end],
    readable: [end, file],
    scratch,
    device: 'cpu',
    memoryMiB: 1024,
    fileBytes: 64 * MiB,
    threads: 1,
    cpuSeconds: 60,
  });
  const log = new LogTail();
  log.follow(child.log);
  child.orders.end(`${JSON.stringify(order)}\n`);
  const said = await json(child.answers).catch(() => null);
  const { status } = await child.exit;
  await folder.discard(scratch);
  if (status !== 0 || said === null)
    throw new Error(`The program in the sandbox failed (status ${status}): ${log.text()}`);
  return said as Said;
}
