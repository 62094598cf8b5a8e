import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../../core/errors.ts';

/**
 * One client a card, or a machine without cards. The lock is a socket that its holder listens on: the kernel frees it whenever the holder
 * ends, by kill -9 too, and whoever asks there is told who holds it. On Linux it has no file that could be left behind.
 */
export interface Lock {
  release(): Promise<void>;
}

/**
 * @param things what is lent: a card's UUID each, or a word for the machine
 * @param holder a sentence's start about who holds it: `descent lend of ann/descent-machine (process 12)`
 * @throws CommandError that says who holds it
 */
export async function lock(things: string[], holder: string): Promise<Lock> {
  const held: Server[] = [];
  const release = async () => {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  };
  try {
    for (const thing of [...things].sort()) held.push(await take(thing, holder));
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}

/** A sentence's start about who lends a thing now; null where nobody does. */
export async function whoHolds(thing: string): Promise<string | null> {
  return await ask(socketOf(thing));
}

async function take(thing: string, holder: string): Promise<Server> {
  const path = socketOf(thing);
  for (let tries = 0; tries < 3; tries++) {
    const server = await listen(path, holder);
    if (server !== null) return server;
    const other = await ask(path);
    if (other !== null)
      throw new CommandError(
        `${other} lends ${thing} already`,
        'End that client first, or lend another card: CUDA_VISIBLE_DEVICES.',
      );
    if (!path.startsWith('\0')) await rm(path, { force: true }); // its holder was killed
  }
  throw new CommandError(`another client takes ${thing} at the same moment`, 'Start one client only.');
}

function socketOf(thing: string): string {
  const name = `descent-lend-${createHash('sha256').update(thing).digest('hex').slice(0, 24)}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), name);
}

/** Null where somebody listens there. */
function listen(path: string, holder: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined); // who asked has gone
      socket.end(holder);
    });
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(path, () => resolve(server));
  });
}

/** Who holds it; null where nobody answers. */
function ask(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let said = '';
    socket.setTimeout(2000, () => {
      resolve('A client that does not answer');
      socket.destroy();
    });
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8').slice(0, 300);
    });
    socket.once('end', () => resolve(said || 'A client'));
    socket.once('error', () => resolve(null));
  });
}
