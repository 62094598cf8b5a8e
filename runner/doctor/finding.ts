import type { Host } from './host.ts';
import type { Plan } from './plan.ts';

export type Status = 'ok' | 'warn' | 'fail' | 'skip';

/** What one check saw, and what to do about it. */
export interface Finding {
  name: string;
  status: Status;
  found: string;
  /** What to do; null when nothing is to be done. */
  remedy: string | null;
  /** A failure of this check lets a stranger's code out: no runner starts then. */
  safety: boolean;
}

export interface Check {
  name: string;
  safety: boolean;
  /** Where it fails every run does, whatever the file: nothing is measured then. */
  needed?: true;
  look(host: Host, plan: Plan): Promise<Seen>;
}

export type Seen = Pick<Finding, 'status' | 'found' | 'remedy'>;

export const ok = (found: string): Seen => ({ status: 'ok', found, remedy: null });
export const skip = (found: string): Seen => ({ status: 'skip', found, remedy: null });
export const warn = (found: string, remedy: string): Seen => ({ status: 'warn', found, remedy });
export const fail = (found: string, remedy: string): Seen => ({ status: 'fail', found, remedy });
