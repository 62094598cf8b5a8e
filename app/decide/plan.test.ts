import { describe, expect, it } from 'vitest';
import { COMMENT_TAG } from '../../core/formats/comment-tag.ts';
import { leaderboardSchema } from '../../core/formats/leaderboard.ts';
import { type ExperimentResult, resultSchema } from '../../core/formats/result.ts';
import { config } from '../../testing/examples/config.ts';
import { board } from '../../testing/examples/leaderboard.ts';
import { BLOB, HEAD, MAIN_BLOB, sha } from '../../testing/examples/names.ts';
import { commentOn, decided, verdictOf } from '../../testing/snapshot/codes.ts';
import { facts, head, overall, runState } from '../../testing/snapshot/head.ts';
import { queueEntry, snapshot } from '../../testing/snapshot/snapshot.ts';
import type { Effect, FileWrite } from '../model/effect.ts';
import { decodeMemory } from '../model/state.ts';
import { experimentMessage } from '../say/commit-message.ts';
import { leaderboardPage } from '../say/leaderboard-page.ts';
import { machineFails } from '../say/machine-fails.ts';
import { plan } from './plan.ts';
import { resultOf } from './results/result.ts';
import { experimentsOf } from './state/experiments.ts';

function kinds(effects: Effect[]): string[] {
  return effects.map((effect) => effect.kind);
}
function only<K extends Effect['kind']>(effects: Effect[], kind: K): Extract<Effect, { kind: K }> {
  const found = effects.filter((effect) => effect.kind === kind);
  expect(found, `one ${kind} in ${kinds(effects)}`).toHaveLength(1);
  return found[0] as Extract<Effect, { kind: K }>;
}
function resultIn(files: FileWrite[]): ExperimentResult {
  const file = files.find(({ path }) => path === `results/experiments/0/41-${BLOB.slice(0, 12)}-cpu.json`);
  return resultSchema.parse(JSON.parse(file!.content));
}
const measured = (valBpb: number | null) =>
  head({ overall: overall('measuring'), runs: [runState({ kind: 'report', facts: facts(valBpb) })] });

describe('a pull request is opened', () => {
  it('and ordered at once when a machine is free, its check run written before the order', () => {
    const effects = plan(snapshot());
    expect(kinds(effects)).toEqual(['dispatch']);
    const { orders, checks } = only(effects, 'dispatch');
    expect(orders).toHaveLength(1);
    expect(orders[0]!.job).toMatchObject({
      pull: 41,
      blob: BLOB,
      head: HEAD,
      incumbent: MAIN_BLOB,
      stage: 'explore',
      seed: 1000,
    });
    expect(orders[0]!.title).toBe(`descent #41 explore 1 ${HEAD} ${orders[0]!.job.nonce}`);
    expect(checks[0]).toMatchObject({ name: 'descent', status: 'in_progress' });
  });

  it('and reports every problem at once, without GPU time', () => {
    const effects = plan(
      snapshot({
        changedFiles: 2,
        files: [
          { path: 'train/train.py', change: 'modified' },
          { path: 'train/prepare.py', change: 'modified' },
        ],
        description: { ok: false, problems: ['the description has no hypothesis'] },
      }),
    );
    const answer = only(effects, 'answer');
    expect(answer).toMatchObject({ addLabels: ['needs-work'], close: false });
    expect(decided(answer)).toMatchObject({
      ...{ state: 'refused', conclusion: 'failure' },
      rules: { eligibility: 'needs-work', base: 'fine', paths: 'needs-work', description: 'needs-work' },
    });
  });

  it('waits when the track is full', () => {
    const busy = [1, 2].map((pull) => queueEntry(pull, { running: [runState({ kind: 'pending' }).key] }));
    const effects = plan(snapshot({}, { queue: [...busy, queueEntry(3)] }));
    expect(decided(only(effects, 'answer'))).toMatchObject({ state: 'queued', rules: { turn: 'queued' } });
  });

  it("waits for the author's own earlier pull requests beyond the limit, though machines are free", () => {
    const mine = [1, 2, 3].map((pull) => queueEntry(pull, { author: 'nova' }));
    const effects = plan(snapshot({}, { queue: mine }));
    expect(decided(only(effects, 'answer'))).toMatchObject({ state: 'queued', rules: { turn: 'held' } });
  });

  it("waits until main's own file has been measured, and asks for that", () => {
    const empty = { ...board, tracks: {} };
    const effects = plan(
      snapshot({}, { main: { ...snapshot().main, leaderboard: { ok: true, value: empty } } }),
    );
    expect(only(effects, 'look').incumbents).toEqual(['cpu']);
    expect(kinds(effects)).not.toContain('dispatch');
  });

  it('as a draft is a claim: nothing happens', () => {
    expect(kinds(plan(snapshot({ draft: true })))).toEqual(['rest']);
  });

  it("with the incumbent's own file is a duplicate of it", () => {
    const same = { ...snapshot().pull.file!, oid: MAIN_BLOB };
    const effects = plan(snapshot({ file: same, heads: [head({ blob: MAIN_BLOB })] }));
    expect(only(effects, 'answer')).toMatchObject({ addLabels: ['duplicate'], close: true });
  });

  it('with the file of an earlier open pull request is a duplicate of that', () => {
    const earlier = queueEntry(7, { blob: BLOB, overall: { blob: BLOB, track: 'cpu', state: 'measuring' } });
    const answer = only(plan(snapshot({}, { queue: [earlier] })), 'answer');
    expect(answer).toMatchObject({ addLabels: ['duplicate'], close: true });
    expect(decided(answer)).toMatchObject({ state: 'verdict', rules: { duplicate: 'same-file' } });
  });
});

describe('a run comes back', () => {
  it('better by the margin: merged as measured, recorded, and said', () => {
    const effects = plan(snapshot({ heads: [measured(1.5)] }));
    expect(kinds(effects)).toEqual(['merge', 'answer', 'look']);
    const merge = only(effects, 'merge');
    expect(merge).toMatchObject({
      base: sha('d'),
      tree: sha('e'),
      head: HEAD,
      measured: { path: 'train/train.py', blob: BLOB },
    });
    const files = Object.fromEntries(merge.files.map((one) => [one.path, one.content]));
    const result = resultIn(merge.files);
    expect(result).toMatchObject({ verdict: 'improved', valBpb: 1.5, incumbent: { pull: null, valBpb: 2 } });
    const leaderboard = leaderboardSchema.parse(JSON.parse(files['results/leaderboard.json']!));
    expect(leaderboard.tracks.cpu).toMatchObject({
      incumbent: { pull: 41, blob: BLOB, valBpb: 1.5 },
      counts: { improved: 1 },
    });
    expect(leaderboard.owners.ada).toEqual({ runs: 1, milli: 57_600 });
    expect(files['results/README.md']).toBe(leaderboardPage(leaderboard));
    expect(merge.message).toEqual(experimentMessage(snapshot(), result));
    const answer = only(effects, 'answer');
    expect(answer).toMatchObject({ addLabels: ['improved'], close: false });
    expect(decided(answer)).toMatchObject({
      ...{ state: 'verdict', conclusion: 'success' },
      rules: { verdict: 'improved', merge: 'merged' },
    });
    const decision = verdictOf([{ result, consequence: 'merged' }]);
    expect(answer.comment!.body).toBe(commentOn(snapshot(), decision));
  });

  it('from a stale branch: merged as measured, and the comment says so', () => {
    const effects = plan(snapshot({ heads: [measured(1.5)], beganFrom: sha('8') }));
    const merge = only(effects, 'merge');
    expect(merge.measured?.blob).toBe(BLOB);
    const decision = verdictOf([{ result: resultIn(merge.files), consequence: 'merged', stale: true }]);
    expect(only(effects, 'answer').comment!.body).toBe(commentOn(snapshot(), decision));
  });

  it.each([
    ['worse', facts(2.1), 'regressed'],
    ['better by less than the margin', facts(1.95), 'inconclusive'],
    ['crashed', facts(null), 'crashed'],
    ['out of memory', facts(null, { run: { ...facts(null).run, outcome: 'out-of-memory' } }), 'crashed'],
    ['out of time', facts(null, { run: { ...facts(null).run, outcome: 'timeout' } }), 'timeout'],
    ['refused by the referee', facts(null, { run: { ...facts(null).run, outcome: 'invalid' } }), 'invalid'],
  ])('%s: recorded with one commit and closed with its label', (_story, collected, verdict) => {
    const runs = [runState({ kind: 'report', facts: collected })];
    const effects = plan(snapshot({ heads: [head({ overall: overall('measuring'), runs })] }));
    expect(kinds(effects)).toEqual(['record', 'answer', 'look']);
    expect(resultIn(only(effects, 'record').files).verdict).toBe(verdict);
    expect(only(effects, 'answer')).toMatchObject({ addLabels: [verdict], close: true });
    expect(decided(only(effects, 'answer')).rules).toMatchObject({ verdict, merge: 'closed' });
  });

  it('for a pull request closed meanwhile: recorded, not merged', () => {
    const effects = plan(snapshot({ heads: [measured(1.5)], state: 'closed' }));
    expect(kinds(effects)).toEqual(['record', 'answer', 'look']);
    expect(only(effects, 'answer')).toMatchObject({ close: false });
    expect(decided(only(effects, 'answer')).rules).toMatchObject({ merge: 'was-closed' });
    const files = only(effects, 'record').files;
    const leaderboard = JSON.parse(files.find((one) => one.path.endsWith('leaderboard.json'))!.content);
    expect(leaderboard.tracks.cpu.incumbent.blob).toBe(MAIN_BLOB);
  });

  it('for a file that was pushed over: recorded for its own blob, never applied to the new one', () => {
    const old = sha('f');
    const past = {
      ...measured(1.5),
      oid: sha('6'),
      blob: old,
      runs: [runState({ kind: 'report', facts: facts(1.5) }, { blob: old })],
    };
    const effects = plan(snapshot({ heads: [head(), past] }));
    expect(kinds(effects)).toEqual(['record', 'answer', 'again']);
    expect(only(effects, 'record').files[0]!.path).toBe(
      `results/experiments/0/41-${old.slice(0, 12)}-cpu.json`,
    );
    expect(only(effects, 'answer')).toMatchObject({ comment: null, close: false, addLabels: [] });
  });

  it('where people merge: recorded and labelled ready', () => {
    const main = { ...snapshot().main, config: { ok: true as const, value: { ...config, merge: false } } };
    const effects = plan(snapshot({ heads: [measured(1.5)] }, { main }));
    expect(kinds(effects)).toEqual(['record', 'answer', 'look']);
    expect(only(effects, 'answer')).toMatchObject({ addLabels: ['improved', 'ready'], close: false });
  });

  it('and the next in line may go', () => {
    const effects = plan(
      snapshot({ heads: [measured(2.5)] }, { queue: [queueEntry(50), queueEntry(51), queueEntry(52)] }),
    );
    expect(only(effects, 'look').pulls).toEqual([50, 51]);
  });

  it('twice: the verdict is said again, not recorded again', () => {
    const first = snapshot({ heads: [measured(2.5)] });
    const result = resultOf(first, experimentsOf(first.pull.heads)[0]!, {
      kind: 'verdict',
      verdict: 'regressed',
      reason: { code: 'no-gain', text: 'worse' },
      valBpb: 2.5,
      incumbent: 2,
      evidence: null,
    });
    const effects = plan({ ...first, results: [{ blob: BLOB, result }] });
    expect(kinds(effects)).toEqual(['answer', 'look']);
    expect(only(effects, 'answer')).toMatchObject({ addLabels: ['regressed'], close: true });
  });
});

describe('a machine fails', () => {
  it('and the run is ordered again with its seed and a new nonce, on the same check run', () => {
    const runs = [runState({ kind: 'failed', why: 'workflow run 100 ended as failure' })];
    const { orders } = only(
      plan(snapshot({ heads: [head({ overall: overall('measuring'), runs })] })),
      'dispatch',
    );
    expect(orders[0]!.key).toMatchObject({ attempt: 2, ordinal: 1, seed: 7, runId: 0 });
    expect(orders[0]!.job).toMatchObject({ seed: 7, nonce: snapshot().fresh[0]!.nonce });
    expect(orders[0]!.check.id).toBe('check-1');
  });

  it('for the last time: the pull request stays open, and nothing is recorded', () => {
    const runs = [runState({ kind: 'refused', check: 'nonce', why: 'another nonce' }, { attempt: 3 })];
    const effects = plan(snapshot({ heads: [head({ overall: overall('measuring'), runs })] }));
    expect(kinds(effects)).toEqual(['answer', 'look']);
    const answer = only(effects, 'answer');
    expect(answer).toMatchObject({ close: false, addLabels: [] });
    expect(decided(answer)).toMatchObject({
      ...{ state: 'failed', conclusion: 'neutral' },
      rules: { swarm: 'swarm-failed' },
    });
  });

  it('for the last time: its owner and that of the machine before it are informed, once', () => {
    const finding = {
      kind: 'failed',
      why: 'workflow run 100 ended as failure',
      machine: 'ada.desk',
    } as const;
    const last = runState(finding, { attempt: 3 });
    const run = { ...last, memory: { ...last.memory, failedOn: ['bob.lab', 'ada.desk'] } };
    const effects = plan(snapshot({ heads: [head({ overall: overall('measuring'), runs: [run] })] }));
    expect(kinds(effects)).toEqual(['alarm', 'alarm', 'answer', 'look']);
    const alarms = effects.filter((effect) => effect.kind === 'alarm');
    expect(alarms).toMatchObject(
      ['bob.lab', 'ada.desk'].map((machine) => ({
        title: machineFails({ machine, track: 'cpu', pull: 41, why: finding.why }).title,
        label: 'machine-fails',
      })),
    );
    const check = only(effects, 'answer').checks.find(({ name }) => name === run.check.name)!;
    const memory = decodeMemory(check.text)!;
    expect(memory).toMatchObject({ failure: finding.why, failedOn: ['bob.lab', 'ada.desk'] });

    // Where the issue was closed, the next look does not open it again. Asked for again, the run goes elsewhere.
    const completed = { ...run.check, status: 'completed' as const };
    const heads = [
      head({
        overall: overall('failed'),
        runs: [{ ...run, check: completed, memory, finding: { kind: 'pending' } }],
      }),
    ];
    expect(kinds(plan(snapshot({ heads })))).not.toContain('alarm');
    const { orders } = only(plan(snapshot({ heads }, { retry: true })), 'dispatch');
    expect(orders[0]!.memory.failedOn).toEqual(['bob.lab', 'ada.desk']);
  });

  it('and a person asks again: it is dispatched again', () => {
    const run = runState({ kind: 'pending' }, { attempt: 3 });
    const failed = {
      ...run,
      check: { ...run.check, status: 'completed' as const },
      memory: { ...run.memory, failure: 'gone' },
    };
    const heads = [head({ overall: overall('failed'), runs: [failed] })];
    expect(kinds(plan(snapshot({ heads })))).not.toContain('dispatch');
    const { orders } = only(plan(snapshot({ heads }, { retry: true })), 'dispatch');
    expect(orders[0]!.key).toMatchObject({ attempt: 1, ordinal: 1, seed: 7 });

    // Nor does a push of the same file bring another seed.
    const pushed = [head(), { ...heads[0]!, oid: sha('6'), runs: [{ ...failed, head: sha('6') }] }];
    const [order] = only(plan(snapshot({ heads: pushed })), 'dispatch').orders;
    expect(order!.key).toMatchObject({ attempt: 1, ordinal: 1, seed: 7 });
    expect(order!.check).toMatchObject({ id: null, head: HEAD });
    const renewed = { ...runState({ kind: 'report', facts: facts(1.5) }), head: HEAD };
    const after = [head({ overall: overall('measuring'), runs: [renewed] }), pushed[1]!];
    expect(kinds(plan(snapshot({ heads: after })))).toContain('merge');
  });
});

describe('the repository is broken', () => {
  it.each([
    ['leaderboard', 'results/leaderboard.json'],
    ['config', '.github/descent.yml'],
  ] as const)('%s: nothing is written but the news', (part, name) => {
    const problems = ['`capacity` is 0: too small'];
    const main = { ...snapshot().main, [part]: { ok: false as const, problems } };
    const effects = plan(snapshot({ heads: [measured(1.5)] }, { main }));
    expect(kinds(effects)).toEqual(['answer', 'alarm']);
    const answer = only(effects, 'answer');
    expect(decided(answer)).toMatchObject({ state: 'stopped', rules: { settings: 'stopped' } });
    expect(answer.close).toBe(false);
    const comment = commentOn(snapshot(), { code: 'stopped', what: name, problems });
    expect(answer.comment!.body).toBe(comment);
    expect(`${COMMENT_TAG}\n${only(effects, 'alarm').body}`).toBe(comment);
  });
});

describe('saying it twice', () => {
  it('says it once: a world that looks as it should is left alone', () => {
    const shown = only(plan(snapshot({ changedFiles: 0, files: [] })), 'answer');
    const write = shown.checks[0]!;
    const same = snapshot({
      changedFiles: 0,
      files: [],
      labels: ['needs-work'],
      comment: { id: 'C', body: shown.comment!.body },
      heads: [
        head({
          overall: {
            key: { blob: BLOB, track: 'cpu', state: 'refused' },
            check: { ...overall('refused')!.check, ...write, id: 'overall', conclusion: 'failure', url: '' },
          },
        }),
      ],
    });
    expect(kinds(plan(same))).toEqual(['rest']);
    expect(shown.comment!.body.startsWith(COMMENT_TAG)).toBe(true);
  });
});
