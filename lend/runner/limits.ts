/** How long a job may take for what, in milliseconds. */
export interface Limits {
  /** Until GitHub gives the job to its runner. */
  take: number;
  /** From its start to its end; the workflow's own limit is as long. */
  job: number;
  /** Once the owner is back: until the client kills the sandboxes that runner/ has not killed itself. It has looked twice by then. */
  ask: number;
  /** Until no process of a sandbox lives. What lives on is killed with the whole job. */
  leave: number;
  /** How much of a scoring that has begun the owner waits for. */
  scoring: number;
  /** For the small report that a job hands over once its sandbox is gone. */
  handOver: number;
  /** A clock that jumps so far means that the machine slept. */
  sleep: number;
  /** Until GitHub says how a run ended. */
  conclusion: number;
}

export const LIMITS: Limits = {
  take: 120_000,
  job: 180 * 60_000,
  ask: 250,
  leave: 800,
  scoring: 60_000,
  handOver: 60_000,
  sleep: 30_000,
  conclusion: 20_000,
};
