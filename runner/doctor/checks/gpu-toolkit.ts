import { type Check, fail, ok, skip, warn } from '../finding.ts';
import { usesContainers } from '../plan.ts';
import { atLeast, versionIn } from '../version.ts';

/** Ways out of a container through the toolkit, and the version that fixes each. Source: NVIDIA's security bulletins. */
const KNOWN = [
  { cve: 'CVE-2024-0132', fixedIn: [1, 16, 2] },
  { cve: 'CVE-2025-23359', fixedIn: [1, 17, 4] },
  { cve: 'CVE-2025-23266', fixedIn: [1, 17, 8] },
];
const REMEDY =
  'Update nvidia-container-toolkit to the newest release, at least 1.17.8, and see https://www.nvidia.com/en-us/security/';

/** The NVIDIA container toolkit, whose hooks run as root outside when a container asks for a GPU. */
export const gpuToolkit: Check = {
  name: 'gpu-toolkit',
  safety: true,
  async look(host, plan) {
    const used = usesContainers(plan) && plan.device === 'cuda';
    const ran =
      (await host.run('nvidia-ctk', ['--version'])) ??
      (await host.run('nvidia-container-cli', ['--version']));
    if (ran === null)
      return used
        ? fail('the NVIDIA container toolkit is not installed', REMEDY)
        : skip('not installed, and not needed');
    const version = versionIn(ran.stdout);
    if (!version) return warn(`its version cannot be read: ${ran.stdout.trim()}`, REMEDY);
    const holes = KNOWN.filter(({ fixedIn }) => !atLeast(version, fixedIn)).map(({ cve }) => cve);
    const found = `${version.join('.')}${holes.length > 0 ? ` has ${holes.join(', ')}` : ''}`;
    if (holes.length === 0) return ok(found);
    return used ? fail(found, REMEDY) : warn(`${found} (not used by the sandbox ${plan.sandbox})`, REMEDY);
  },
};
