import type { Person } from '../core/credits/badges.ts';
import { CommandError } from '../core/errors.ts';
import { CONFIG_PATH, parseConfig } from '../core/formats/config.ts';
import { LEADERBOARD_PATH, type Leaderboard, parseLeaderboard } from '../core/formats/leaderboard.ts';
import { LEDGER_PATH, type Ledger, parseLedger } from '../core/formats/ledger.ts';
import { type ExperimentResult, parseResult, resultPath } from '../core/formats/result.ts';
import { readPeople } from '../memory/badges/people.ts';
import { fileAt, git, resolveAll } from '../memory/clone/git.ts';
import { readEvents, type Told } from '../memory/events/read.ts';
import { fetchBlobs, readBlobs } from '../memory/index/blobs.ts';
import { shownWhole } from './summary/alone.ts';

/** All that the site is made from: what one commit says. Few results are read, so that 100,000 of them cost nothing. */
export interface Source extends Told {
  commit: string;
  /** When it was committed, ISO 8601. */
  at: string;
  /** Results of the experiments that are shown whole, by path. */
  results: ReadonlyMap<string, ExperimentResult>;
  /** Badges of people, of those who want some. */
  badged: Person[];
  /** What owners have earned; null where nothing was. */
  ledger: Ledger | null;
  board: Leaderboard;
  /** What the configuration says of the dashboard. */
  site: { url?: string | undefined; live?: string | undefined };
  /** The spread of one run that each track's configuration believes in; absent where one run decides. */
  sigmas: ReadonlyMap<string, number>;
}

/** @param commit any name that git knows. Throws where the commit has no leaderboard that can be read. */
export async function readSource(folder: string, commit: string): Promise<Source> {
  const [id, at] = (await git(folder, ['log', '-1', '--format=%H %cI', commit, '--'])).trim().split(' ');
  const board = parseLeaderboard(await fileAt(folder, id!, LEADERBOARD_PATH));
  if (!board.ok)
    throw new CommandError(board.problems.join('; '), `Name another commit, or restore ${LEADERBOARD_PATH}.`);
  const config = parseConfig(await fileAt(folder, id!, CONFIG_PATH));
  const tracks = config.ok ? Object.entries(config.value.tracks) : [];
  const happened = await readEvents(folder, id!);
  const { results, unread } = await resultsAt(folder, id!, shownWhole(happened.events).map(resultPath));
  const { people, broken } = await readPeople(folder, id!, board.value, happened.events);
  const ledger = ledgerIn(await fileAt(folder, id!, LEDGER_PATH));
  return {
    commit: id!,
    at: new Date(at!).toISOString(),
    ...happened,
    results,
    badged: people,
    ledger: ledger.value,
    broken: [...happened.broken, ...unread, ...ledger.problems, ...broken],
    board: board.value,
    site: (config.ok && config.value.site) || {},
    sigmas: new Map(tracks.flatMap(([name, { sigma }]) => (sigma === undefined ? [] : [[name, sigma]]))),
  };
}

/** One that is not there, as in a copy of the events alone, is no problem: its page says so. */
async function resultsAt(folder: string, commit: string, paths: string[]) {
  const results = new Map<string, ExperimentResult>();
  const unread: string[] = [];
  if (paths.length === 0) return { results, unread };
  const found = await resolveAll(
    folder,
    paths.map((path) => `${commit}:${path}`),
  );
  const files = paths.flatMap((path, i) => (found[i] ? [{ path, oid: found[i] }] : []));
  const oids = files.map(({ oid }) => oid);
  await fetchBlobs(folder, oids);
  let i = 0;
  for await (const blob of readBlobs(folder, oids)) {
    const { path } = files[i++]!;
    const parsed = parseResult(blob);
    if (parsed.kind === 'record') results.set(path, parsed.result);
    else unread.push(`${path}: ${parsed.problem}`);
  }
  return { results, unread };
}

function ledgerIn(text: string | null): { value: Ledger | null; problems: string[] } {
  if (text === null) return { value: null, problems: [] };
  const parsed = parseLedger(text);
  return parsed.ok ? { value: parsed.value, problems: [] } : { value: null, problems: parsed.problems };
}
