import { nominalSeconds } from '../../core/credits/prices.ts';
import { parseBaseline } from '../../core/formats/baseline.ts';
import { CONFIG_PATH, parseConfig } from '../../core/formats/config.ts';
import { LEADERBOARD_PATH, parseLeaderboard } from '../../core/formats/leaderboard.ts';
import { type ExperimentResult, parseResult } from '../../core/formats/result.ts';
import type { RunResult } from '../../core/formats/run.ts';
import { fileAt, listing } from '../../memory/clone/git.ts';
import { findRepository } from '../../memory/clone/repository.ts';
import { fetchMissing, readBlobs } from '../../memory/index/blobs.ts';
import { measureAuditCost } from '../acceptance/audit-cost.ts';
import { createDescent } from '../acceptance/policies.ts';
import { DEFAULT, PLATEAU } from '../acceptance/scenarios.ts';
import { simulate } from '../acceptance/simulate.ts';
import type { Usage } from './costs.ts';

/** What a repository's tracks did, from its own results; or what they would do, by the simulation of docs/acceptance.md. */

/** @param folder of a clone. @returns a track each; none where nothing was measured */
export async function usageOf(folder: string): Promise<Usage[]> {
  const repository = await findRepository(folder);
  const { commit } = repository;
  const [config, board] = [
    parseConfig(await fileAt(repository.folder, commit, CONFIG_PATH)),
    parseLeaderboard(await fileAt(repository.folder, commit, LEADERBOARD_PATH)),
  ];
  if (!board.ok) throw new Error(board.problems.join('; '));
  if (!config.ok) throw new Error(config.problems.join('; '));
  const tracks = new Map<string, Usage & { total: number; timed: number }>();
  const trackOf = (name: string) => {
    const known = tracks.get(name);
    if (known) return known;
    const { history, older = 0 } = board.value.tracks[name] ?? { history: [] };
    const made = {
      ...{ name, device: config.value.tracks[name]?.device === 'cpu' ? ('cpu' as const) : ('cuda' as const) },
      ...{ seconds: 0, candidates: 0, merges: Math.max(0, history.length + older - 1) },
      ...{ runs: 0, incumbent: 0, audits: 0, scorings: 0, total: 0, timed: 0 },
    };
    tracks.set(name, made);
    return made;
  };
  const timed = (track: { total: number; timed: number }, runs: RunResult[]) => {
    for (const { totalSeconds } of runs) track.total += totalSeconds;
    track.timed += runs.length;
  };
  for await (const text of textsAt(repository.folder, commit, 'results/experiments')) {
    const parsed = parseResult(text);
    if (parsed.kind !== 'record') continue;
    const result = parsed.result;
    const track = trackOf(result.track);
    const { runs, audits, scorings } = runsOf(result);
    track.candidates += runs.length > 0 ? 1 : 0;
    track.runs += runs.length;
    track.audits += audits;
    track.scorings += scorings;
    timed(track, runs);
  }
  for await (const text of textsAt(repository.folder, commit, 'results/baselines')) {
    const parsed = parseBaseline(text?.toString('utf8') ?? '');
    if (!parsed.ok) continue;
    const track = trackOf(parsed.value.track);
    track.incumbent += parsed.value.runs.length;
    timed(track, parsed.value.runs);
  }
  return [...tracks.values()]
    .filter(({ candidates }) => candidates > 0)
    .map(({ total, timed, ...track }) => ({ ...track, seconds: total / timed }));
}

/** Scorings before a record and those that check any run; the former may be listed among the runs, too. */
function runsOf({ runs, audits, rescores }: ExperimentResult) {
  const again = audits.flatMap((one) => one.runs);
  const all = [...runs, ...rescores.flatMap((one) => one.runs), ...again];
  const scorings = new Set(all.flatMap(({ stage, runId }) => (stage === 'rescore' ? [runId] : [])));
  return {
    runs: runs.filter(({ stage }) => stage !== 'rescore'),
    audits: again.filter(({ stage }) => stage !== 'rescore').length,
    scorings: scorings.size,
  };
}

async function* textsAt(folder: string, commit: string, under: string): AsyncGenerator<Buffer | null> {
  await fetchMissing(folder, null, commit, under);
  yield* readBlobs(folder, [...(await listing(folder, commit, under)).values()]);
}

/** Budgets as those of `.github/descent.yml` here. */
const BUDGETS = [
  { track: '300 s on a card', device: 'cuda', seconds: 300 },
  { track: '60 s on a processor', device: 'cpu', seconds: 60 },
] as const;
const WORLDS = [
  { world: DEFAULT, called: 'gains to be had' },
  { world: PLATEAU, called: 'plateau' },
];
const OWNERS = 5;
const CANDIDATES = 200;

/** Of 100 candidates, by the app's own decision code. @param size candidates that are simulated in each world */
export function simulatedUsage(size: number, seed: number): Usage[] {
  const options = { seed, tracks: Math.max(1, Math.round(size / CANDIDATES)), candidates: CANDIDATES };
  const { later } = measureAuditCost({ owners: OWNERS, seed, tracks: Math.max(1, Math.ceil(size / 1000)) });
  const worlds = WORLDS.map(({ world, called }) => ({
    called,
    figures: simulate(world, createDescent, options),
  }));
  return BUDGETS.flatMap(({ track, device, seconds }) =>
    worlds.map(({ called, figures }) => {
      const merges = Number(figures.mergesPer100.toFixed(2));
      return {
        name: `${track}, ${called}`,
        ...{ device, seconds: nominalSeconds(seconds).run, candidates: 100, merges },
        runs: Math.round(100 * figures.runsPerCandidate),
        incumbent: Math.round(100 * figures.incumbentRunsPerCandidate),
        audits: Math.round(100 * later),
        // Each record's weights are scored once more before main moves.
        scorings: merges,
      };
    }),
  );
}
