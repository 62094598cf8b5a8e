import type { Event } from '../formats/events.ts';
import { NO_OWNER } from '../owner.ts';

/** What people did, as far as badges count it: from the events, in one pass. */

export interface Deeds {
  /** In order, as `results/events` has them. */
  events: readonly Event[];
  /** Owners whose machines stood against one that was found to be an outlier, from the results of such audits. */
  found: readonly (Deed & { owners: string[] })[];
  /** `#` and GitHub's number by login in lower case, where it is known. Who has no entry is `@` and the login. */
  accounts: ReadonlyMap<string, string>;
  /** Logins in lower case of people who want no badges. */
  without: ReadonlySet<string>;
}

/** An experiment as events name it: `blob` is the first 12 digits. */
interface Experiment {
  pull: number;
  blob: string;
  track: string;
}

/** One thing that counts, and the experiment that shows it. */
export interface Deed extends Experiment {
  at: string;
}

export type Kind =
  /** Runs of other people's experiments that its machines measured. */
  | 'runs'
  /** The first of them in each hour of the day. */
  | 'hours'
  /** Runs that were repeated elsewhere, and agreed. */
  | 'agreed'
  /** Records that its machines confirmed. */
  | 'confirmed'
  /** Outliers that its machines helped to find. */
  | 'found'
  /** Records of its pull requests. */
  | 'records'
  /** Records of others that stand on its experiments. */
  | 'shoulders'
  /** Its failures that others built on. */
  | 'negatives';

export interface Life {
  login: string;
  /** In order. */
  did: Record<Kind, Deed[]>;
}

type Result = Extract<Event, { kind: 'result' }>;

/** People that must name a failure before it counts as read. */
const READERS = 3;

/** By account, in the order in which they were first seen. */
export function livesOf({ events, found, accounts }: Deeds): Map<string, Life> {
  const lives = new Map<string, Life>();
  const seen = new Set<string>();
  const accountOf = (login: string) => accounts.get(login.toLowerCase()) ?? `@${login.toLowerCase()}`;
  /** @param once what counts a single time for an account; left out: every time counts */
  const add = (login: string, kind: Kind, { at, pull, blob, track }: Deed, once?: string) => {
    const account = accountOf(login);
    const key = `${account} ${kind} ${once}`;
    if (login === NO_OWNER || (once !== undefined && seen.has(key))) return;
    seen.add(key);
    const life = lives.get(account) ?? { login, did: nothing() };
    lives.set(account, { ...life, login });
    life.did[kind].push({ at, pull, blob, track });
  };

  const { latest, ofPull } = index(events);
  const holders = new Map<string, Result>();
  const readers = new Map<number, Set<string>>();

  const measured = (result: Result) => {
    for (const [, owner, , outcome] of result.runs) {
      if (outcome !== 'scored' || accountOf(owner) === accountOf(result.author)) continue;
      add(owner, 'runs', result);
      add(owner, 'hours', result, result.at.slice(11, 13));
    }
    for (const pull of new Set(result.buildsOn)) {
      const failed = failureIn(ofPull.get(pull) ?? []);
      if (!failed || accountOf(failed.author) === accountOf(result.author)) continue;
      const by = readers.get(pull) ?? new Set();
      readers.set(pull, by.add(accountOf(result.author)));
      if (by.size >= READERS) add(failed.author, 'negatives', { ...failed, at: result.at }, keyOf(failed));
    }
  };

  const tookRecord = (result: Result, at: string) => {
    const deed = { ...result, at };
    const before = holders.get(result.track);
    holders.set(result.track, result);
    add(result.author, 'records', deed, keyOf(result));
    for (const [stage, owner, , outcome] of result.runs)
      if (stage === 'confirm' && outcome === 'scored') add(owner, 'confirmed', deed, keyOf(result));
    const below = [before, ...result.buildsOn.map((pull) => ofPull.get(pull)?.[0])];
    for (const one of below)
      if (one && accountOf(one.author) !== accountOf(result.author))
        add(one.author, 'shoulders', deed, keyOf(result));
  };

  /** What was found out since counts: a record that fell is none. */
  const stands = (name: Experiment | undefined) => {
    const result = name && latest.get(keyOf(name));
    return result?.verdict === 'improved' ? result : null;
  };

  for (const event of events)
    switch (event.kind) {
      case 'result':
        if (latest.get(keyOf(event)) === event) measured(event);
        break;
      case 'audit': {
        const run = latest.get(keyOf(event))?.runs.find(([, , machine]) => machine === event.machine);
        if (run && event.outcome === 'agreed') add(run[1], 'agreed', event);
        break;
      }
      case 'certified':
        for (const pull of event.pulls) {
          const link = stands(ofPull.get(pull)?.findLast(({ track }) => track === event.track));
          if (link) add(link.author, 'records', { ...link, at: event.at }, keyOf(link));
        }
        break;
      case 'record': {
        const result = event.pull === null ? null : stands({ ...event, pull: event.pull });
        if (result) tookRecord(result, event.at);
        break;
      }
    }
  for (const { owners, ...deed } of found) for (const owner of new Set(owners)) add(owner, 'found', deed);
  return lives;
}

function nothing(): Life['did'] {
  return {
    ...{ runs: [], hours: [], agreed: [], confirmed: [] },
    ...{ found: [], records: [], shoulders: [], negatives: [] },
  };
}

/** The latest event of each result takes the place of the earlier ones. */
function index(events: readonly Event[]) {
  const latest = new Map<string, Result>();
  for (const event of events) if (event.kind === 'result') latest.set(keyOf(event), event);
  return { latest, ofPull: Map.groupBy(latest.values(), ({ pull }) => pull) };
}

function failureIn(results: Result[]): Result | null {
  if (results.some(({ verdict }) => verdict === 'improved' || verdict === 'adopted')) return null;
  return results.find(({ verdict }) => verdict !== 'duplicate') ?? null;
}

function keyOf({ pull, blob, track }: Experiment): string {
  return `${track} ${pull} ${blob}`;
}
