import type { Config } from '../../../core/formats/config.ts';
import type { TrackStanding } from '../../../core/formats/leaderboard.ts';
import type { Audit, ExperimentResult } from '../../../core/formats/result.ts';
import type { Verdict } from '../../../core/formats/run.ts';
import { own } from '../../../core/names.ts';
import { wantsAudit } from '../../../core/rules/audits/audit.ts';
import type { Fresh } from '../../model/snapshot.ts';

/**
 * Which runs of a decided experiment are measured again elsewhere. Drawn when all of its reports are in, so that no machine can
 * behave for the audited ones.
 * @param result with the runs that count, and those of this experiment that repeat another's loss: these are always audited
 * @param before the track as it was before this experiment
 * @param owners those who could repeat a run, its own owner among them; the author's machines confirm nothing here
 */
export function drawAudits(o: {
  result: Pick<ExperimentResult, 'runs' | 'distribution' | 'author'> & { verdict?: Verdict };
  before: TrackStanding;
  owners: string[];
  fresh: Fresh[];
  audits: Config['audits'];
}): Audit[] {
  const { result, before, owners, fresh, audits } = o;
  if (audits?.share === 0 && audits['probation-jobs'] === 0) return [];
  const measurers = new Set(result.runs.flatMap((run) => (run.discounted === undefined ? run.owner : [])));
  const loneRefusal = result.verdict !== undefined && result.verdict !== 'improved' && measurers.size === 1;
  const finished = new Map<string, number>();
  const colours = [...(result.distribution?.colours ?? [])];
  return result.runs.flatMap((run, i): Audit[] => {
    const jobs = (finished.get(run.machine) ?? own(before.machines, run.machine)?.jobs ?? 0) + 1;
    finished.set(run.machine, jobs);
    const repeats = run.discounted !== undefined;
    const colour = run.valBpb === null || repeats ? 'none' : (colours.shift() ?? 'none');
    const others = owners.filter((owner) => owner !== run.owner && owner !== result.author.toLowerCase());
    if (others.length === 0) return [];
    const drawn = wantsAudit({
      jobs,
      owners: owners.length,
      draw: uniform(fresh, i),
      loneRefusal,
      ...(audits && { probationJobs: audits['probation-jobs'], leastShare: audits.share }),
    });
    const why = repeats ? 'equal' : (drawn ?? (colour === 'none' ? null : 'colour'));
    return why === null ? [] : [{ of: run.runId, why, runs: [], outcome: 'open', outlier: null }];
  });
}

/** An unpublished number in [0, 1): 32 bits of a nonce that no dispatch uses. */
export function uniform(fresh: Fresh[], i: number): number {
  const { nonce } = fresh[i % fresh.length]!;
  const from = 8 * (Math.floor(i / fresh.length) % 4);
  return Number.parseInt(nonce.slice(from, from + 8), 16) / 2 ** 32;
}
