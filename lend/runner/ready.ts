import { diagnose } from '../../runner/doctor/doctor.ts';
import type { Finding } from '../../runner/doctor/finding.ts';
import type { Host } from '../../runner/doctor/host.ts';
import type { Plan } from '../../runner/doctor/plan.ts';

/** A job brings these with it: they need not be there before. */
const PREPARED = new Set(['python', 'data']);

/** What keeps this machine from measuring: a driver too old, a sandbox that does not hold, too little disk, a clock that is off. */
export async function problemsOf(host: Host, plan: Plan): Promise<Finding[]> {
  const findings = await diagnose(host, plan);
  return findings.filter(({ name, status }) => status === 'fail' && !PREPARED.has(name));
}

/**
 * Why this machine cannot take a job now: its problems, or a card in other programs' hands. Null when it can.
 * @param plan of a track, with GitHub's API to compare the clock with
 */
export async function cannotTakeJob(host: Host, plan: Plan): Promise<string | null> {
  const problems = await problemsOf(host, plan);
  if (problems.length > 0)
    return problems.map(({ name, found, remedy }) => `${name}: ${found}. To do: ${remedy}`).join(' | ');
  return plan.device === 'cuda' ? await takenBy(host) : null;
}

async function takenBy(host: Host): Promise<string | null> {
  const query = ['--query-compute-apps=pid,process_name', '--format=csv,noheader'];
  const ran = await host.run('nvidia-smi', query);
  const programs = ran?.stdout.trim().split('\n').filter(Boolean) ?? [];
  if (programs.length === 0) return null;
  return `The card is in use by ${programs.join('; ')}. To do: end them, or wait until they end.`;
}
