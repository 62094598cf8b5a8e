import { NOT_BEST_LABEL } from '../../../core/formats/labels.ts';
import { reason } from '../../../core/formats/reasons.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { own } from '../../../core/names.ts';
import { TRAIN_PATH } from '../../../core/rules/eligibility.ts';
import type { Alarm } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { tracksAsked } from '../../model/tracks.ts';
import { mainIsNotTheBest } from '../../say/best-is-back.ts';
import type { Decided } from '../answer/decided.ts';
import type { Outcome } from '../results/outcome.ts';
import type { Settings } from '../state/settings.ts';

/** A person may merge a worse file by hand: then main is not the best until a pull request brings the best back. */

/** Maintainers are informed once, in an issue. */
export function notTheBest(
  { main, pull }: Snapshot,
  { config, board }: Settings,
  parts: { result: ExperimentResult; consequence: Outcome['consequence'] }[],
): Alarm[] {
  const { primary } = config;
  const best = own(board.tracks, primary)?.incumbent;
  const isWorse = parts.some(
    ({ result, consequence }) =>
      consequence === 'hand-merged' && result.track === primary && result.blob === main.train?.oid,
  );
  if (!best || !isWorse || main.train?.oid === best.blob) return [];
  return [
    {
      ...mainIsNotTheBest({ pull: pull.number, branch: main.branch, track: primary, best }),
      label: NOT_BEST_LABEL,
    },
  ];
}

/** A pull request that carries the best file while main has another one is adopted without a run: that file is measured. Null for any other. */
export function bringBack({ main, pull }: Snapshot, { config, board }: Settings): Decided | null {
  const { primary, merge } = config;
  const best = own(board.tracks, primary)?.incumbent;
  const blob = pull.file?.oid;
  if (
    !best ||
    blob !== best.blob ||
    main.train?.oid === blob ||
    tracksAsked(pull, primary).some((track) => track !== primary)
  )
    return null;
  const { pull: of, valBpb } = best;
  const saw = `blob ${blob.slice(0, 12)} is the best of ${primary}`;
  return {
    says: {
      decision: { code: 'best-is-back', track: primary, pull: of, blob, valBpb, merge },
      blob,
      track: primary,
    },
    reasons: [reason('best-is-back', 'decided', 'best-is-back', saw)],
    commit: merge
      ? {
          changes: [{ kind: 'best-is-back', track: primary, of, pull: pull.number, valBpb }],
          measured: { path: TRAIN_PATH, blob },
        }
      : null,
  };
}
