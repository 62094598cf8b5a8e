import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The work folder of one run. All but the scratch folders belong to the referee. */
export interface WorkFolder {
  path: string;
  /** Places a file that sandboxes may read and nobody may change. */
  place(name: string, content: string | Uint8Array): Promise<string>;
  /** A path for a file that sandboxes may read. */
  placed(name: string): string;
  /** A path for a file of the referee alone. */
  private(name: string): string;
  /** Makes an empty folder for one sandbox to write. */
  scratch(name: string): Promise<string>;
  /** Removes such a folder when its sandbox has ended: blocks and inodes that it took would tell the next one a number. */
  discard(scratch: string): Promise<void>;
  /** Removes everything, whatever a stranger left there. */
  remove(): Promise<void>;
}

/**
 * @param temporary folder to make it in
 * @param owner user who gets the scratch folders; null when it is the referee's own
 */
export async function makeWorkFolder(temporary: string, owner: number | null): Promise<WorkFolder> {
  const path = await mkdtemp(join(temporary, 'descent-'));
  await chmod(path, 0o711); // to pass through, not to list
  await mkdir(join(path, 'private'), { mode: 0o700 });
  await mkdir(join(path, 'placed'), { mode: 0o755 });
  await chmod(join(path, 'placed'), 0o755); // whatever the umask is
  return {
    path,
    async place(name, content) {
      const file = join(path, 'placed', name);
      await writeFile(file, content, { flag: 'wx' });
      await chmod(file, 0o444);
      return file;
    },
    placed: (name) => join(path, 'placed', name),
    private: (name) => join(path, 'private', name),
    async scratch(name) {
      const folder = join(path, name);
      await mkdir(folder, { mode: 0o700 });
      if (owner !== null) await chown(folder, owner, owner);
      return folder;
    },
    discard: removeTree,
    remove: () => removeTree(path),
  };
}

/** `rm`, since it descends by descriptors: a tree deeper than any path can name stops fs.rm. */
async function removeTree(path: string): Promise<void> {
  if (await quietly('rm', '-rf', '--', path)) return;
  // A folder that the stranger closed to its owner stops an ordinary user.
  await quietly('chmod', '-R', '--', 'u+rwX', path);
  if (await quietly('rm', '-rf', '--', path)) return;
  throw new Error(`The folder ${path} cannot be removed. Remove it by hand: sudo rm -rf ${path}`);
}

/** Whether the command succeeded. Its complaints name a stranger's files: nobody hears them. */
async function quietly(file: string, ...args: string[]): Promise<boolean> {
  const child = spawn(file, args, { stdio: 'ignore' });
  const [code] = await once(child, 'close');
  return code === 0;
}
