import type { Host } from './host.ts';
import type { Plan } from './plan.ts';

export type Status = 'ok' | 'warn' | 'fail' | 'skip';

/** What one check found, and what to do about it. */
export interface Finding {
  name: string;
  status: Status;
  found: string;
  /** What to do; null when there is nothing to do. */
  remedy: string | null;
  /** If this check fails, a stranger's code could get out, so no runner starts. */
  safety: boolean;
}

export interface Check {
  name: string;
  safety: boolean;
  /** If this check fails, every run fails, whatever the file. Nothing is measured then. */
  needed?: true;
  look(host: Host, plan: Plan): Promise<Seen>;
}

export type Seen = Pick<Finding, 'status' | 'found' | 'remedy'>;

export const ok = (found: string): Seen => ({ status: 'ok', found, remedy: null });
export const skip = (found: string): Seen => ({ status: 'skip', found, remedy: null });
export const warn = (found: string, remedy: string): Seen => ({ status: 'warn', found, remedy });
export const fail = (found: string, remedy: string): Seen => ({ status: 'fail', found, remedy });
