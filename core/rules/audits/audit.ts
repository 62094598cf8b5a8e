import { DAY_MS } from '../../calendar.ts';

/**
 * Auditing owners: some jobs are measured again on another owner's machine, so that a machine that flatters its friends, or is
 * merely broken, is found. Which jobs is drawn after the report arrived, so that no machine can behave for the audited ones.
 */

/** When a run is repeated elsewhere, and what its repeat says of a machine. */
export const AUDIT = {
  /** Every one of a machine's first jobs is repeated: its probation. */
  probationJobs: 10,
  /** Afterwards at least this share, and never less than 1 / owners: the fewer they are, the more each one weighs. */
  leastShare: 0.1,
  /** Of refusals that rest on one owner's machines at least this share: nothing else would ask a second owner. */
  loneRefusalShare: 0.25,
  /** Two runs of one file further apart than this many sigma * sqrt(2) disagree. */
  sigmas: 3.5,
  /** Outliers in files of so many authors within the window block a machine: no single author can have it blocked. */
  strikes: 2,
  windowDays: 30,
} as const;

/**
 * Why a finished job is to be repeated elsewhere, rejections included; null when it is not.
 * @param jobs how many jobs the machine finished since it began or went back to probation, this one included
 * @param owners owners of the track's machines
 * @param draw uniform in [0, 1), drawn by the referee after the report arrived
 * @param loneRefusal the experiment was refused on machines of this owner alone
 * @param leastShare 0: nothing is repeated after the first jobs
 */
export function wantsAudit(o: {
  jobs: number;
  owners: number;
  draw: number;
  probationJobs?: number;
  leastShare?: number;
  loneRefusal?: boolean;
}): 'probation' | 'share' | null {
  if (o.jobs <= (o.probationJobs ?? AUDIT.probationJobs)) return 'probation';
  const least = o.leastShare ?? AUDIT.leastShare;
  const alone = o.loneRefusal ? AUDIT.loneRefusalShare : 0;
  return least > 0 && o.draw < Math.max(1 / o.owners, least, alone) ? 'share' : null;
}

/**
 * Whether the weights of a run are scored again elsewhere.
 * @param draw the same as of `wantsAudit`, whose lower end calls for a repeat
 * @param share of the runs
 */
export function wantsScoring(draw: number, share: number): boolean {
  return draw >= 1 - share;
}

/** One owner's run of the audited file; null where it gave no loss, since a machine may also break what others can run. */
export interface AuditedRun {
  owner: string;
  machine: string;
  valBpb: number | null;
}

/** Whether two runs of one file are too far apart for noise. Losses and sigma in bits per byte, machines' offsets removed. */
function disagree(a: AuditedRun, b: AuditedRun, sigma: number): boolean {
  if (a.valBpb === null || b.valBpb === null) return a.valBpb !== b.valBpb;
  return Math.abs(a.valBpb - b.valBpb) > AUDIT.sigmas * sigma * Math.SQRT2;
}

export type AuditOutcome =
  | { kind: 'agreed' }
  /** Two disagree: a run by neither of these owners decides which. */
  | { kind: 'call-third'; notOwners: string[] }
  /** This run is invalid; verdicts that used the machine since its last agreement are to be reconsidered. */
  | { kind: 'outlier'; run: AuditedRun }
  /** No two of three agree: the file itself is unsteady, and no machine is to blame. */
  | { kind: 'unsettled' };

/** Settles an audit from its runs, the audited one first; each of another owner. */
export function settle(runs: readonly AuditedRun[], sigma: number): AuditOutcome {
  const [first, second, third] = runs;
  if (!first || !second) throw new RangeError(`an audit compares two or three runs, got ${runs.length}`);
  if (new Set(runs.map((run) => run.owner)).size < runs.length) {
    throw new RangeError("an audit compares runs of different owners: an owner can't vouch for themselves");
  }
  const apart = (a: AuditedRun, b: AuditedRun) => disagree(a, b, sigma);
  if (!apart(first, second)) return { kind: 'agreed' };
  if (!third) return { kind: 'call-third', notOwners: [first.owner, second.owner] };
  if (apart(first, third) && apart(second, third)) return { kind: 'unsettled' };
  if (apart(first, third)) return { kind: 'outlier', run: first };
  if (apart(second, third)) return { kind: 'outlier', run: second };
  // Between the two and near both: wide noise, not a lie.
  return { kind: 'agreed' };
}

export type MachineTrust = 'probation' | 'trusted' | 'blocked';

/**
 * Where a machine stands.
 * @param jobs jobs finished since its last outlier, or ever
 * @param outliers when it was found to be an outlier, milliseconds since 1970, and whose file that was
 * @param forgivenAt when an appeal was granted: what came before counts no more; null for none
 */
export function trustOf(o: {
  jobs: number;
  outliers: readonly { at: number; author: string }[];
  forgivenAt: number | null;
  now: number;
  probationJobs?: number;
}): MachineTrust {
  const authors = new Set(lately(o).map(({ author }) => author));
  if (authors.size >= AUDIT.strikes) return 'blocked';
  return o.jobs < (o.probationJobs ?? AUDIT.probationJobs) ? 'probation' : 'trusted';
}

/** Outliers within the window, and since the machine was last forgiven. */
function lately(o: Pick<Parameters<typeof trustOf>[0], 'outliers' | 'forgivenAt' | 'now'>) {
  const since = Math.max(o.now - AUDIT.windowDays * DAY_MS, o.forgivenAt ?? 0);
  return o.outliers.filter(({ at }) => at > since);
}

/**
 * Found out twice in files of one author alone: a friend is flattered, or files are made to look bad on this machine. Which it
 * is not visible in any number, so a person is called.
 */
export function isSuspicious(
  o: Pick<Parameters<typeof trustOf>[0], 'outliers' | 'forgivenAt' | 'now'>,
): boolean {
  const strikes = lately(o);
  return strikes.length >= AUDIT.strikes && new Set(strikes.map(({ author }) => author)).size < AUDIT.strikes;
}
