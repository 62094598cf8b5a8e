import { execa } from 'execa';

type Files = Record<string, string>;

/**
 * Commits these versions one after another in a new repository at `folder`, and has git pack them as tightly as a server would.
 * @param versions each names the files that differ from the version before
 * @returns what the files and folders of all versions cost on disk, without the commits
 */
export async function packedBytes(folder: string, versions: Iterable<Files>): Promise<number> {
  await execa('git', ['init', '--quiet', '--initial-branch=main', folder]);
  const git = { cwd: folder, maxBuffer: 1 << 28 };
  await execa('git', ['fast-import', '--quiet'], { ...git, stdin: stream(versions) });
  // Each thread packs a part by itself and keeps one more version whole, which hardly counts among more versions than these.
  await execa('git', ['-c', 'pack.threads=1', 'repack', '-adfq', '--window=50', '--depth=50'], git);
  const shown = '--batch-check=%(objecttype) %(objectsize:disk)';
  const { stdout } = await execa('git', ['cat-file', '--batch-all-objects', shown], git);
  const sizes = stdout.split('\n').map((line) => line.split(' '));
  return sizes.reduce((sum, [type, size]) => sum + (type === 'commit' ? 0 : Number(size)), 0);
}

async function* stream(versions: Iterable<Files>): AsyncGenerator<Uint8Array> {
  for (const files of versions) {
    yield Buffer.from('commit refs/heads/main\ncommitter D <d@localhost> 1767225600 +0000\ndata 1\n.\n');
    for (const [path, text] of Object.entries(files))
      yield Buffer.from(`M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  }
}
