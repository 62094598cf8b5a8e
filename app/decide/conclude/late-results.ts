import type { ExperimentResult } from '../../../core/formats/result.ts';
import type { CheckWrite } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { GIVEN_UP } from '../../say/run-check.ts';
import type { Decided } from '../answer/decided.ts';
import { runsAt } from '../rules/dispatch.ts';
import { experimentsOf, givenUp } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';

/** Check runs that no verdict waits for any more. */

/** What is learned from runs whose verdict is already committed: the bot may have died between the commit and this. */
export function collectedLate({ pull }: Snapshot, results: ExperimentResult[]): CheckWrite[] {
  return experimentsOf(pull.heads)
    .filter(
      (one) =>
        one.of !== 'audit' &&
        results.some(
          ({ track, blob }) => one.track === track && (one.blob === blob || one.of === 'incumbent'),
        ),
    )
    .flatMap((one) => one.updates);
}

/** Runs on a track that is no longer configured can have no verdict: they are given up, and the pull request goes on without them. */
export function giveUpUnconfigured({ pull }: Snapshot, { config }: Settings): Decided | null {
  const gone = experimentsOf(pull.heads).filter(
    (one) =>
      !Object.hasOwn(config.tracks, one.track) && (one.blob === pull.file?.oid || one.of === 'incumbent'),
  );
  const runs = gone.flatMap((one) => [...one.pending, ...one.broken.map(({ run }) => run)]);
  const collected = gone.flatMap((one) => one.updates).filter((write) => write.status === 'completed');
  if (runs.length + collected.length === 0) return null;
  const checks = runs.map((run) => givenUp(run, GIVEN_UP.noTrack(run.key.track)));
  return { reasons: [], cancel: runsAt(runs), checks: [...collected, ...checks], again: true };
}
