import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkFolder, type WorkFolder } from '../../folder.ts';
import { LogTail } from '../../log-tail.ts';
import { openSandbox } from '../choose.ts';
import { asOwner } from '../owner.ts';
import type { Sandbox } from '../sandbox.ts';
import { closeJoins, makeGroup } from './group.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
const LIMITS = { memoryMiB: 512, processes: 300 };

/** Where this user may make no group, there is nothing to try: the watchdog is the bound there. */
async function canGroup(): Promise<boolean> {
  const group = makeGroup(LIMITS);
  closeJoins(group);
  await group?.remove();
  return group?.folders.some((folder) => !folder.includes('/pids/')) ?? false;
}

describe.skipIf(!(await canGroup()))('a sandbox in a control group of this kernel', () => {
  let folder: WorkFolder;
  let sandbox: Sandbox;
  beforeAll(async () => {
    folder = await makeWorkFolder(tmpdir(), asOwner());
    sandbox = await openSandbox({ kind: 'bubblewrap', repository, env: process.env }, folder);
  });
  afterAll(() => folder.remove());

  async function inside(code: string): Promise<{ said: string; status: number }> {
    const child = await sandbox.start({
      args: ['-c', code],
      readable: [],
      scratch: await folder.scratch(`scratch-${Math.random()}`),
      device: 'cpu',
      memoryMiB: 256,
      fileBytes: 1024,
      cpuSeconds: 60,
    });
    const tail = new LogTail();
    tail.follow(child.log);
    child.answers.resume();
    child.orders.end();
    const { status } = await child.exit;
    return { said: tail.text().trim(), status };
  }

  test('buffers of sockets, which no process maps, end with its memory', async () => {
    // 200 KiB a pair, some 500 pairs a process: twelve of them hold 1.2 GiB where nothing bounds them.
    const { said, status } = await inside(`
import os, socket, time
def hold():
    held, block = [], bytes(2**16)
    while True:
        try:
            one, other = socket.socketpair()
        except OSError:
            return held
        one.setblocking(False)
        try:
            while True: one.send(block)
        except BlockingIOError:
            held.append((one, other))
for _ in range(12):
    read, write = os.pipe()
    if os.fork() == 0:
        held = hold()
        os.write(write, b'x')
        time.sleep(60)
    os.close(write)
    if os.read(read, 1) != b'x': raise SystemExit('a child ended')
print('held 1.2 GiB')
`);
    expect(said).not.toContain('held 1.2 GiB');
    expect(status).not.toBe(0);
  });

  test('it reports that the kernel ended one of its processes, even when the others still run', async () => {
    const child = await sandbox.start({
      // Each of them keeps the limit of one process; five together do not keep the group's.
      args: [
        '-c',
        `import os, time
for _ in range(5):
    if os.fork() == 0:
        held = b"1" * (200 * 2**20); time.sleep(60)
time.sleep(60)`,
      ],
      readable: [],
      scratch: await folder.scratch('over-memory'),
      device: 'cpu',
      memoryMiB: 256,
      fileBytes: 1024,
      cpuSeconds: 60,
    });
    for (const stream of [...child.log, child.answers]) stream.resume();
    expect(child.overMemory!()).toBe(false);
    await expect.poll(() => child.overMemory!(), { timeout: 20_000 }).toBe(true);
    child.kill();
    await child.exit;
  });

  test('an honest program of nearly all its memory goes on, and the group goes with it', async () => {
    const before = groups();
    const { said, status } = await inside('held = bytearray(b"1" * (90 * 2**20)); print(len(held) >> 20)');
    expect({ said, status }).toEqual({ said: '90', status: 0 });
    await expect.poll(groups, { timeout: 5000 }).toEqual(before);
  });

  /** Groups that are there now, by a group of our own beside which they lie. */
  function groups(): string[] {
    const group = makeGroup(LIMITS)!;
    closeJoins(group);
    const parents = group.folders.map((folder) => join(folder, '..'));
    void group.remove();
    return parents.flatMap((parent) =>
      readdirSync(parent).filter(
        (name) => name.startsWith('descent-') && !group.folders.some((folder) => folder.endsWith(`/${name}`)),
      ),
    );
  }
});

// The other version than this kernel's is a folder with its files: what is made where, and with which limits.
describe('in a tree of version 2', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'descent-test-'));
    writeFileSync(join(root, 'cgroup.controllers'), 'cpu memory pids\n');
    writeFileSync(join(root, 'cgroup.subtree_control'), 'cpu memory pids\n');
    mkdirSync(join(root, 'system.slice', 'runner.service'), { recursive: true });
    writeFileSync(join(root, 'system.slice', 'cgroup.subtree_control'), 'cpu memory pids\n');
    writeFileSync(join(root, 'system.slice', 'runner.service', 'cgroup.subtree_control'), '\n');
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test('the group lies beside our own, below the nearest that hands both limits on', () => {
    const group = makeGroup(LIMITS, root, '0::/system.slice/runner.service\n')!;
    closeJoins(group);
    expect(group.folders).toEqual([expect.stringMatching(/system\.slice\/descent-\d+-\d+$/)]);
    expect(group.joins).toHaveLength(1);
    expect(existsSync(join(group.folders[0]!, 'cgroup.procs'))).toBe(true);
  });

  test('a group that was given to us with both limits passes them on', () => {
    const given = join(root, 'system.slice', 'given.service');
    mkdirSync(join(given, 'runner'), { recursive: true });
    writeFileSync(join(given, 'cgroup.controllers'), 'memory pids\n');
    writeFileSync(join(given, 'cgroup.subtree_control'), '\n');
    const group = makeGroup(LIMITS, root, '0::/system.slice/given.service/runner\n')!;
    closeJoins(group);
    expect(group.folders).toEqual([expect.stringMatching(/given\.service\/descent-\d+-\d+$/)]);
    expect(readFileSync(join(given, 'cgroup.subtree_control'), 'utf8')).toBe('+memory +pids');
  });

  test('where no group hands both on, there is none', () => {
    for (const path of ['cgroup.subtree_control', 'system.slice/cgroup.subtree_control'])
      writeFileSync(join(root, path), 'cpu pids\n');
    writeFileSync(join(root, 'cgroup.controllers'), 'cpu pids\n');
    expect(makeGroup(LIMITS, root, '0::/system.slice/runner.service\n')).toBeNull();
    expect(makeGroup(LIMITS, root, '')).toBeNull();
  });
});
