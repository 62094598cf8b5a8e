import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The work folder of one run. Only the scratch folders do not belong to the referee. */
export interface WorkFolder {
  path: string;
  /** Places a file that sandboxes may read and no one may change. */
  place(name: string, content: string | Uint8Array): Promise<string>;
  /** A path for a file that sandboxes may read. */
  placed(name: string): string;
  /** A path for a file that only the referee uses. */
  private(name: string): string;
  /** Makes an empty folder for one sandbox to write. */
  scratch(name: string): Promise<string>;
  /** Removes such a folder when its sandbox has ended. Its blocks and inodes could carry a message to the next sandbox. */
  discard(scratch: string): Promise<void>;
  /** Removes everything, whatever a stranger left there. */
  remove(): Promise<void>;
}

/**
 * @param temporary folder to make it in
 * @param owner the user who gets the scratch folders; null for the referee's own user
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

/** Removes a folder, whatever a stranger left in it. `rm` descends by descriptors; fs.rm stops at a tree that is deeper than a path can be long. */
export async function removeTree(path: string): Promise<void> {
  if (await quietly('rm', '-rf', '--', path)) return;
  // An ordinary user cannot remove a folder that the stranger closed to its owner.
  await quietly('chmod', '-R', '--', 'u+rwX', path);
  if (await quietly('rm', '-rf', '--', path)) return;
  throw new Error(`The folder ${path} cannot be removed. Remove it by hand: sudo rm -rf ${path}`);
}

/** Whether the command succeeded. Its messages name a stranger's files and are dropped. */
async function quietly(file: string, ...args: string[]): Promise<boolean> {
  const child = spawn(file, args, { stdio: 'ignore' });
  const [code] = await once(child, 'close');
  return code === 0;
}
