import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { build } from 'esbuild';
import { execa } from 'execa';

/** A stand-in for the archives of GitHub's runner: the machine in one file, at the place and with the layout of theirs. */

export interface RunnerArchive {
  version: string;
  bytes: Uint8Array<ArrayBuffer>;
  sha256: string;
}

const NAME = /^actions-runner-(?<os>linux|osx)-(?<arch>x64|arm64)-(?<version>\d+\.\d+\.\d+)\.tar\.gz$/;
const compress = promisify(gzip);
let bundled: Promise<string> | undefined;
const archives = new Map<string, Promise<RunnerArchive>>();

/** The same name gives the same bytes; null for a name that GitHub's releases do not have. */
export async function runnerArchive(filename: string): Promise<RunnerArchive | null> {
  const version = NAME.exec(filename)?.groups?.version;
  if (version === undefined) return null;
  const made = archives.get(filename) ?? pack(version);
  archives.set(filename, made);
  return made;
}

async function pack(version: string): Promise<RunnerArchive> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-runner-'));
  try {
    await mkdir(join(folder, 'bin'));
    bundled ??= bundle();
    await writeFile(join(folder, 'bin', 'Runner.Listener.mjs'), await bundled);
    await writeFile(join(folder, 'bin', 'version'), `${version}\n`);
    await writeFile(join(folder, 'bin', 'Runner.Listener'), LISTENER);
    await writeFile(join(folder, 'run.sh'), RUN);
    await chmod(join(folder, 'bin', 'Runner.Listener'), 0o755);
    await chmod(join(folder, 'run.sh'), 0o755);
    const same = [
      '--sort=name',
      '--mtime=@0',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=u+rw,go=u-w',
    ];
    const options = { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 } as const;
    const { stdout } = await execa('tar', [...same, '-C', folder, '-cf', '-', '.'], options);
    const bytes = Uint8Array.from(await compress(stdout));
    return { version, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'machine', 'listener', 'main.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // CommonJS packages still call `require` for Node's own modules.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module';\nconst require = makeRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}

/** GitHub's runner brings its own Node; this one takes the emulator's, else the one on the path. */
const LISTENER = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
node='${process.execPath}'
[ -x "$node" ] || node=node
exec "$node" "$here/Runner.Listener.mjs" "$@"
`;

/** Like GitHub's, it does not tell all ends apart: call bin/Runner.Listener to know them. */
const RUN = `#!/bin/sh
"$(dirname "$(readlink -f "$0")")/bin/Runner.Listener" run "$@"
code=$?
case $code in 1|5|7) exit 0 ;; *) exit $code ;; esac
`;
