import { type FrontierState, NO_FRONTIER } from '../../../../core/formats/frontier.ts';
import type { TrackStanding } from '../../../../core/formats/leaderboard.ts';
import type { RunResult } from '../../../../core/formats/run.ts';
import type { Rules } from '../../../../core/rules/acceptance/acceptance.ts';
import { type MeasuredRun, PRIOR_DEGREES, reportedRuns } from '../../../../core/rules/acceptance/rule.ts';
import { type Calibration, calibrate, corrected } from '../../../../core/rules/frontier/calibration.ts';
import type { Frontier } from '../../../../core/rules/frontier/chain.ts';
import { type Estimate, estimateOf } from '../../../../core/rules/frontier/estimate.ts';
import type { CandidateRun } from '../../../../core/rules/frontier/judge.ts';

/** What a track knows of its frontier, as the rules take it. */
export interface Grounds {
  state: FrontierState;
  frontier: Frontier;
  calibration: Calibration;
  /** Files that held the record before, with their losses. */
  history: TrackStanding['history'];
}

export type FrontierStanding = Pick<TrackStanding, 'incumbent' | 'history' | 'runs' | 'others' | 'frontier'>;

/** @param sigma of the track's configuration */
export function groundsOf(standing: FrontierStanding, sigma: number): Grounds {
  const state = standing.frontier ?? NO_FRONTIER;
  const calibration = calibrate([reportedRuns(standing.runs), ...standing.others], {
    sigma,
    degrees: PRIOR_DEGREES,
  });
  const file = standing.incumbent.blob;
  const known = knownIn(state, file);
  const losses = correctedRuns(standing.runs, calibration).map((run) => run.loss);
  // All of its runs may be an outlier's: then what the record says is as good as one run.
  const estimate = estimateOf(losses.length > 0 ? losses : [standing.incumbent.valBpb], calibration.sigma);
  const main = { file, estimate: known ?? estimate };
  const chain = state.chain.map((link) => ({ ...link, file: link.blob }));
  const compositions = state.compositions.map((one) => ({ ...one, file: one.blob }));
  return { state, calibration, history: standing.history, frontier: { main, chain, compositions } };
}

/** Whether small gains go onto a frontier here. */
export function hasFrontier(rules: Pick<Rules, 'sigma' | 'frontier'> | undefined): boolean {
  return rules?.sigma !== undefined && rules.frontier === true;
}

/** What is known of a file that candidates may have been begun from; null for any other. */
export function estimateIn(
  { frontier, state, calibration, history }: Grounds,
  file: string,
): Estimate | null {
  if (file === frontier.main.file) return frontier.main.estimate;
  const here = [...frontier.chain, ...frontier.compositions].find((one) => one.file === file);
  const record = history.find(({ blob }) => blob === file);
  return (
    here?.estimate ?? knownIn(state, file) ?? (record ? estimateOf([record.valBpb], calibration.sigma) : null)
  );
}

function knownIn({ known }: FrontierState, file: string): Estimate | null {
  return known.findLast(({ blob }) => blob === file)?.estimate ?? null;
}

/** Scored runs, corrected for their machines. */
export function correctedRuns(runs: readonly RunResult[], calibration: Calibration): CandidateRun[] {
  return reportedRuns(runs).map((run: MeasuredRun) => corrected(run, calibration));
}
