import type { Hardware } from '../../core/formats/hardware.ts';
import type { Job } from '../../core/formats/job.ts';
import type { SandboxKind } from '../sandbox/sandbox.ts';

/** What the machine must be able to do. */
export interface Plan {
  sandbox: SandboxKind;
  device: Job['device'];
  /** Data set of the track, e.g. `pysource`. */
  dataset: string;
  /** Main memory a job of the track may use. */
  memoryMiB: number;
  /** Minor version of Python the track asks for. */
  python?: string | undefined;
  /** What the track asks of the machine. */
  hardware?: Hardware | undefined;
  /** Root of the checkout. */
  repository: string;
  /** Folder of data sets, Python environments and reference claims. */
  cache: string;
  /** A server whose clock is compared with ours, e.g. GitHub's API; null to leave that out. */
  api: string | null;
}

/** The plan for a job. Nothing is asked of a server. */
export function planFor(
  { device, dataset, memoryMiB, python, hardware }: Job,
  { sandbox, repository, cache }: Pick<Plan, 'sandbox' | 'repository' | 'cache'>,
): Plan {
  return { sandbox, device, dataset, memoryMiB, python, hardware, repository, cache, api: null };
}

export const usesContainers = ({ sandbox }: Plan): boolean => sandbox === 'docker' || sandbox === 'podman';
