import { badgesOf, type Person } from '../../core/credits/badges.ts';
import type { Deed } from '../../core/credits/deeds.ts';
import { standingOf } from '../../core/credits/tokens.ts';
import { CONFIG_PATH, parseConfig } from '../../core/formats/config.ts';
import type { Event } from '../../core/formats/events.ts';
import type { Leaderboard } from '../../core/formats/leaderboard.ts';
import { parseResult, resultPath, runsIn } from '../../core/formats/result.ts';
import { parseToken, TOKENS, type Token } from '../../core/formats/token.ts';
import { fileAt, listing, resolveAll } from '../clone/git.ts';
import { fetchBlobs, fetchMissing, readBlobs } from '../index/blobs.ts';
import { ledgerAt } from '../ledger/at.ts';

/** A record's token, and whether the record still counts as one. */
export interface Held extends Token {
  standing: ReturnType<typeof standingOf>;
}

export interface People {
  people: Person[];
  tokens: Held[];
  /** Tokens that cannot be read, each with the reason. They are left out. */
  broken: string[];
}

/** Badges and tokens of one commit. @param events of the same commit */
export async function readPeople(
  folder: string,
  commit: string,
  board: Leaderboard,
  events: readonly Event[],
): Promise<People> {
  const { tokens, broken } = await tokensAt(folder, commit);
  const config = parseConfig(await fileAt(folder, commit, CONFIG_PATH));
  const without = config.ok ? (config.value['no-badges'] ?? []) : [];
  const people = badgesOf({
    events,
    found: await findersIn(folder, commit, events),
    accounts: await accountsAt(folder, commit, board, tokens),
    without: new Set(without.map((login) => login.toLowerCase())),
  });
  const results = new Map(events.flatMap((one) => (one.kind === 'result' ? [[resultPath(one), one]] : [])));
  const held = tokens.map((token) => ({
    ...token,
    standing: standingOf((token.record !== null && results.get(token.record)) || null),
  }));
  return { people, tokens: held, broken };
}

async function tokensAt(folder: string, commit: string): Promise<{ tokens: Token[]; broken: string[] }> {
  await fetchMissing(folder, null, commit, TOKENS);
  const files = [...(await listing(folder, commit, TOKENS))];
  const tokens: Token[] = [];
  const broken: string[] = [];
  let i = 0;
  for await (const blob of readBlobs(
    folder,
    files.map(([, oid]) => oid),
  )) {
    const parsed = parseToken(files[i++]![0], blob?.toString('utf8') ?? '');
    if (parsed.ok) tokens.push(parsed.value);
    else broken.push(...parsed.problems);
  }
  tokens.sort((a, b) => (a.track === b.track ? a.number - b.number : a.track < b.track ? -1 : 1));
  return { tokens, broken };
}

/** Only results with such an audit are read: they are few. */
async function findersIn(
  folder: string,
  commit: string,
  events: readonly Event[],
): Promise<(Deed & { owners: string[] })[]> {
  const settled = events.flatMap((one) => (one.kind === 'audit' && one.outlier !== null ? [one] : []));
  const audited = [...new Map(settled.map((one) => [resultPath(one), one])).entries()];
  if (audited.length === 0) return [];
  const names = audited.map(([path]) => `${commit}:${path}`);
  // All in one request: git alone would ask for each that a partial clone left out.
  await fetchBlobs(
    folder,
    (await resolveAll(folder, names)).filter((oid) => oid !== null),
  );
  const found: (Deed & { owners: string[] })[] = [];
  let i = 0;
  for await (const blob of readBlobs(folder, names)) {
    const { at, pull, blob: file, track } = audited[i++]![1];
    const parsed = parseResult(blob);
    if (parsed.kind !== 'record') continue;
    const all = runsIn(parsed.result);
    for (const { of, why, runs, outlier } of parsed.result.audits) {
      if (outlier === null) continue;
      const audited = all.find(({ runId }) => runId === of);
      const loser = all.find(({ machine }) => machine === outlier)?.owner;
      // A scoring that is refused is an opinion, a repeat without a loss is none.
      const said = [
        ...(audited ? [audited] : []),
        ...runs.filter((run) => why === 'scoring' || run.valBpb !== null),
      ];
      const owners = said.filter(({ owner }) => owner !== loser);
      found.push({ at, pull, blob: file, track, owners: owners.map(({ owner }) => owner) });
    }
  }
  return found;
}

/** What main says of GitHub's numbers; the latest login of an account is last. */
async function accountsAt(
  folder: string,
  commit: string,
  board: Leaderboard,
  tokens: Token[],
): Promise<Map<string, string>> {
  const ledger = await ledgerAt(folder, commit);
  const machines = Object.values(board.tracks).flatMap((track) => Object.values(track.machines));
  return new Map([
    ...tokens.flatMap(({ author, owners }) =>
      [...(author ? [author] : []), ...owners].flatMap(({ login, id }) => numbered(login, id)),
    ),
    ...machines.flatMap(({ owner, ownerId }) => numbered(owner, ownerId)),
    ...(ledger?.ok
      ? Object.entries(ledger.value.owners).flatMap(([account, { login }]) =>
          account.startsWith('#') ? [[login.toLowerCase(), account] as const] : [],
        )
      : []),
  ]);
}

function numbered(login: string, id: number | undefined): (readonly [string, string])[] {
  return id === undefined ? [] : [[login.toLowerCase(), `#${id}`]];
}
