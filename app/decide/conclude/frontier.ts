import { LINK_TITLE } from '../../../core/formats/frontier.ts';
import { frontierIn } from '../../../core/formats/leaderboard.ts';
import { type ExperimentResult, GAIN_WITHDRAWN } from '../../../core/formats/result.ts';
import { tipOf } from '../../../core/rules/frontier/chain.ts';
import { composedEstimate } from '../../../core/rules/frontier/composition.ts';
import { plain } from '../../../core/text/harmless/github.ts';
import { pullNames } from '../../../core/text/plural.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Change } from '../results/commit.ts';
import type { FrontierChange } from '../results/frontier.ts';
import { groundsOf } from '../rules/frontier/grounds.ts';
import type { Guess } from '../rules/frontier/judgement.ts';
import { isReady } from '../rules/progress.ts';
import type { Judgement } from '../rules/verdict.ts';
import type { Experiment } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';
import { mayBring } from './branch.ts';

/** What a verdict means for the frontier of its track. */

/** What is withdrawn is not adopted. A gain over an older file is put onto the newest one; where that cannot be, it says why. */
export function guessed(
  snapshot: Snapshot,
  { board }: Settings,
  { track }: Experiment,
  judgement: Judgement,
): Judgement {
  const kind = judgement.guess?.kind ?? 'reject';
  if (kind === 'reject') return judgement;
  const not = (code: string, text: string): Judgement => ({
    ...judgement,
    verdict: 'inconclusive',
    reason: { code, text: `${judgement.reason.text.split(';')[0]}; ${text}` },
    guess: { ...judgement.guess!, kind: 'reject' } as Guess,
  });
  if (!isReady(snapshot))
    return not(GAIN_WITHDRAWN, 'the pull request was withdrawn before that was decided');
  if (kind === 'adopt') return judgement;
  const on = snapshot.composed[track];
  if (!on) return not('not-composed', 'the file that it was changed from cannot be read any more');
  const { chain } = frontierIn(board, track);
  const since = chain.slice(chain.findIndex((link) => link.blob === on.base) + 1).map(({ pull }) => pull);
  const names = pullNames(since) || 'others';
  if (on.kind === 'conflict')
    return {
      ...not('conflict', `${names}, adopted since, changed the same lines`),
      conflict: { onto: on.onto, since, places: on.conflicts },
    };
  if (on.problems.length > 0)
    return not(
      'composed-unreadable',
      `with what was adopted since, the file is not one that can be measured: ${on.problems.join('; ')}`,
    );
  if (on.blob === on.onto) return not('contained', `what it changes is on the frontier already (${names})`);
  return judgement;
}

/** Beside the result: what is known now, and what is adopted, put onto another file, or given up. */
export function frontierChanges(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment,
  judgement: Judgement,
  result: ExperimentResult,
  before: ExperimentResult | null,
): Change[] {
  const { track, composition } = experiment;
  const { guess } = judgement;
  const dropped: FrontierChange[] = composition ? [{ kind: 'dropped', blob: composition.blob }] : [];
  const changes = (list: FrontierChange[]) =>
    list.map((change): Change => ({ kind: 'frontier', track, change }));
  if (!guess) return changes(dropped);
  const { seen, base } = guess;
  const judged: FrontierChange = { kind: 'judged', author: result.author, seen, base };
  // A composition says of its change what its first measurement said already: the track learns from that alone.
  const learned: FrontierChange[] = composition || before ? [{ kind: 'known', ...base }] : [judged];
  if (guess.kind === 'adopt')
    return changes([
      ...learned,
      {
        kind: 'adopted',
        link: {
          pull: result.pull,
          author: result.author,
          title: plain(result.authorText.title, LINK_TITLE),
          blob: result.blob,
          from: composition && composition.from !== result.blob ? composition.from : null,
          head: experiment.head,
          brings: mayBring(snapshot.pull),
          base: base.file,
          gain: Math.max(0, seen.gain),
          estimate: guess.candidate,
          at: snapshot.now,
          tried: false,
        },
      },
    ]);
  const onto = guess.kind === 'compose' ? compositionOf(snapshot, settings, experiment, guess) : [];
  return changes([...learned, ...dropped, ...onto]);
}

function compositionOf(
  { composed, pull }: Snapshot,
  { board, config }: Settings,
  { track, blob, head, composition }: Experiment,
  { seen }: Guess,
): FrontierChange[] {
  const on = composed[track];
  if (on?.kind !== 'file') return [];
  const { frontier, calibration } = groundsOf(board.tracks[track]!, config.tracks[track]!.sigma!);
  return [
    {
      kind: 'composed',
      composition: {
        pull: pull.number,
        blob: on.blob,
        from: composition?.from ?? blob,
        head,
        onto: on.onto,
        estimate: composedEstimate(tipOf(frontier).estimate, seen, calibration.sigma),
        seen: { gain: seen.gain, deviation: seen.deviation },
        dropped: false,
      },
    },
  ];
}
