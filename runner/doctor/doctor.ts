import { apparmor } from './checks/apparmor.ts';
import { bubblewrap } from './checks/bubblewrap.ts';
import { cache } from './checks/cache.ts';
import { cardMemory, hardware } from './checks/card.ts';
import { cgroups } from './checks/cgroups.ts';
import { clock } from './checks/clock.ts';
import { compiler } from './checks/compiler.ts';
import { confinement } from './checks/confinement.ts';
import { containerRuntime } from './checks/container-runtime.ts';
import { containers } from './checks/containers.ts';
import { data } from './checks/data.ts';
import { disk } from './checks/disk.ts';
import { gpu } from './checks/gpu.ts';
import { gpuToolkit } from './checks/gpu-toolkit.ts';
import { kernel } from './checks/kernel.ts';
import { memory } from './checks/memory.ts';
import { python } from './checks/python.ts';
import { seccomp } from './checks/seccomp.ts';
import { user } from './checks/user.ts';
import { userNamespaces } from './checks/user-namespaces.ts';
import { workFolder } from './checks/work-folder.ts';
import type { Check, Finding } from './finding.ts';
import type { Host } from './host.ts';
import type { Plan } from './plan.ts';

/** In the order in which a reader fixes things: who, kernel, sandbox, containers, card, room, time, what is installed. */
const CHECKS: Check[] = [
  ...[user, kernel, userNamespaces, apparmor, bubblewrap, confinement, seccomp, cgroups],
  ...[
    containers,
    containerRuntime,
    gpu,
    gpuToolkit,
    hardware,
    cardMemory,
    compiler,
    disk,
    workFolder,
    memory,
  ],
  ...[clock, cache, python, data],
];

/** Every check of a machine for a plan, in order. */
export function diagnose(host: Host, plan: Plan): Promise<Finding[]> {
  return examine(CHECKS, host, plan);
}

/**
 * Called before a stranger's code runs. It runs the safety checks, and those without which every file would crash.
 * @returns each problem with what to do; null when there is none
 */
export async function refuseToStart(host: Host, plan: Plan): Promise<string | null> {
  const unsafe = await failures(({ safety }) => safety, host, plan);
  if (unsafe !== null) return `This machine is not safe to measure on. ${unsafe}`;
  const unfit = await cannotMeasure(host, plan);
  return unfit === null ? null : `This machine cannot measure. ${unfit}`;
}

/** Problems that would make every run of the plan fail on this machine, each with what to do. Null when none is known. */
export function cannotMeasure(host: Host, plan: Plan): Promise<string | null> {
  return failures(({ needed }) => needed === true, host, plan);
}

async function failures(which: (check: Check) => boolean, host: Host, plan: Plan): Promise<string | null> {
  const findings = await examine(CHECKS.filter(which), host, plan);
  const failed = findings.filter(({ status }) => status === 'fail');
  if (failed.length === 0) return null;
  return failed.map(({ name, found, remedy }) => `${name}: ${found}. To do: ${remedy}`).join(' | ');
}

/** Whether a safety check failed. */
export function isUnsafe(findings: Finding[]): boolean {
  return findings.some(({ safety, status }) => safety && status === 'fail');
}

function examine(checks: Check[], host: Host, plan: Plan): Promise<Finding[]> {
  return Promise.all(
    checks.map(async ({ name, safety, look }) => ({ name, ...(await look(host, plan)), safety })),
  );
}
