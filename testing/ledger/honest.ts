import { type Change, written } from '../../app/decide/results/commit.ts';
import type { World } from '../../app/model/snapshot.ts';
import { CONFIG_PATH, parseConfig } from '../../core/formats/config.ts';
import { EVENTS, eventsFiles } from '../../core/formats/events.ts';
import { LEADERBOARD_PATH, parseLeaderboard } from '../../core/formats/leaderboard.ts';
import { LEDGER_PATH, parseLedger } from '../../core/formats/ledger.ts';
import { type Audit, type ExperimentResult, parseResult, resultPath } from '../../core/formats/result.ts';
import type { RunResult } from '../../core/formats/run.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { AUDITED } from '../examples/config.ts';
import { leaderboardOf } from '../examples/leaderboard.ts';
import { resultOf } from '../examples/result.ts';
import { run } from '../examples/run.ts';
import { snapshot } from '../snapshot/snapshot.ts';
import { commitAll, type MadeCommit } from './commits.ts';

/** A main that the real writer of results fills, one commit after the other. */

export class HonestMain {
  readonly folder: string;
  readonly commits: MadeCommit[] = [];
  readonly oids: string[] = [];
  readonly files = new Map<string, string>();
  #runId = 1000;
  #now = Date.parse('2026-11-23T12:00:00.000Z');

  constructor(folder: string) {
    this.folder = folder;
  }

  get now(): string {
    return new Date(this.#now).toISOString();
  }

  pass(hours: number): void {
    this.#now += hours * 3_600_000;
  }

  run(owner: string, change: Partial<RunResult> = {}): RunResult {
    this.#runId += 1;
    return run(2.5, { owner, machine: `${owner}.desk`, runId: this.#runId, at: this.now, ...change });
  }

  result(pull: number, runs: RunResult[], change: Partial<ExperimentResult> = {}): ExperimentResult {
    const blob = gitBlob(`file ${pull}`);
    return resultOf({ pull, blob, author: `author-${pull}`, runs, decidedAt: this.now, ...change });
  }

  /** The result as main has it. */
  standing(pull: number): ExperimentResult {
    const parsed = parseResult(this.files.get(recordPath(pull))!);
    if (parsed.kind !== 'record') throw new Error(parsed.problem);
    return parsed.result;
  }

  /** What the bot's commit of these changes writes, and what it is decided on. */
  writes(...changes: [Change, ...Change[]]): { path: string; content: string }[] {
    const board = parseLeaderboard(this.files.get(LEADERBOARD_PATH) ?? null);
    if (!board.ok) throw new Error(board.problems.join());
    return written(this.#world(), board.value, changes).commit.files;
  }

  async bot(...changes: [Change, ...Change[]]): Promise<void> {
    await this.write(this.writes(...changes));
  }

  async write(
    files: { path: string; content: string | null }[],
    more: Partial<MadeCommit> = {},
  ): Promise<void> {
    const commit = {
      at: this.now,
      files: new Map(files.map(({ path, content }) => [path, content])),
      ...more,
    };
    for (const { path, content } of files)
      if (content === null) this.files.delete(path);
      else this.files.set(path, content);
    this.commits.push(commit);
    this.oids.push(...(await commitAll(this.folder, [commit])));
  }

  /** A result is looked at again without the runs of a machine. */
  async without(pull: number, machine: string): Promise<void> {
    this.pass(1);
    const before = this.standing(pull);
    const runs = before.runs.map((one) =>
      one.machine === machine ? { ...one, discounted: 'an outlier' } : one,
    );
    await this.bot({ kind: 'reconsidered', result: { ...before, runs }, before, machines: [machine] });
  }

  #world(): World {
    const base = snapshot();
    const text = (path: string) => this.files.get(path) ?? null;
    const ledger = text(LEDGER_PATH);
    const events = eventsFiles(
      new Map(
        [...this.files.keys()].filter((path) => path.startsWith(`${EVENTS}/`)).map((path) => [path, path]),
      ),
    ).at(-1);
    return {
      ...base,
      now: this.now,
      main: {
        ...base.main,
        oid: this.oids.at(-1)!,
        config: parseConfig(text(CONFIG_PATH)),
        leaderboard: parseLeaderboard(text(LEADERBOARD_PATH)),
        ledger: ledger === null ? null : parseLedger(ledger),
        events: events ? { number: events.number, text: text(events.path) } : null,
      },
    };
  }
}

/** Where main has the result of a pull request. */
export function recordPath(pull: number): string {
  return resultPath({ pull, blob: gitBlob(`file ${pull}`), track: 'cpu' });
}

/** Two weeks of a small swarm: verdicts, records, audits, an outlier, a chain of reconsiderations, insights, a new price, and what people commit. */
export async function honestMain(folder: string): Promise<HonestMain> {
  const main = new HonestMain(folder);
  const board = leaderboardOf();
  const { cpu: _, ...others } = board.tracks;
  await main.write([
    { path: 'README.md', content: 'A swarm.\n' },
    { path: CONFIG_PATH, content: AUDITED },
    { path: LEADERBOARD_PATH, content: `${JSON.stringify({ ...board, tracks: others }, null, 2)}\n` },
  ]);
  const incumbent = ['ada', 'bob'].map((owner) => main.run(owner, { stage: 'baseline', valBpb: 2 }));
  const first = {
    primary: 'cpu',
    track: 'cpu',
    blob: gitBlob('first'),
    runs: incumbent,
    at: main.now,
    notice: null,
  };
  await main.bot({ kind: 'first-incumbent', first });
  for (let pull = 1; pull <= 12; pull += 1) {
    main.pass(6);
    const owner = ['ada', 'bob', 'eve'][pull % 3]!;
    const runs = [
      main.run(owner),
      main.run('bob', pull % 4 === 0 ? { valBpb: null, outcome: 'crashed' } : {}),
    ];
    const audits: Audit[] = [{ of: runs[0]!.runId, why: 'share', runs: [], outcome: 'open', outlier: null }];
    const gains = pull === 3 || pull === 9;
    const better = { verdict: 'improved' as const, valBpb: 2 - pull / 100 };
    const result = main.result(pull, runs, { audits, ...(gains && better) });
    const incumbentRuns = pull % 5 === 0 ? [main.run('ada', { stage: 'baseline', valBpb: 2 })] : [];
    await main.bot(
      { kind: 'result', result, incumbentRuns },
      ...(gains ? [{ kind: 'incumbent', result } as const] : []),
    );
    if (pull === 4) await main.write([{ path: 'README.md', content: 'A swarm of few.\n' }]);
    if (pull === 6)
      await main.write([
        { path: CONFIG_PATH, content: AUDITED.replace('    capacity', '    credits: 2000\n    capacity') },
      ]);
    if (pull === 7) await main.write([{ path: 'train/train.py', content: 'print(7)\n' }], { merges: true });
  }
  for (const pull of [1, 2, 9]) {
    main.pass(24);
    const before = main.standing(pull);
    const repeats = [main.run('cara', { stage: 'audit' })];
    const outlier = pull === 2 ? before.runs[0]!.machine : null;
    const settled: Audit[] = before.audits.map((audit) => ({
      ...audit,
      runs: repeats,
      outcome: outlier ? 'outlier' : 'agreed',
      outlier,
    }));
    await main.bot({ kind: 'audited', result: { ...before, audits: settled }, before, settled });
  }
  await main.without(2, 'eve.desk');
  main.pass(1);
  const insights = [{ untrusted: true as const, author: 'nova', at: main.now, text: 'the width matters' }];
  await main.bot({ kind: 'insights', result: { ...main.standing(4), insights }, added: insights });
  for (let pull = 13; pull <= 16; pull += 1) {
    main.pass(24 * 50);
    await main.bot({ kind: 'result', result: main.result(pull, [main.run('ada'), main.run('cara')]) });
  }
  // What it earned was to be spent, and has expired: a debt.
  await main.without(3, 'ada.desk');
  return main;
}
