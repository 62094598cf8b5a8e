import { NOT_BEST_LABEL } from '../../../core/formats/labels.ts';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { own } from '../../../core/names.ts';
import { TRAIN_PATH } from '../../../core/rules/eligibility.ts';
import { commitLine } from '../../../core/text/harmless/github.ts';
import { bpb } from '../../../core/text/loss.ts';
import type { Effect } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { tracksAsked } from '../../model/tracks.ts';
import { paragraphs } from '../../say/before-verdict.ts';
import { howBack } from '../../say/verdict.ts';
import { answerOf } from '../answer/answer.ts';
import type { Outcome } from '../results/outcome.ts';
import { ask, type Settings } from '../state/settings.ts';

/** A person may merge a worse file by hand: then main is not the best until a pull request brings the best back. */

/** Maintainers are informed once, in an issue. */
export function notTheBest(
  { main, pull }: Snapshot,
  { config, board }: Settings,
  parts: { result: ExperimentResult; consequence: Outcome['consequence'] }[],
): Effect[] {
  const best = own(board.tracks, config.primary)?.incumbent;
  const isWorse = parts.some(
    ({ result, consequence }) =>
      consequence === 'hand-merged' && result.track === config.primary && result.blob === main.train?.oid,
  );
  if (!best || !isWorse || main.train?.oid === best.blob) return [];
  const body = paragraphs(
    `#${pull.number} was merged by a person before its verdict, and it did not beat the best of \`${config.primary}\`. So \`${TRAIN_PATH}\` on \`${main.branch}\` is not the file that the leaderboard calls the best (${best.pull === null ? 'the first one' : `#${best.pull}`}, val_bpb ${bpb(best.valBpb)}, blob \`${best.blob}\`).`,
    howBack(best.blob),
    'Close this issue afterwards.',
  );
  return [{ kind: 'alarm', title: `main is not the best of ${config.primary}`, body, label: NOT_BEST_LABEL }];
}

/** A pull request that carries the best file while main has another one is adopted without a run: that file is measured. Null for any other. */
export function bringBack(snapshot: Snapshot, settings: Settings): Effect[] | null {
  const { config, board } = settings;
  const { main, pull } = snapshot;
  const { primary } = config;
  const best = own(board.tracks, primary)?.incumbent;
  const blob = pull.file?.oid;
  if (
    !best ||
    blob !== best.blob ||
    main.train?.oid === blob ||
    tracksAsked(pull, primary).some((track) => track !== primary)
  )
    return null;
  ask(
    settings,
    'best-is-back',
    'decided',
    'best-is-back',
    `blob ${blob.slice(0, 12)} is the best of ${primary}`,
  );
  const answer = answerOf(snapshot, {
    decision: {
      code: 'best-is-back',
      track: primary,
      pull: best.pull,
      blob,
      valBpb: best.valBpb,
      merge: config.merge,
    },
    blob,
    track: primary,
    reasons: settings.reasons,
  });
  const whose = best.pull === null ? 'the first file' : `#${best.pull}`;
  if (!config.merge) return [{ kind: 'answer', ...answer }];
  const message = {
    headline: `back: the best file of ${primary} (#${pull.number}), val_bpb ${bpb(best.valBpb)}`,
    body: commitLine(`Main had another file, merged by hand; this is the one of ${whose}.`, 200),
  };
  const { oid: base, tree } = main;
  const measured = { path: TRAIN_PATH, blob };
  return [
    { kind: 'merge', base, tree, head: null, message, files: [], measured },
    { kind: 'answer', ...answer },
  ];
}
