import type { Job } from '../../core/formats/job.ts';

/** How long a model takes on this machine. A model that trains in load() or between answers takes longer. */
export interface Pace {
  /** From the program's start to its first answer. */
  loadSeconds: number;
  /** For each row after those of the first answer. */
  rowSeconds: number;
}

export interface PaceLimits {
  loadSeconds: number;
  answersSeconds: number;
}

/** Times the incumbent's pace: room for a slower model, and for a machine that is busy today. */
const FACTOR = 3;
/** Starting Python and PyTorch on a busy machine, where the incumbent's time is not known. */
const STARTING_SECONDS = 15;

/** Bounds one pass over so many rows. */
export function paceLimits(job: Job, incumbent: Pace | null, rows: number): PaceLimits {
  const { loadSeconds, scoringSeconds } = job;
  if (!incumbent) return { loadSeconds: loadSeconds + STARTING_SECONDS, answersSeconds: scoringSeconds };
  return {
    loadSeconds: Math.max(loadSeconds, FACTOR * incumbent.loadSeconds),
    answersSeconds: Math.max(loadSeconds, FACTOR * incumbent.rowSeconds * rows),
  };
}
