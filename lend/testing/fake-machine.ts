import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with programs of its own on PATH, and with files as /sys and /proc have them. */
export async function fakeMachine({
  programs = {},
  files = {},
}: {
  /** Shell scripts by their names. */
  programs?: Record<string, string>;
  files?: Record<string, string>;
}) {
  const root = await mkdtemp(join(tmpdir(), 'descent-fake-'));
  await mkdir(join(root, 'bin'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const program = async (name: string, script: string) => {
    await writeFile(join(root, 'bin', name), `#!/bin/sh\n${script}\n`);
    await chmod(join(root, 'bin', name), 0o755);
  };
  for (const [path, text] of Object.entries(files)) await write(path, text);
  for (const [name, script] of Object.entries(programs)) await program(name, script);
  return {
    root,
    /** These programs alone are found. */
    env: { PATH: join(root, 'bin') },
    write,
    program,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

/** Waits until something is so: for what a real child process does in its own time. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}
