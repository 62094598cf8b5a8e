import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bubblewrap } from '../testing/scene.ts';
import { fetchArchive, unpack } from './fetch.ts';
import { ARCHIVE, ARCHIVE_SHA256, chooseArchive, readPin } from './pin.ts';

let home: string;
let server: Server | null = null;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'descent-fetch-'));
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  rmSync(home, { recursive: true });
});

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** An archive like GitHub's: programs, and a link beside them. */
function archive(marks = 'listener'): Buffer {
  const folder = mkdtempSync(join(home, 'made-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'Runner.Listener'), marks, { mode: 0o755 });
  execFileSync('ln', ['-s', 'Runner.Listener', join(folder, 'bin', 'link')]);
  return execFileSync('tar', ['-czf', '-', '-C', folder, '.']);
}

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server!.once('listening', resolve));
  return `http://127.0.0.1:${(server!.address() as AddressInfo).port}/actions-runner-linux-x64-2.338.0.tar.gz`;
}

const cache = () => join(home, 'cache');
const kept = () => readdirSync(cache());

describe('the archive of the runner', () => {
  test('is downloaded once, checked, and unpacked with its links', async () => {
    const bytes = archive();
    let asked = 0;
    const url = await serve((_, response) => {
      asked++;
      response.end(bytes);
    });
    const wanted = { version: '2.338.0', url, sha256: sha256(bytes) };
    const path = await fetchArchive(wanted, cache());
    expect(await fetchArchive(wanted, cache())).toBe(path);
    expect(asked).toBe(1);
    const folder = mkdtempSync(join(home, 'job-'));
    await unpack(path, folder);
    expect(readFileSync(join(folder, 'bin', 'link'), 'utf8')).toBe('listener');
  });

  test('of another digest is refused, and nothing of it stays', async () => {
    const url = await serve((_, response) => response.end(archive('evil')));
    await expect(fetchArchive({ version: '1', url, sha256: sha256(archive()) }, cache())).rejects.toThrow(
      /not the runner that is pinned/,
    );
    expect(kept()).toEqual([]);
  });

  test('that was changed in the cache is fetched again', async () => {
    const bytes = archive();
    const url = await serve((_, response) => response.end(bytes));
    const wanted = { version: '2.338.0', url, sha256: sha256(bytes) };
    const path = await fetchArchive(wanted, cache());
    writeFileSync(path, archive('evil'));
    await fetchArchive(wanted, cache());
    expect(sha256(readFileSync(path))).toBe(wanted.sha256);
  });

  test('of an older version, and half a download, are removed', async () => {
    mkdirSync(cache());
    for (const name of ['actions-runner-0000.tar.gz', 'actions-runner-0000.tar.gz.half', 'mine.tar.gz'])
      writeFileSync(join(cache(), name), '');
    const bytes = archive();
    const url = await serve((_, response) => response.end(bytes));
    await fetchArchive({ version: '1', url, sha256: sha256(bytes) }, cache());
    expect(kept().sort()).toEqual([expect.stringMatching(/^actions-runner-[0-9a-f]{16}/), 'mine.tar.gz']);
  });

  test.each<[string, RequestListener, RegExp]>([
    ['the server refuses', (_, response) => response.writeHead(404).end(), /answers 404/],
    [
      'the connection breaks',
      (_, response) => void response.write('half', () => response.destroy()),
      /cannot be downloaded/,
    ],
    ['nothing comes any more', (_, response) => void response.write('half'), /nothing came for 0\.3 s/],
  ])('says so when %s, and keeps nothing', async (_, answer, words) => {
    const url = await serve(answer);
    const wanted = { version: '1', url, sha256: sha256(archive()) };
    await expect(fetchArchive(wanted, cache(), { silentMs: 300 })).rejects.toThrow(words);
    expect(kept()).toEqual([]);
  });

  test('says so when there is no network', async () => {
    const url = 'http://127.0.0.1:9/x.tar.gz';
    await expect(
      fetchArchive({ version: '1', url, sha256: sha256(archive()) }, cache()),
    ).rejects.toMatchObject({
      message: expect.stringContaining('cannot be downloaded'),
      remedy: expect.stringContaining('network'),
    });
  });

  test('says so when the disk is full, and keeps nothing', async () => {
    const bytes = Buffer.alloc(4 * 1024 ** 2, 1);
    const url = await serve((_, response) => response.end(bytes));
    const script = `
      import { readdirSync } from 'node:fs';
      import { fetchArchive } from '${require.resolve('./fetch.ts')}';
      const wanted = { version: '1', url: '${url}', sha256: '${sha256(bytes)}' };
      const said = await fetchArchive(wanted, '/mnt/cache').catch((error) => error.message + '. ' + error.remedy);
      console.log(said, readdirSync('/mnt/cache').length);`;
    const small = ['--dev-bind', '/', '/', '--size', '1048576', '--tmpfs', '/mnt', '--'];
    const node = [process.execPath, '--input-type=module', '-e', script];
    const { stdout } = await execa(bubblewrap(), [...small, ...node]);
    expect(stdout).toMatch(/^the disk is full at \/mnt\/cache.*Make room.* 0$/);
  });

  test('that is another program’s is not started', async () => {
    const folder = mkdtempSync(join(home, 'job-'));
    const path = join(home, 'other.tar.gz');
    writeFileSync(path, execFileSync('tar', ['-czf', '-', '-C', '/etc', 'hostname']));
    await expect(unpack(path, folder)).rejects.toThrow(/no bin\/Runner\.Listener/);
    writeFileSync(path, 'not an archive');
    await expect(unpack(path, folder)).rejects.toThrow(/cannot be unpacked/);
  });
});

describe('which archive', () => {
  test('is the pinned one of this kind of machine', () => {
    const { version, sha256: digests } = readPin();
    expect(chooseArchive({}, 'linux', 'x64')).toEqual({
      version,
      url: `https://github.com/actions/runner/releases/download/v${version}/actions-runner-linux-x64-${version}.tar.gz`,
      sha256: digests['linux-x64'],
    });
    expect(chooseArchive({}, 'darwin', 'arm64').url).toContain('-osx-arm64-');
    expect(() => chooseArchive({}, 'linux', 'riscv64')).toThrow(/linux-riscv64/);
  });

  test('may be named by the owner, in full', () => {
    const digest = 'a'.repeat(64);
    const url = 'http://127.0.0.1:4000/actions-runner-linux-x64-2.400.1.tar.gz';
    expect(chooseArchive({ [ARCHIVE]: url, [ARCHIVE_SHA256]: digest })).toEqual({
      version: '2.400.1',
      url,
      sha256: digest,
    });
    for (const env of [
      { [ARCHIVE]: url },
      { [ARCHIVE_SHA256]: digest },
      { [ARCHIVE]: 'http://git.corp.example/x.tar.gz', [ARCHIVE_SHA256]: digest },
      { [ARCHIVE]: '/home/ann/x.tar.gz', [ARCHIVE_SHA256]: digest },
      { [ARCHIVE]: url, [ARCHIVE_SHA256]: digest.toUpperCase() },
    ])
      expect(() => chooseArchive(env)).toThrow(/DESCENT_RUNNER_/);
  });
});
