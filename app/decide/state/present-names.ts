import type { Leaderboard, TrackStanding } from '../../../core/formats/leaderboard.ts';
import { type ExperimentResult, runsIn } from '../../../core/formats/result.ts';
import { namedMap } from '../../../core/names.ts';
import { heardOf } from '../../model/heard.ts';
import type { HeadState, RunState, World } from '../../model/snapshot.ts';

/**
 * Owners of lent machines by the login that they have today. GitHub's number says who an owner is; a login may change, and another person
 * may take it then. Everything a decision compares is read with present names, so that a renamed owner is one owner, with the standing
 * of the machines, and nobody gets that of another. Results keep the names that they were written with.
 */

type Names = ReadonlyMap<number, string>;
/** A run, or how one ended. */
type OnMachine = { machine: string; ownerId?: number | undefined };

/** Present logins by number. What is said last counts; who has lost a login to another is called by number, as nobody can be at GitHub. */
function namesOf(said: (readonly [id: number, login: string])[]): Names {
  const present = new Map(said);
  const holder = new Map(said.map(([id, login]) => [login, id]));
  return new Map([...present].map(([id, login]) => [id, holder.get(login) === id ? login : `${id}_`]));
}

/** @param runs in any order @param author of the pull request, with the number where GitHub says it */
function saidIn(
  { lent }: Pick<World, 'lent'>,
  board: Leaderboard,
  heads: HeadState[],
  author: { id: number; login: string } | null,
): (readonly [number, string])[] {
  const machines = Object.values(board.tracks).flatMap(({ machines, runs }) => [
    ...Object.values(machines).map(({ owner, ownerId, lastSeen }) => ({ owner, ownerId, at: lastSeen })),
    ...runs,
  ]);
  const runs = heads.flatMap((head) => head.runs.flatMap((run) => heardOf(run)?.run ?? []));
  const known = [...machines, ...runs].sort((a, b) => a.at.localeCompare(b.at));
  return [
    ...known.flatMap(({ owner, ownerId }) => (ownerId === undefined ? [] : [[ownerId, owner] as const])),
    ...lent.map(({ owner }) => [owner.id, owner.login.toLowerCase()] as const),
    ...(author ? [[author.id, author.login.toLowerCase()] as const] : []),
  ];
}

/** A machine's part of its name stays. */
function machineBy(login: string, machine: string): string {
  return `${login}${machine.slice(machine.indexOf('.'))}`;
}

function named<T extends OnMachine>(names: Names, one: T): T {
  const login = one.ownerId === undefined ? undefined : names.get(one.ownerId);
  if (login === undefined) return one;
  return { ...one, machine: machineBy(login, one.machine), ...('owner' in one && { owner: login }) };
}

function standingBy(names: Names, standing: TrackStanding): TrackStanding {
  const machines = Object.entries(standing.machines).map(([machine, state]) => {
    const { machine: name, ...present } = named(names, { ...state, machine });
    return { before: machine, name, present };
  });
  const renamed = new Map(machines.map(({ before, name }) => [before, name]));
  return {
    ...standing,
    runs: standing.runs.map((run) => runBy(names, run)),
    others: standing.others.map((file) => file.map((run) => named(names, run))),
    machines: namedMap(Object.fromEntries(machines.map(({ name, present }) => [name, present]))),
    reconsider: standing.reconsider.map((one) => ({
      ...one,
      machine: renamed.get(one.machine) ?? one.machine,
    })),
  };
}

type Run = ExperimentResult['runs'][number];

function runBy(names: Names, run: Run): Run {
  const ends = run.ends?.map((end) => named(names, end));
  return named(names, { ...run, ...(ends && { ends }) });
}

function stateBy(names: Names, run: RunState): RunState {
  const { memory, finding } = run;
  const ends = memory.ends?.map((end) => named(names, end));
  const lent = memory.lent && lentBy(names, memory.lent);
  const facts = memory.facts && { ...memory.facts, run: runBy(names, memory.facts.run) };
  const heard = finding.kind === 'report' && { ...finding.facts, run: runBy(names, finding.facts.run) };
  return {
    ...run,
    memory: { ...memory, facts, ...(ends && { ends }), ...(lent && { lent }) },
    finding: heard ? { kind: 'report', facts: heard } : finding,
  };
}

type LentTo = NonNullable<RunState['memory']['lent']>;

function lentBy(names: Names, lent: LentTo): LentTo {
  const owner = names.get(lent.ownerId) ?? lent.owner;
  return { ...lent, owner, name: machineBy(owner, lent.name) };
}

function resultBy(names: Names, result: ExperimentResult): ExperimentResult {
  const present = withEachRun(result, (run) => runBy(names, run));
  const outlierOf = (machine: string | null) =>
    [...result.runs, ...result.audits.flatMap(({ runs }) => runs)]
      .filter((run) => run.machine === machine)
      .map((run) => named(names, run).machine)[0] ?? machine;
  const audits = present.audits.map((one) => ({ ...one, outlier: outlierOf(one.outlier) }));
  return { ...present, audits };
}

function withEachRun(result: ExperimentResult, change: (run: Run) => Run): ExperimentResult {
  const changed = <T extends { runs: Run[] }>(one: T): T => ({ ...one, runs: one.runs.map(change) });
  const { audits, rescores } = result;
  return { ...changed(result), audits: audits.map(changed), rescores: rescores.map(changed) };
}

/** What may be read of a subject. */
interface Read extends World {
  pull?: { author: string; authorId?: number | null; heads: HeadState[] };
  carrier?: HeadState | null;
  results?: { blob: string; result: ExperimentResult }[];
  links?: ExperimentResult[];
}

/** A snapshot with present names. Unchanged where nothing is lent. */
export function withPresentNames<S extends Read>(snapshot: S): S {
  const { main, pull, carrier, results, links, lent } = snapshot;
  if (!main.leaderboard.ok) return snapshot;
  const board = main.leaderboard.value;
  const heads = pull?.heads ?? (carrier ? [carrier] : []);
  const author = pull?.authorId ? { id: pull.authorId, login: pull.author } : null;
  const names = namesOf(saidIn(snapshot, board, heads, author));
  if (names.size === 0) return snapshot;
  const head = (one: HeadState): HeadState => ({ ...one, runs: one.runs.map((run) => stateBy(names, run)) });
  const tracks = Object.entries(board.tracks).map(([track, one]) => [track, standingBy(names, one)]);
  const value: Leaderboard = { ...board, tracks: namedMap(Object.fromEntries(tracks)) };
  return {
    ...snapshot,
    main: { ...main, leaderboard: { ok: true, value } },
    lent: lent.map((machine) => {
      const login = names.get(machine.owner.id)!;
      return { ...machine, owner: { ...machine.owner, login }, name: machineBy(login, machine.name) };
    }),
    ...(pull && { pull: { ...pull, heads: pull.heads.map(head) } }),
    ...(carrier && { carrier: head(carrier) }),
    ...(results && { results: results.map((one) => ({ ...one, result: resultBy(names, one.result) })) }),
    ...(links && { links: links.map((one) => resultBy(names, one)) }),
    recorded: recordedIn([...(results ?? []).map(({ result }) => result), ...(links ?? [])]),
  };
}

/** By workflow run, the names that results have. */
function recordedIn(results: ExperimentResult[]): World['recorded'] {
  const runs = results.flatMap(runsIn).filter(({ ownerId }) => ownerId !== undefined);
  return new Map(runs.map(({ runId, owner, machine }) => [runId, { owner, machine }]));
}

/** A result as it is written: runs that main has already keep the names that they have there. */
export function asRecorded(
  { recorded }: Pick<World, 'recorded'>,
  result: ExperimentResult,
): ExperimentResult {
  if (!recorded || recorded.size === 0) return result;
  const written = withEachRun(result, (run) => ({ ...run, ...recorded.get(run.runId) }));
  const ids = runsIn(result);
  const outlierOf = (name: string | null) => {
    const its = ids.find(({ machine, runId }) => machine === name && recorded.has(runId));
    return its ? recorded.get(its.runId)!.machine : name;
  };
  return { ...written, audits: written.audits.map((one) => ({ ...one, outlier: outlierOf(one.outlier) })) };
}
