import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Program } from '../sandbox.ts';
import { container } from './container.ts';

// No container engine here: a script stands in for it, writes down its arguments and runs the entry point without any
// confinement. What the flags do is the engine's to prove; that they are given, and what arrives where, is proved here.
const ENGINE = `#!/bin/bash
printf '%s\\n' "$@" >> "$(dirname "$0")/called"
[ "$1" = run ] || exit 0
while [ "$1" != --entrypoint ]; do shift; done
if [ "$2" != /bin/sh ]; then cat > "$(dirname "$0")/levelled"; exit; fi
shift 3
args=("$@")
exec /bin/sh "\${args[@]:0:3}" python3 "\${args[@]:4}"
`;
const IMAGE = `localhost:5000/descent-train@sha256:${'0'.repeat(64)}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-test-'));
  for (const engine of ['docker', 'podman']) writeFileSync(join(folder, engine), ENGINE, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const placed = { profile: '/placed/seccomp.json', level: '/placed/level.py' };

const program = (code: string, change: Partial<Program> = {}): Program => ({
  args: ['-c', code],
  readable: ['/data/train.bin'],
  scratch: '/tmp/scratch',
  device: 'cpu',
  memoryMiB: 512,
  fileBytes: 1024,
  cpuSeconds: 10,
  ...change,
});
const env = () => ({ PATH: `${folder}:${process.env.PATH}`, SECRET: 'token' });
const called = () => readFileSync(join(folder, 'called'), 'utf8').split('\n');

describe.each(['docker', 'podman'] as const)('a container by %s', (engine) => {
  test('orders arrive, answers come back on descriptor 3, the log apart from them', async () => {
    rmSync(join(folder, 'called'), { force: true });
    const child = await container(engine, IMAGE, env(), placed).start(
      program('import os; os.write(3, b"answer " + os.read(0, 9)); print("log")'),
    );
    child.orders.end('order');
    const [answers, log] = await Promise.all([text(child.answers), text(child.log[0]!)]);
    expect({ answers, log, exit: await child.exit }).toEqual({
      answers: 'answer order',
      log: 'log\n',
      exit: { status: 0 },
    });
    for (const flag of [
      '--network=none',
      '--read-only',
      '--cap-drop=all',
      '--security-opt=no-new-privileges',
      '--ipc=private',
      '--pull=never',
      '--memory=512m',
      '--memory-swap=512m',
      '/data/train.bin:/data/train.bin:ro',
      '/tmp/scratch:/tmp/scratch:rw',
      IMAGE,
    ]) {
      expect(called()).toContain(flag);
    }
    const user = called()[called().indexOf('--user') + 1];
    expect(user).not.toMatch(/^0:/);
    expect(called().join(' ')).not.toContain('token');
    expect(called().filter((word) => word.startsWith('--gpus') || word.startsWith('nvidia'))).toEqual([]);
  });

  test('our filter takes the place of the engine’s, and files are levelled before by a container of the image', async () => {
    rmSync(join(folder, 'called'), { force: true });
    await (await container(engine, IMAGE, env(), placed).start(program(''))).exit;
    const [levelling, running] = called().join('\n').split('\nrun\n');
    expect(running).toContain('--security-opt\nseccomp=/placed/seccomp.json\n');
    expect(levelling).not.toContain('seccomp=');
    for (const flag of [
      '--network=none',
      '--read-only',
      '--cap-drop=all',
      '/data/train.bin:/data/train.bin:ro',
    ])
      expect(levelling!.split('\n')).toContain(flag);
    expect(levelling).toContain(`${IMAGE}\n-I\n-S\n/placed/level.py`);
    expect(readFileSync(join(folder, 'levelled'), 'utf8')).toBe(
      '/\n/data/train.bin\n\n/proc\n/sys\n/dev\n/tmp\n/run',
    );
  });

  test('what follows its own training is not levelled once more', async () => {
    rmSync(join(folder, 'called'), { force: true });
    await (await container(engine, IMAGE, env(), placed).start(program('', { followsOwnTraining: true })))
      .exit;
    expect(called().filter((word) => word === 'run')).toHaveLength(1);
  });

  test('killed, the container is removed by name', async () => {
    rmSync(join(folder, 'called'), { force: true });
    const child = await container(engine, IMAGE, env(), placed).start(
      program('import time; print("up", flush=True); time.sleep(60)'),
    );
    await new Promise((resolve) => child.log[0]!.once('data', resolve));
    child.kill();
    expect((await child.exit).status).toBe(137);
    const name = called()[called().indexOf('--name') + 1];
    expect(called().slice(-4, -1)).toEqual(['rm', '--force', name]);
  });

  test('a GPU is given when the job asks for one, and gVisor when the owner does', async () => {
    rmSync(join(folder, 'called'), { force: true });
    const child = await container(
      engine,
      IMAGE,
      { ...env(), DESCENT_CONTAINER_RUNTIME: 'runsc' },
      placed,
    ).start(program('', { device: 'cuda' }));
    await child.exit;
    expect(called()).toContain(engine === 'docker' ? 'device=0' : 'nvidia.com/gpu=0');
    expect(called()).toContain('--runtime=runsc');
  });

  test.each(['--privileged', 'runsc --host', '../runc', 'RUNSC'])('the runtime %s is refused', (runtime) => {
    const start = () => container(engine, IMAGE, { ...env(), DESCENT_CONTAINER_RUNTIME: runtime }, placed);
    expect(start).toThrow(/name a runtime that the engine knows/);
  });

  test('without a choice the engine takes its own runtime', async () => {
    rmSync(join(folder, 'called'), { force: true });
    const child = await container(engine, IMAGE, env(), placed).start(program(''));
    await child.exit;
    expect(called().filter((word) => word.startsWith('--runtime'))).toEqual([]);
  });

  test.each([undefined, 'descent-train', 'descent-train:latest', '--privileged'])(
    'the image %s is refused',
    (image) => {
      expect(() => container(engine, image, env(), placed)).toThrow(/pinned by digest/);
    },
  );
});
