import { type Check, fail, ok, skip } from '../finding.ts';
import { versionIn } from '../version.ts';

const DEVICES = ['nvidiactl', 'nvidia-uvm'];
/** PyTorch of the lock file brings CUDA 13, which wants this driver. Source: CUDA 13.0 release notes. */
const OLDEST_DRIVER = 580;

export const gpu: Check = {
  name: 'gpu',
  safety: false,
  needed: true,
  async look(host, plan) {
    if (plan.device !== 'cuda') return skip(`the track trains on ${plan.device}`);
    const ran = await host.run('nvidia-smi', [
      '--query-gpu=name,driver_version,memory.total',
      '--format=csv,noheader',
    ]);
    const driver =
      'Install the NVIDIA driver 580 or later: https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/';
    if (ran === null) return fail('nvidia-smi is not installed', driver);
    if (ran.status !== 0) return fail(`nvidia-smi fails: ${(ran.stderr || ran.stdout).trim()}`, driver);
    const cards = ran.stdout.trim().split('\n').filter(Boolean);
    const [name = '', version = '', memory = ''] = (cards[0] ?? '').split(/\s*,\s*/);
    const names = (await host.list('/dev')) ?? [];
    const missing = DEVICES.filter((device) => !names.includes(device));
    if (!names.some((device) => /^nvidia\d+$/.test(device))) missing.push('nvidia0');
    if (missing.length > 0) {
      return fail(
        `${name}: /dev lacks ${missing.join(', ')}`,
        'Load the modules and make the files: sudo nvidia-modprobe -u -c 0',
      );
    }
    const found = `${name}, ${memory}, driver ${version}${cards.length > 1 ? `, ${cards.length} cards (the first is used)` : ''}`;
    if ((versionIn(version)?.[0] ?? 0) < OLDEST_DRIVER) return fail(`${found}: too old for CUDA 13`, driver);
    const others = await host.run('nvidia-smi', ['--query-compute-apps=pid,name', '--format=csv,noheader']);
    const busy = others?.stdout.trim();
    if (busy)
      return fail(
        `${found}; in use by ${busy.split('\n').join('; ')}`,
        'End them: a run beside them counts for nothing, since they share the clock and the memory.',
      );
    return ok(found);
  },
};
