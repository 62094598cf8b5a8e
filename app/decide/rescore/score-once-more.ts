import { reason } from '../../../core/formats/reasons.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { RunFacts } from '../../model/state.ts';
import { LENT } from '../../say/before-verdict.ts';
import { type Decided, saidOf } from '../answer/decided.ts';
import { dispatchAsked, queued, selfOf, turnAsked } from '../answer/underway.ts';
import type { Certificate } from '../rules/certificate/certify.ts';
import { allScoringsOf } from '../rules/certificate/scorings.ts';
import { orderOf } from '../rules/dispatch.ts';
import { type Place, placeAt, roomOf } from '../rules/owners.ts';
import type { PlacementInput } from '../rules/placing.ts';
import { turnOf } from '../rules/queue.ts';
import { carrierOf, type Experiment } from '../state/experiments.ts';
import { handedOf } from '../state/handed.ts';
import type { Settings } from '../state/settings.ts';
import { wordsOf } from '../state/words.ts';

/** A gain is scored again on another owner's machine before it becomes the record. */

/** Orders the scoring of a run's weights when it is this pull request's turn; otherwise it waits in the queue. */
export function scoreOnceMore(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment,
  certificate: Extract<Certificate, { kind: 'ask' }>,
  placement: PlacementInput,
): Decided {
  const self = selfOf(snapshot, experiment, 'measuring');
  const turn = turnOf(self, snapshot, settings, experiment.track);
  if (turn.places === 0)
    return {
      ...saidOf(experiment, queued(snapshot, settings, turn, true)),
      reasons: [turnAsked(turn)],
      rest: 'waiting for its turn',
    };
  const room = roomOf(placement, 'rescore');
  const owners = certificate.owners.filter((owner) => room(owner) > 0);
  if (owners.length === 0)
    return {
      ...saidOf(experiment, { code: 'waits-for-machine', reason: LENT.noneFree, owners: certificate.owners }),
      reasons: [turnAsked(turn), reason('placing', 'waits', 'machine', certificate.owners.join(', '))],
      rest: LENT.noneFree,
    };
  const { seed, nonce } = snapshot.fresh[0]!;
  const place = placeAt(placement, owners[seed % owners.length]!, 'rescore', nonce)!;
  const order = rescoreOrder(snapshot, settings, experiment, certificate.first, place);
  return {
    ...saidOf(experiment, { code: 'scoring-once-more' }),
    reasons: [turnAsked(turn), dispatchAsked([order])],
    dispatch: [order],
  };
}

/** The order to score a run's weights on a machine there. */
function rescoreOrder(
  snapshot: Snapshot,
  settings: Settings,
  experiment: Experiment,
  first: RunFacts,
  place: Place,
) {
  const fresh = snapshot.fresh[0]!;
  const ordinals = allScoringsOf(snapshot, experiment).map(({ key }) => key.ordinal);
  const wanted = {
    pull: snapshot.pull.number,
    ...headOf(snapshot, experiment),
    blob: experiment.blob,
    incumbent: settings.board.tracks[experiment.track]!.incumbent.blob,
    track: experiment.track,
    stage: 'rescore' as const,
    ordinal: Math.max(0, ...ordinals) + 1,
    attempt: 1,
    checkId: null,
    again: null,
    ...place,
    avoided: [],
    rescore: handedOf(first.scored!),
    words: wordsOf(snapshot.pull),
  };
  return orderOf(snapshot, settings.config.tracks[experiment.track]!, wanted, {
    ...fresh,
    seed: first.run.seed,
  });
}

function headOf({ pull }: Snapshot, experiment: Experiment) {
  const { oid, shared } = carrierOf(pull.heads, experiment);
  return { head: oid, shared };
}
