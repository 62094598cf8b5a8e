import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheFolder } from '../../setup/paths.mjs';
import { makeWorkFolder, type WorkFolder } from '../folder.ts';
import { openSandbox } from './choose.ts';
import { asOwner } from './owner.ts';

// A checkout on a machine without libseccomp: its seccomp.py ends as the real one does there.
let repository: string;
let folder: WorkFolder;
beforeEach(async () => {
  const real = join(import.meta.dirname, '..', '..');
  repository = await mkdtemp(join(tmpdir(), 'descent-test-'));
  folder = await makeWorkFolder(tmpdir(), asOwner());
  await mkdir(join(repository, 'runner', 'sandbox', 'bubblewrap'), { recursive: true });
  for (const file of [
    'train/uv.lock',
    'runner/sandbox/bubblewrap/launch.py',
    'runner/sandbox/view/needs.py',
    'runner/sandbox/level.py',
  ])
    await cp(join(real, file), join(repository, file));
  const script = 'raise RuntimeError("Unable to find libseccomp")\n';
  await writeFile(join(repository, 'runner', 'sandbox', 'bubblewrap', 'seccomp.py'), script);
});
afterEach(() => Promise.all([folder.remove(), rm(repository, { recursive: true })]));

const open = (env: NodeJS.ProcessEnv) =>
  openSandbox({ kind: 'bubblewrap', repository, env: { DESCENT_CACHE: cacheFolder(), ...env } }, folder);

test('without libseccomp nothing is measured, and the error says what to do', async () => {
  await expect(open({})).rejects.toThrow(
    /Unable to find libseccomp\. Install libseccomp .*DESCENT_SECCOMP=optional/,
  );
});

test('unless the owner goes without: then the program runs, unfiltered', async () => {
  const sandbox = await open({ DESCENT_SECCOMP: 'optional' });
  const child = await sandbox.start({
    args: [
      '-c',
      "import os; os.write(3, [s for s in open('/proc/self/status') if s.startswith('Seccomp:')][0].encode())",
    ],
    readable: [],
    scratch: await folder.scratch('scratch'),
    device: 'cpu',
    memoryMiB: 512,
    fileBytes: 1024,
    cpuSeconds: 9,
  });
  for (const stream of child.log) stream.resume();
  let said = '';
  for await (const chunk of child.answers) said += chunk;
  expect({ said, exit: await child.exit }).toEqual({ said: 'Seccomp:\t0\n', exit: { status: 0 } });
});
