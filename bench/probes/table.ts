import type { Cheat } from './cheats.ts';

export interface Result {
  cheat: Cheat;
  /** Smallest gain caught with 99 %, bpb: by the probes of one run, and by those of a merge. */
  oneRun: number;
  merge: number;
}

export interface Bound {
  gainCaughtOneRun: number;
  gainCaughtMerge: number;
}

/** The worst of the cheats that the threat model holds. */
export function boundOf(results: Result[]): Bound {
  const inside = results.filter(({ cheat }) => cheat.beyond === undefined);
  return {
    gainCaughtOneRun: round(Math.max(...inside.map(({ oneRun }) => oneRun))),
    gainCaughtMerge: round(Math.max(...inside.map(({ merge }) => merge))),
  };
}

export const HEADING = 'one run   merge     kind           cheat';

export function line({ cheat, oneRun, merge }: Result): string {
  const beyond = cheat.beyond === undefined ? '' : ` (beyond the bound: ${cheat.beyond})`;
  return `${oneRun.toFixed(5)}   ${merge.toFixed(5)}   ${cheat.kind.padEnd(13)}  ${cheat.name}${beyond}`;
}

function round(bpb: number): number {
  return Number(bpb.toFixed(6));
}
