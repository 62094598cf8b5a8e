import type { ExperimentResult } from '../../../core/formats/result.ts';
import { is, machineTrust } from '../../../core/rules/audits/machines.ts';
import type { Order } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { orderOf } from '../rules/dispatch.ts';
import { knownOwners } from '../rules/placing.ts';
import { sparePlaces } from '../rules/queue.ts';
import { failuresOf } from '../state/experiments.ts';
import type { Settings } from '../state/settings.ts';
import { type Inquiry, repeatsOf } from './inquiry.ts';

/** Who repeats a run, and when: machines of other owners, in places that no open pull request wants. */

/** An owner who has not measured this run, whose machine is trusted if any is; null when no owner may, or too much was tried. */
export function auditorFor(
  snapshot: Snapshot,
  { board, config }: Settings,
  result: ExperimentResult,
  { audited, repeats, broken, tries }: Inquiry,
): string | null {
  if (tries >= config.limits.attempts + repeats.length) return null;
  if (!snapshot.pull.heads.some((head) => head.oid === result.head)) return null;
  const standing = board.tracks[result.track]!;
  const tried = broken.flatMap(({ run }) => run.memory.target ?? []);
  const barred = [audited.owner, result.author.toLowerCase(), ...repeats.map((run) => run.owner)];
  const owners = knownOwners({
    rules: config.tracks[result.track]!,
    standing,
    facts: [],
    now: snapshot.now,
    machineRules: config,
  }).filter((owner) => !barred.includes(owner));
  const trusted = owners.filter((owner) =>
    Object.entries(standing.machines).some(
      ([name, one]) => one.owner === owner && machineTrust(name, one, snapshot.now, config) === 'trusted',
    ),
  );
  const untried = (list: string[]) => list.filter((owner) => !tried.includes(owner));
  const choice = [untried(trusted), untried(owners), owners].find((list) => list.length > 0) ?? [];
  return choice[(snapshot.fresh[0]?.seed ?? 0) % choice.length] ?? null;
}

/** Dispatches for as many free places as no pull request wants; earlier experiments' audits come first. */
export function ordersFor(
  snapshot: Snapshot,
  { board, config }: Settings,
  result: ExperimentResult,
  placed: { inquiry: Inquiry; owner: string | null }[],
  all: Inquiry[],
): Order[] {
  const rules = config.tracks[result.track]!;
  const { audits, incumbent } = board.tracks[result.track]!;
  const before = Math.max(0, audits.findIndex(is(result)));
  const flying = all.reduce((sum, one) => sum + one.flying.length, 0);
  const places = sparePlaces(snapshot.queue, config, result.track) - before - flying;
  let ordinal = Math.max(0, ...repeatsOf(snapshot, result).map(({ key }) => key.ordinal));
  return placed
    .filter((one): one is { inquiry: Inquiry; owner: string } => one.owner !== null)
    .slice(0, Math.max(0, Math.min(places, snapshot.fresh.length)))
    .map(({ inquiry: { audited, broken }, owner }, i) => {
      const again = broken[0];
      ordinal += again ? 0 : 1;
      const wanted = {
        pull: result.pull,
        head: result.head,
        shared: snapshot.pull.heads.some((head) => head.oid === result.head && head.shared),
        blob: result.blob,
        incumbent: incumbent.blob,
        track: result.track,
        stage: 'audit' as const,
        ordinal: again?.run.key.ordinal ?? ordinal,
        attempt: (again?.run.key.attempt ?? 0) + 1,
        checkId: again?.run.check.id ?? null,
        again: again?.why ?? null,
        target: owner,
        avoided: again?.run.memory.target ? [...again.run.memory.avoided, again.run.memory.target] : [],
        ...(again && { failedOn: failuresOf(again.run) }),
        audits: audited.runId,
        words: null, // the result has them
      };
      // The same seed: what the file makes of its seed must not look like a lie of the machine.
      return orderOf(snapshot, rules, wanted, { ...snapshot.fresh[i]!, seed: audited.seed });
    });
}
