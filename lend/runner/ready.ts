import { clock } from '../../runner/doctor/checks/clock.ts';
import { disk } from '../../runner/doctor/checks/disk.ts';
import { refuseToStart } from '../../runner/doctor/doctor.ts';
import type { Host } from '../../runner/doctor/host.ts';
import type { Plan } from '../../runner/doctor/plan.ts';

/**
 * Why this machine cannot take a job now: what the doctor refuses (a driver too old, a sandbox that does not hold), too little disk, a
 * clock that is off by GitHub's, a card in other programs' hands. Null when it can.
 * @param plan of a track, with GitHub's API to compare the clock with
 */
export async function cannotTakeJob(host: Host, plan: Plan): Promise<string | null> {
  const refused = await refuseToStart(host, plan);
  if (refused !== null) return refused;
  for (const check of [disk, clock]) {
    const { status, found, remedy } = await check.look(host, plan);
    if (status === 'fail') return `${check.name}: ${found}. To do: ${remedy}`;
  }
  return plan.device === 'cuda' ? await takenBy(host) : null;
}

async function takenBy(host: Host): Promise<string | null> {
  const query = ['--query-compute-apps=pid,process_name', '--format=csv,noheader'];
  const ran = await host.run('nvidia-smi', query);
  const programs = ran?.stdout.trim().split('\n').filter(Boolean) ?? [];
  if (programs.length === 0) return null;
  return `The card is in use by ${programs.join('; ')}. To do: end them, or wait until they end.`;
}
