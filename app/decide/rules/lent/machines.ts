import type { MachineState, TrackStanding } from '../../../../core/formats/leaderboard.ts';
import { STALE_MINUTES } from '../../../../core/formats/lending/availability.ts';
import type { Accepts } from '../../../../core/formats/lending/machine-file.ts';
import { own } from '../../../../core/names.ts';
import { exploresAlone } from '../../../../core/rules/audits/lately.ts';
import { isNamed, type MachineRules, machineTrust } from '../../../../core/rules/audits/machines.ts';
import type { LentMachine } from '../../../model/lent.ts';
import type { RunState, World } from '../../../model/snapshot.ts';
import type { RunKey } from '../../../model/state.ts';
import { accepts } from './accepts.ts';

/** Machines that owners lend from repositories of their own: which may have a run, which are there, and which one gets it. */

/** A machine that was not heard of for so long is waited for no more. */
const HEARD_WITHIN_DAYS = 7;
/** A machine that failed so many jobs one after the other gets none of its own, until it finishes one that is anybody's. */
export const FAULTS = 3;

type Stage = RunKey['stage'];

export interface Lent {
  track: string;
  /** Those that lend to the track. */
  lent: LentMachine[];
  /** What kind of work it is; `commons` where it is left out. */
  kind?: Accepts;
  /** Names of those that have a run. */
  taken: string[];
  standing: Pick<TrackStanding, 'machines'> | undefined;
  /** ISO 8601. */
  now: string;
  machineRules: MachineRules;
}

/** What a snapshot says of the machines that lend to a track. @param own runs of the subject itself, as they stand now */
export function lentOn(
  { lent, queue, now }: Pick<World, 'lent' | 'queue' | 'now'>,
  track: string,
  own: RunState[] = [],
): Pick<Lent, 'track' | 'lent' | 'taken' | 'now'> {
  const nonces = new Set(own.map(({ key }) => key.nonce));
  const others = queue.flatMap(({ running }) => running).filter(({ nonce }) => !nonces.has(nonce));
  const isOut = ({ check, finding }: RunState) =>
    check.status === 'in_progress' && (finding.kind === 'pending' || finding.kind === 'found');
  const taken = [...others, ...own.filter(isOut).map(({ key }) => key)].flatMap((key) => key.lent ?? []);
  return { track, lent: lent.filter(({ tracks }) => tracks.includes(track)), taken, now };
}

export function lenderOf({ owner }: LentMachine): string {
  return owner.login.toLowerCase();
}

/** What is known of it; nothing where somebody else had a machine of its name. */
function standingOf({ standing }: Pick<Lent, 'standing'>, machine: LentMachine): MachineState | undefined {
  const known = own(standing?.machines, machine.name);
  return known?.ownerId === machine.owner.id ? known : undefined;
}

/** Who is found to lie lends nothing more, under whatever name. */
function isBlocked(given: Lent, { owner, name }: LentMachine): boolean {
  const isBad = ([of, one]: [string, MachineState]) =>
    machineTrust(of, one, given.now, given.machineRules) === 'blocked';
  if (isNamed(given.machineRules.blocked, name, owner.id)) return true;
  const known = Object.entries(given.standing?.machines ?? {});
  return known.some((one) => one[1].ownerId === owner.id && isBad(one));
}

function isBroken(given: Lent, machine: LentMachine): boolean {
  return (standingOf(given, machine)?.faults ?? 0) >= FAULTS;
}

/** Whether runs of the stage may go there by name. */
function mayHave(given: Lent, machine: LentMachine, stage: Stage): boolean {
  const known = standingOf(given, machine);
  if (!accepts(machine, given.kind ?? 'commons') || isBlocked(given, machine)) return false;
  return stage === 'explore' || known === undefined || !exploresAlone(known);
}

function heardWithin({ now }: Pick<Lent, 'now'>, at: string | undefined, minutes: number): boolean {
  return at !== undefined && Math.abs(Date.parse(now) - Date.parse(at)) < minutes * 60_000;
}

/** Whether its client says that it takes jobs, now or after the one in hand. */
export function isThere(given: Pick<Lent, 'now' | 'track'>, { availability }: LentMachine): boolean {
  return (
    availability !== null &&
    availability.status !== 'away' &&
    availability.tracks.includes(given.track) &&
    heardWithin(given, availability.at, STALE_MINUTES)
  );
}

function isFree(given: Lent, machine: LentMachine): boolean {
  const { availability, out, name } = machine;
  return (
    isThere(given, machine) &&
    availability?.status === 'free' &&
    out.length === 0 &&
    !given.taken.includes(name)
  );
}

/** Machines that may have runs of the stage by name, those that are away among them while they were heard of lately. */
export function lentFor(given: Lent, stage: Stage, days = HEARD_WITHIN_DAYS): LentMachine[] {
  const isHeard = (machine: LentMachine) =>
    [machine.availability?.at, standingOf(given, machine)?.lastSeen].some((at) =>
      heardWithin(given, at, days * 1440),
    );
  return given.lent.filter(
    (machine) => mayHave(given, machine, stage) && !isBroken(given, machine) && isHeard(machine),
  );
}

/** Those of them that have no run. */
export function freeFor(given: Lent, stage: Stage): LentMachine[] {
  return lentFor(given, stage).filter((machine) => isFree(given, machine));
}

/** Free machines for a run that is anybody's: the sound ones, and where there are none those that failed, since so they show that they work again. */
export function freeForAnybody(given: Lent, stage: Stage): LentMachine[] {
  const sound = freeFor(given, stage);
  if (sound.length > 0) return sound;
  return given.lent.filter((machine) => mayHave(given, machine, stage) && isFree(given, machine));
}

/**
 * One of machines that are alike, by randomness that nobody could know before: the order's nonce. Its owner is drawn first, since anybody
 * can make as many repositories as they like.
 */
export function drawn(machines: readonly LentMachine[], nonce: string): LentMachine | undefined {
  const owner = oneOf([...new Set(machines.map((machine) => machine.owner.id))], nonce.slice(0, 8));
  return oneOf(
    machines.filter((machine) => machine.owner.id === owner),
    nonce.slice(8, 16),
  );
}

/** @param bits in hex */
function oneOf<T>(list: readonly T[], bits: string): T | undefined {
  return list[Number.parseInt(bits, 16) % Math.max(1, list.length)];
}
