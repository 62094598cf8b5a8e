import { z } from 'zod';
import { type Check, fail, ok, type Seen, skip, warn } from '../finding.ts';
import type { Host } from '../host.ts';
import { usesContainers } from '../plan.ts';

/** Docker and podman answer differently. Only what is needed is read. */
const dockerInfo = z.object({
  ServerVersion: z.string().min(1),
  MemoryLimit: z.boolean(),
  PidsLimit: z.boolean(),
  SecurityOptions: z.array(z.string()).nullable(),
});
const podmanInfo = z.object({
  host: z.object({ cgroupVersion: z.string(), cgroupControllers: z.array(z.string()) }),
  version: z.object({ Version: z.string() }),
});

/** Checks that the container engine answers, and that it keeps the limits that the runner sets. */
export const containers: Check = {
  name: 'containers',
  safety: true,
  async look(host, plan) {
    if (usesContainers(plan)) return plan.sandbox === 'docker' ? docker(host) : podman(host);
    const there = [];
    for (const engine of ['docker', 'podman']) if (await host.run(engine, ['--version'])) there.push(engine);
    return skip(
      `the sandbox is ${plan.sandbox}; here: ${there.join(' and ') || 'neither docker nor podman'}`,
    );
  },
};

async function docker(host: Host): Promise<Seen> {
  const ran = await host.run('docker', ['info', '--format', '{{json .}}']);
  if (ran === null) return fail('docker is not installed', 'https://docs.docker.com/engine/install/');
  const info = dockerInfo.safeParse(json(ran.stdout));
  if (!info.success) {
    return fail(
      `docker does not answer: ${ran.stderr.trim() || 'no server'}`,
      'Start it: systemctl --user start docker (rootless), or sudo systemctl start docker',
    );
  }
  const { ServerVersion, MemoryLimit, PidsLimit, SecurityOptions } = info.data;
  if (!MemoryLimit || !PidsLimit) {
    const lacking = [!MemoryLimit && 'memory', !PidsLimit && 'processes'].filter(Boolean).join(' and ');
    return fail(
      `docker ${ServerVersion} keeps no limit of ${lacking}`,
      'Start the machine with cgroup version 2.',
    );
  }
  if ((SecurityOptions ?? []).some((option) => option.includes('rootless')))
    return ok(`docker ${ServerVersion}, rootless`);
  return warn(
    `docker ${ServerVersion}, as root: a hole in it is a hole into root`,
    'Make it rootless: https://docs.docker.com/engine/security/rootless/ , or use gVisor',
  );
}

async function podman(host: Host): Promise<Seen> {
  const ran = await host.run('podman', ['info', '--format', 'json']);
  if (ran === null) return fail('podman is not installed', 'sudo apt-get install -y podman');
  const info = podmanInfo.safeParse(json(ran.stdout));
  if (!info.success) return fail(`podman does not answer: ${ran.stderr.trim()}`, 'Try: podman info');
  const { cgroupVersion, cgroupControllers } = info.data.host;
  const missing = ['memory', 'pids'].filter((name) => !cgroupControllers.includes(name));
  if (cgroupVersion !== 'v2' || missing.length > 0) {
    return fail(
      `podman ${info.data.version.Version} keeps no limit of ${missing.join(' and ') || 'anything'} (cgroups ${cgroupVersion})`,
      'Use cgroup version 2 and delegate memory and pids to your user (systemd: Delegate=yes).',
    );
  }
  return ok(`podman ${info.data.version.Version}${host.uid === 0 ? ', as root' : ', rootless'}`);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no JSON is no answer, which the schema then says
  }
}
