import type { ExperimentResult } from '../../../core/formats/result.ts';
import { ownerOf } from '../../../core/owner.ts';
import { is, machineTrust } from '../../../core/rules/audits/machines.ts';
import type { Order } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { allScoringsOf } from '../rules/certificate/scorings.ts';
import { orderOf } from '../rules/dispatch.ts';
import { knownOn } from '../rules/lent/capacity.ts';
import { knownOwners, type Place, placeAt, roomOf } from '../rules/owners.ts';
import { sparePlaces } from '../rules/queue.ts';
import { endsOf, nextAttempt, pastOf } from '../state/ends.ts';
import { handedOf, isKept } from '../state/handed.ts';
import type { Settings } from '../state/settings.ts';
import { type Inquiry, repeatsOf, stageOf } from './inquiry.ts';

/** Who repeats a run, and when: machines of other owners, in places that no open pull request wants. */

/**
 * A machine of an owner who has not measured this run, a trusted one if there is any; `busy` where none of them is free, null when no
 * owner may, or too much was tried.
 * @param taken machines that have got another repeat just now
 */
export function auditorFor(
  snapshot: Snapshot,
  settings: Settings,
  result: ExperimentResult,
  { audit, audited, first, repeats, broken, tries }: Inquiry,
  taken: string[],
): Place | 'busy' | null {
  if (audit.why === 'scoring' && !(first && isKept(first, snapshot.now))) return null;
  const { board, config } = settings;
  if (tries >= config.limits.attempts + repeats.length) return null;
  if (!snapshot.pull.heads.some((head) => head.oid === result.head)) return null;
  const standing = board.tracks[result.track]!;
  const tried = broken.flatMap(({ run }) =>
    [run.memory.target ?? [], endsOf(run).map(({ machine }) => ownerOf(machine))].flat(),
  );
  const barred = [audited.owner, result.author.toLowerCase(), ...repeats.map((run) => run.owner)];
  const runs = snapshot.pull.heads.flatMap((head) => head.runs);
  const known = knownOn(snapshot, settings, result.track, runs);
  const lent = { ...known, taken: [...known.taken, ...taken] };
  const stage = stageOf(audit);
  const all = knownOwners(lent, stage).filter((owner) => !barred.includes(owner));
  if (all.length === 0) return null;
  const room = roomOf(lent, stage);
  const owners = all.filter((owner) => room(owner) > 0);
  if (owners.length === 0) return 'busy';
  const trusted = owners.filter((owner) =>
    Object.entries(standing.machines).some(
      ([name, one]) => one.owner === owner && machineTrust(name, one, snapshot.now, config) === 'trusted',
    ),
  );
  const untried = (list: string[]) => list.filter((owner) => !tried.includes(owner));
  const choice = [untried(trusted), untried(owners), owners].find((list) => list.length > 0) ?? [];
  const owner = choice[(snapshot.fresh[0]?.seed ?? 0) % choice.length]!;
  return placeAt(lent, owner, stage, snapshot.fresh[taken.length]?.nonce ?? '')!;
}

/** An audit that wants a repeat, and where that may go. */
export interface Placed {
  inquiry: Inquiry;
  place: Place | 'busy' | null;
}

/** Dispatches for as many free places as no pull request wants; earlier experiments' audits come first. */
export function ordersFor(
  snapshot: Snapshot,
  { board, config }: Settings,
  result: ExperimentResult,
  placed: Placed[],
  all: Inquiry[],
): { inquiry: Inquiry; order: Order }[] {
  const rules = config.tracks[result.track]!;
  const { audits, incumbent } = board.tracks[result.track]!;
  const before = Math.max(0, audits.findIndex(is(result)));
  const flying = all.reduce((sum, one) => sum + one.flying.length, 0);
  const places = sparePlaces(snapshot.queue, { config }, result.track) - before - flying;
  const files = [result.blob, incumbent.blob];
  const scorings = files.flatMap((blob) => allScoringsOf(snapshot, { ...result, blob }));
  const numbered = [...repeatsOf(snapshot, result), ...scorings];
  let ordinal = Math.max(0, ...numbered.map(({ key }) => key.ordinal));
  return placed
    .flatMap(({ inquiry, place }) => (place && place !== 'busy' ? [{ inquiry, place }] : []))
    .slice(0, Math.max(0, Math.min(places, snapshot.fresh.length)))
    .map(({ inquiry, place }, i) => {
      const { audit, audited, first, broken } = inquiry;
      const again = broken[0];
      ordinal += again ? 0 : 1;
      const wanted = {
        pull: result.pull,
        head: result.head,
        shared: snapshot.pull.heads.some((head) => head.oid === result.head && head.shared),
        blob: first?.blob ?? result.blob,
        incumbent: incumbent.blob,
        track: result.track,
        stage: stageOf(audit),
        ordinal: again?.run.key.ordinal ?? ordinal,
        attempt: again ? nextAttempt(again.run) : 1,
        checkId: again?.run.check.id ?? null,
        again: again?.why ?? null,
        ...place,
        avoided: again?.run.memory.target ? [...again.run.memory.avoided, again.run.memory.target] : [],
        ...(again && pastOf(again.run)),
        audits: audited.runId,
        ...(first?.scored && { rescore: handedOf(first.scored) }),
        words: null, // the result has them
      };
      // The same seed: what the file makes of its seed must not look like a lie of the machine.
      const order = orderOf(snapshot, rules, wanted, { ...snapshot.fresh[i]!, seed: audited.seed });
      return { inquiry, order };
    });
}
