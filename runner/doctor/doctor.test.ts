import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../setup/paths.mjs';
import { BWRAP, machine, plan, TRIAL } from '../../testing/machines.ts';
import { findBubblewrap } from '../sandbox/bubblewrap/find-bubblewrap.ts';
import { findPython } from '../sandbox/python.ts';
import { usedBubblewrap } from './checks/bubblewrap.ts';
import { diagnose, isUnsafe, refuseToStart } from './doctor.ts';
import type { Finding } from './finding.ts';
import type { Host } from './host.ts';
import { thisMachine } from './this-machine.ts';

const named = (findings: Finding[], name: string) => findings.find((finding) => finding.name === name);

test('an ordinary user on a Debian machine with everything installed may start', async () => {
  const findings = await diagnose(machine(), plan);
  expect(findings.filter(({ status }) => status === 'fail' || status === 'warn')).toEqual([]);
  expect(findings.every(({ found }) => found.length > 0)).toBe(true);
  expect(await refuseToStart(machine(), plan)).toBeNull();
});

test('whatever fails or warns says what to do', async () => {
  const poor = machine({
    uid: 0,
    files: { '/proc/meminfo': 'MemTotal: 1 kB\nMemAvailable: 1 kB\n' },
    stats: { [BWRAP]: null },
    free: 0,
  });
  const findings = await diagnose(poor, { ...plan, device: 'cuda', dataset: 'climbmix' });
  for (const finding of findings) {
    if (finding.status === 'fail' || finding.status === 'warn')
      expect(finding.remedy, finding.name).toBeTruthy();
  }
  expect(findings.filter(({ status }) => status === 'fail').map(({ name }) => name)).toEqual([
    ...['user', 'bubblewrap', 'gpu', 'compiler', 'disk', 'memory', 'python', 'data'],
  ]);
});

test('too little room is no danger: the machine is useless, and safe', async () => {
  const findings = await diagnose(machine({ free: 0 }), plan);
  expect(named(findings, 'disk')?.status).toBe('fail');
  expect(isUnsafe(findings)).toBe(false);
  expect(await refuseToStart(machine({ free: 0 }), plan)).toBeNull();
});

test('Ubuntu 24.04 that closes user namespaces is refused, with the profile that opens them to this bubblewrap alone', async () => {
  const denied = { status: 1, stderr: 'bwrap: setting up uid map: Permission denied\n' };
  const ubuntu = machine({
    files: { '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n' },
    programs: { [`${BWRAP} --unshare-user`]: denied, [TRIAL]: denied },
  });
  const refusal = await refuseToStart(ubuntu, plan);
  expect(refusal).toContain('not safe');
  expect(refusal).toContain('apparmor: closes user namespaces');
  expect(refusal).toContain(`profile descent-bwrap ${BWRAP} flags=(unconfined)`);
});

test('Ubuntu 24.04 with a profile for bubblewrap may start', async () => {
  const ubuntu = machine({ files: { '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n' } });
  expect(await refuseToStart(ubuntu, plan)).toBeNull();
});

test('a Mac cannot confine by bubblewrap', async () => {
  const mac = machine({ platform: 'darwin', stats: { [BWRAP]: null }, files: { '/proc/meminfo': null } });
  expect(await refuseToStart(mac, plan)).toContain('Measure on Linux, or choose --sandbox docker.');
});

test('the machine that runs these tests may start, seen from inside a real sandbox', async () => {
  const here = { ...plan, cache: cacheFolder() };
  const findings = await diagnose(thisMachine(process.env), here);
  expect(named(findings, 'confinement')).toMatchObject({ status: 'ok' });
  expect(await refuseToStart(thisMachine(process.env), here)).toBeNull();
});

test('the doctor tries the bubblewrap that the runner will use', async () => {
  const env = { ...process.env };
  const taken = findBubblewrap(findPython(plan.repository, env));
  expect(await usedBubblewrap(thisMachine(env), { ...plan, cache: cacheFolder() })).toBe(taken);
});

test('a bubblewrap that confines nothing is seen through', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  try {
    await chmod(folder, 0o755);
    const loose = join(folder, 'bwrap');
    const script =
      '#!/bin/sh\n[ "$1" = --version ] && { echo bubblewrap 0.11.0; exit; }\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n';
    await writeFile(loose, script, { mode: 0o755 });
    const here = thisMachine(process.env);
    // This machine, but that its system's bubblewrap is the loose one.
    const swapped: Host = {
      ...here,
      stat: (path) => here.stat(path === BWRAP ? loose : path),
      run: (file, args, as) => {
        const [program, ...words] = [file, ...args].map((word) => (word === BWRAP ? loose : word));
        return here.run(program!, words, as);
      },
    };
    const findings = await diagnose(swapped, { ...plan, cache: cacheFolder() });
    const confinement = named(findings, 'confinement');
    expect(confinement?.status).toBe('fail');
    expect(confinement?.found).toContain('user is ');
    expect(confinement?.found).toContain('privileges is 0, not 1');
    expect(confinement?.found).toContain('filter is off, not on');
    expect(confinement?.found).toContain('calls is open, not refused');
    expect(isUnsafe(findings)).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});
