import { describe, expect, it } from 'vitest';
import { bounded } from '../../app/decide/results/bounded.ts';
import { type Change, written } from '../../app/decide/results/commit.ts';
import { board } from '../../testing/examples/leaderboard.ts';
import { sha } from '../../testing/examples/names.ts';
import { resultOf } from '../../testing/examples/result.ts';
import { run } from '../../testing/examples/run.ts';
import { snapshot } from '../../testing/snapshot/snapshot.ts';
import type { Leaderboard } from '../formats/leaderboard.ts';
import { type ExperimentResult, resultPath } from '../formats/result.ts';
import { parseToken, type Token, tokenPath, tokenText } from '../formats/token.ts';
import { standingOf, tokenFiles } from './tokens.ts';

const world = snapshot();
const effect = { estimate: 0.4, standardError: 0.1, low: 0.2, high: 0.6 };
const record = resultOf({
  ...{ verdict: 'improved', valBpb: 1.6, authorId: 14 },
  runs: [
    run(1.5, { runId: 1 }),
    run(1.6, { runId: 2, stage: 'confirm', owner: 'bob', ownerId: 12, machine: 'bob.lab' }),
    run(1.6, { runId: 3, stage: 'confirm', owner: 'bob', ownerId: 12, machine: 'bob.desk' }),
    run(9, { runId: 4, stage: 'confirm', owner: 'eve', machine: 'eve.box', discounted: 'outlier' }),
    run(1.6, { runId: 5, stage: 'confirm', owner: '-', machine: 'runner-1' }),
  ],
  evidence: {
    ...{ code: 'gain', sigma: 0.1, degrees: 8, candidateRuns: 3, incumbentRuns: 4, owners: 1, effect },
    ...{ couldHide: 0, moreRuns: null, singleOwner: true, incumbentLosses: [2] },
  },
});
const made = (result: ExperimentResult): [Change, ...Change[]] => [
  { kind: 'result', result },
  { kind: 'incumbent', result },
];
const tokensIn = (files: { path: string; content: string }[]): Token[] =>
  files
    .filter(({ path }) => path.startsWith('results/tokens/'))
    .map(({ path, content }) => {
      const parsed = parseToken(path, content);
      if (!parsed.ok) throw new Error(parsed.problems.join());
      return parsed.value;
    });
const commit = (before: Leaderboard, changes: [Change, ...Change[]]) => written(world, before, changes);

describe('the commit that makes a record writes its token', () => {
  it('with its parent, its author by number, the owners whose runs count, effect and interval', () => {
    expect(tokensIn(commit(board, made(record)).commit.files)).toEqual([
      {
        ...{ schema: 1, track: 'cpu', number: 1, pull: 41, blob: record.blob, record: resultPath(record) },
        ...{ head: record.head, parent: { number: 0, pull: null, blob: board.tracks.cpu!.incumbent.blob } },
        ...{ author: { login: 'nova', id: 14 }, owners: [{ login: 'bob', id: 12 }] },
        ...{ valBpb: 1.6, effect, at: record.decidedAt, after: world.main.oid },
      },
    ]);
  });

  it('also for main’s own first file, which has no parent and no author', () => {
    const runs = [run(2, { runId: 1 }), run(2.2, { runId: 2, owner: 'bob', machine: 'bob.lab' })];
    const first = { primary: 'cpu', track: 'gpu', blob: sha('e'), runs, at: world.now, notice: null };
    const [token] = tokensIn(commit(board, [{ kind: 'first-incumbent', first }]).commit.files);
    expect(token).toMatchObject({ number: 0, parent: null, author: null, record: null, effect: null });
    expect(token!.owners).toEqual([{ login: 'ada' }, { login: 'bob' }]);
  });

  it('and for the end of a chain names the pull requests that were certified with it', () => {
    const chain = { pulls: [39, 41], head: { pull: 41, blob: record.blob } };
    const [token] = tokensIn(commit(board, made({ ...record, chain })).commit.files);
    expect(token!.chain).toEqual([39, 41]);
  });

  it('and no other commit writes one', () => {
    const { board: after } = commit(board, made(record));
    const fallen = { ...record, verdict: 'regressed' as const };
    for (const change of [
      { kind: 'result', result: resultOf({ pull: 42 }) },
      { kind: 'reconsidered', result: fallen, before: record, machines: ['bob.lab'] },
      { kind: 'insights', result: record, added: [] },
    ] satisfies Change[])
      expect(tokensIn(commit(after, [change]).commit.files)).toEqual([]);
    expect([standingOf(record), standingOf(fallen), standingOf(null)]).toEqual(['stands', 'fell', 'stands']);
  });
});

it('a repository with records of before goes on with the right number, and numbers go on when old holders move', () => {
  let now: Leaderboard = board;
  const paths: string[] = [];
  for (let n = 1; n <= 400; n += 1) {
    const blob = n.toString(16).padStart(40, '0');
    const { board: after, commit: one } = commit(now, made({ ...record, pull: n, blob }));
    // What the next commit reads is what this one wrote.
    now = bounded(after, world.now).board;
    paths.push(...tokensIn(one.files).map(tokenPath));
    expect(tokensIn(one.files)[0]!.parent!.number).toBe(n - 1);
  }
  expect(now.tracks.cpu!.older).toBeGreaterThan(0);
  expect(paths).toEqual(Array.from({ length: 400 }, (_, i) => `results/tokens/cpu/${i + 1}.json`));
});

it('anyone can make it again from the two leaderboards and the result', () => {
  const { board: after, commit: one } = commit(board, made(record));
  const given = { before: board, after, parent: world.main.oid };
  const again = tokenFiles({ ...given, resultAt: (path) => (path === resultPath(record) ? record : null) });
  expect(one.files).toEqual(expect.arrayContaining(again));
  expect(again).toHaveLength(1);
  // A changed result, and a commit at another place, give another token. Without its result there is none.
  const other = tokenFiles({ ...given, resultAt: () => ({ ...record, author: 'eve' }) });
  const elsewhere = tokenFiles({ ...given, parent: sha('9'), resultAt: () => record });
  for (const [file] of [other, elsewhere]) expect(file!.content).not.toBe(again[0]!.content);
  expect(tokenFiles({ ...given, resultAt: () => null })).toEqual([]);
});

describe('a token that was changed is refused, with its path and what is wrong', () => {
  const [token] = tokensIn(commit(board, made(record)).commit.files);
  const path = tokenPath(token!);
  const text = tokenText(token!);
  it.each([
    ['no JSON', text.slice(0, -5), 'is not JSON'],
    ['a key twice', text.replace('"number"', '"number": 1, "number"'), 'is not JSON'],
    ['an unknown key', text.replace('"number"', '"price": 1, "number"'), 'price'],
    ['a missing key', text.replace(/ {2}"valBpb".*\n/, ''), '`valBpb`'],
    [
      'in another place',
      text.replace('"number": 1,', '"number": 2,'),
      'is the token of results/tokens/cpu/2',
    ],
  ])('%s', (_name, changed, said) => {
    const parsed = parseToken(path, changed);
    expect(parsed.ok).toBe(false);
    expect(parsed).toMatchObject({ problems: [expect.stringContaining(said)] });
    expect(parsed).toMatchObject({ problems: [expect.stringContaining(path)] });
  });
});
