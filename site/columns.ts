import { VERDICTS } from '../core/formats/run.ts';
import type { Experiment } from './summary/experiments.ts';

/** Experiments by columns, some thousand a file: what the page draws all dots from. A full file never changes, nor its name. */

export const EACH = 4000;

export interface Columns {
  /** Numbers of pull requests. */
  pull: number[];
  /** Minutes since 1970, rising. */
  minute: number[];
  /** Millionths of a bit per byte; null where nothing was scored. */
  loss: (number | null)[];
  /** Index into the names of verdicts. */
  verdict: number[];
}

export function columnsOf(experiments: readonly Experiment[]): Columns[] {
  return Array.from({ length: Math.ceil(experiments.length / EACH) }, (_, n) => {
    const part = experiments.slice(n * EACH, (n + 1) * EACH);
    return {
      pull: part.map(({ pull }) => pull),
      minute: part.map(({ at }) => Math.floor(Date.parse(at) / 60_000)),
      loss: part.map(({ valBpb }) => (valBpb === null ? null : Math.round(valBpb * 1e6))),
      verdict: part.map(({ verdict }) => VERDICTS.indexOf(verdict)),
    };
  });
}
