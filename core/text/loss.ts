import type { RunResult } from '../formats/run.ts';

/** Losses as people read them: bits per byte. */

export function meanBpb(runs: RunResult[]): number {
  const values = runs.flatMap((run) => run.valBpb ?? []);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function bpb(value: number): string {
  return value.toFixed(4);
}

export function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
}
