import { describe, expect, it } from 'vitest';
import { config as margin } from '../../../../testing/examples/config.ts';
import { board } from '../../../../testing/examples/leaderboard.ts';
import { IDS, lentBy } from '../../../../testing/examples/lent.ts';
import { BLOB, MAIN_BLOB } from '../../../../testing/examples/names.ts';
import { resultOf } from '../../../../testing/examples/result.ts';
import { run } from '../../../../testing/examples/run.ts';
import { facts, head, overall } from '../../../../testing/snapshot/head.ts';
import { config, known, lent, ordersOf, preempted, sent } from '../../../../testing/snapshot/lent.ts';
import { queueEntry } from '../../../../testing/snapshot/snapshot.ts';
import type { LentMachine } from '../../../model/lent.ts';
import type { FirstIncumbentSnapshot, RunState, Snapshot } from '../../../model/snapshot.ts';
import { decodeRun } from '../../../model/state.ts';
import { planFirstIncumbent } from '../../measure/first-incumbent.ts';
import { plan } from '../../plan.ts';

/** A run that its owner ended keeps stage, number and seed, whatever it is for. */

const placed = (at: Snapshot) => ordersOf(plan(at)).map(({ memory }) => memory.lent?.name ?? 'labels');
const writes = (at: Snapshot) =>
  plan(at).flatMap((effect) => (effect.kind === 'answer' || effect.kind === 'dispatch' ? effect.checks : []));

describe('a repeat for an audit', () => {
  /** Ada's run of a file that was refused is to be repeated elsewhere. */
  function audited(
    machines: LentMachine[],
    repeats: RunState[] = [],
    standings = ['ada', 'bob', 'cleo'],
  ): Snapshot {
    const audits = [{ of: 100, why: 'share' as const, runs: [], outcome: 'open' as const, outlier: null }];
    const by = { owner: 'ada', ownerId: IDS.ada!, machine: 'ada.desk' };
    const result = resultOf({ runs: [run(2.5, { ...by, seed: 77 })], audits });
    const at = lent(machines, repeats, { standings: standings.map((login) => known(login)) });
    const { leaderboard } = at.main;
    if (!leaderboard.ok) throw new Error('the example has a leaderboard');
    const cpu = { ...leaderboard.value.tracks.cpu!, audits: [{ pull: 41, blob: BLOB }] };
    return {
      ...at,
      main: { ...at.main, leaderboard: { ok: true, value: { ...board, tracks: { cpu } } } },
      results: [{ blob: BLOB, result }],
      pull: { ...at.pull, state: 'closed', heads: [head({ overall: overall('verdict'), runs: repeats })] },
    };
  }
  const repeat = (by: string) => {
    const state = sent(by, preempted(by), { stage: 'audit', ordinal: 2, seed: 77, attempt: 2 }, by);
    return { ...state, memory: { ...state.memory, audits: 100 } };
  };

  it('goes to a machine of another owner than the one who measured', () => {
    expect(placed(audited([lentBy('ada'), lentBy('bob')]))).toEqual(['bob.desk']);
  });

  it('waits for owners who are away: none may wait until the others are, and be alone', () => {
    const away = audited([lentBy('ada'), lentBy('bob', { status: 'away' })]);
    expect(plan(away)).toEqual([expect.objectContaining({ kind: 'rest' })]);
    // Where nobody else lends, it is given up.
    expect(plan(audited([lentBy('ada')], [], ['ada'])).map(({ kind }) => kind)).toContain('record');
  });

  it('that was ended keeps seed and number, and the attempt; it goes to a third owner, or waits', () => {
    const [order] = ordersOf(plan(audited([lentBy('bob'), lentBy('cleo')], [repeat('bob')])));
    expect(order).toMatchObject({
      key: { stage: 'audit', ordinal: 2, seed: 77, attempt: 2, lent: 'cleo.desk' },
      memory: { audits: 100, ends: [{ machine: 'bob.desk', how: 'preempted' }] },
    });
    for (let seed = 0; seed < 8; seed += 1) {
      const fresh = [{ seed, nonce: String(seed).padStart(32, '0') }];
      const both = audited([lentBy('bob'), lentBy('cleo')], [repeat('bob')]);
      expect(placed({ ...both, fresh })).toEqual(['cleo.desk']);
    }
    const at = audited(
      [lentBy('bob', { status: 'away' }), lentBy('cleo', { status: 'busy' })],
      [repeat('bob')],
    );
    const [write] = writes(at);
    expect(write).toMatchObject({ id: 'check-2', status: 'queued' });
    expect(decodeRun(write!.externalId)!.key).toMatchObject({
      stage: 'audit',
      seed: 77,
      attempt: 2,
      runId: 0,
    });
  });

  it('is drawn though its owner may be the only one who is there when the verdict falls', () => {
    const eager = { ...config, audits: { 'probation-jobs': 10, share: 1 } };
    const crashed = facts(null, { run: run(null, { owner: 'ada', ownerId: IDS.ada!, machine: 'ada.desk' }) });
    const runs = [sent('ada', { kind: 'report', facts: crashed })];
    const at = lent([lentBy('ada'), lentBy('bob', { status: 'away' })], runs);
    const effects = plan({ ...at, main: { ...at.main, config: { ok: true, value: eager } } });
    const record = effects.find((effect) => effect.kind === 'record');
    const file =
      record?.kind === 'record' ? record.files.find(({ path }) => path.includes('/41-')) : undefined;
    expect(JSON.parse(file!.content).audits).toMatchObject([{ of: 100, outcome: 'open' }]);
  });
});

describe('a scoring of weights', () => {
  const file = { sha256: 'a'.repeat(64), bytes: 1 };
  const handed = { runId: 100, artifact: 1, archive: file, weights: file, claims: file };
  /** Ada measured a gain where one run decides. */
  function gained(machines: LentMachine[], scorings: RunState[] = []): Snapshot {
    const probes = { count: 10, guided: true, penaltyBpb: 0 };
    const by = { owner: 'ada', ownerId: IDS.ada!, machine: 'ada.desk', probes, seed: 77 };
    const scored = { ...handed, expiresAt: '2027-01-01T00:00:00.000Z' };
    const first = sent('ada', { kind: 'report', facts: { ...facts(1.5, { run: run(1.5, by) }), scored } });
    const at = lent(machines, [first, ...scorings], {
      standings: ['ada', 'bob', 'cleo', 'nova'].map((one) => known(one)),
    });
    return { ...at, main: { ...at.main, config: { ok: true, value: margin } } };
  }
  const scoring = (by: string) => {
    const state = sent(by, preempted(by), { stage: 'rescore', ordinal: 1, seed: 77 }, by);
    return { ...state, memory: { ...state.memory, job: { ...state.memory.job, rescore: handed } } };
  };
  const all = ['ada', 'bob', 'nova'].map((login) => lentBy(login));

  it('goes to no machine of who measured, nor of the author, and waits where only these are there', () => {
    expect(placed(gained(all))).toEqual(['bob.desk']);
    const at = gained([all[0]!, all[2]!, lentBy('bob', { status: 'away' })]);
    expect(placed(at)).toEqual([]);
    expect(plan(at).some(({ kind }) => kind === 'merge')).toBe(false);
  });

  it('that was ended keeps what it scores, seed and number, and goes to a third owner alone', () => {
    const [order] = ordersOf(plan(gained([...all, lentBy('cleo')], [scoring('bob')])));
    expect(order).toMatchObject({
      key: { stage: 'rescore', ordinal: 1, seed: 77, attempt: 1, lent: 'cleo.desk' },
      job: { rescore: handed },
    });
    expect(placed(gained([...all, lentBy('cleo', { status: 'busy' })], [scoring('bob')]))).toEqual([]);
  });
});

describe("main's own file on a track without a record", () => {
  function first(machines: LentMachine[], runs: RunState[] = []): FirstIncumbentSnapshot {
    const { pull: _, results: __, diffs: ___, ...rest } = lent(machines);
    const empty = { ok: true as const, value: { ...board, tracks: {} } };
    const carrier = head({ blob: MAIN_BLOB, runs });
    return { ...rest, retry: false, carrier, main: { ...rest.main, leaderboard: empty } };
  }
  const ordered = (at: FirstIncumbentSnapshot) => ordersOf(planFirstIncumbent(at, null));
  const baseline = { blob: MAIN_BLOB, stage: 'baseline' as const, pull: null };

  it('is measured on the machines that are free, one run each', () => {
    const orders = ordered(first([lentBy('ada'), lentBy('bob'), lentBy('cleo', { status: 'away' })]));
    expect(orders.map(({ memory }) => memory.lent?.name).toSorted()).toEqual(['ada.desk', 'bob.desk']);
    expect(orders.map(({ key }) => key.ordinal)).toEqual([1, 2]);
  });

  it('keeps the seed of a run that was ended, elsewhere, and while it waits', () => {
    const lost = sent('ada', preempted('ada'), { ...baseline, ordinal: 2, seed: 55, attempt: 2 });
    const others = [1, 3, 4].map((ordinal) =>
      sent(
        'cleo',
        { kind: 'pending' },
        { ...baseline, ordinal, seed: ordinal, nonce: String(ordinal).repeat(32) },
      ),
    );
    const wide = { ...config, tracks: { cpu: { ...config.tracks.cpu!, capacity: 9 } } };
    const at = (machines: LentMachine[]) => {
      const read = first(machines, [...others, lost]);
      return { ...read, main: { ...read.main, config: { ok: true as const, value: wide } } };
    };
    expect(ordered(at([lentBy('ada'), lentBy('bob')]))).toMatchObject([
      { key: { ordinal: 2, seed: 55, attempt: 2, lent: 'bob.desk' }, check: { id: 'check-2' } },
    ]);
    const effects = planFirstIncumbent(at([lentBy('ada'), lentBy('bob', { status: 'busy' })]), null);
    expect(ordersOf(effects)).toEqual([]);
    expect(effects[0]).toMatchObject({ kind: 'answer', checks: [{ id: 'check-2', status: 'queued' }] });
  });
});

it('a machine that is free wakes all who wait on its track: runs, verdicts and audits', () => {
  const at = lent([lentBy('ada')], [], { standings: [known('ada')] });
  const { pull: _, results: __, diffs: ___, ...rest } = at;
  const cpu = { ...(at.main.leaderboard.ok ? at.main.leaderboard.value.tracks.cpu! : board.tracks.cpu!) };
  const waiting = { blob: BLOB, track: 'cpu', state: 'waiting' as const };
  const queue = [queueEntry(5, { overall: waiting }), queueEntry(6)];
  const value = { ...board, tracks: { cpu: { ...cpu, audits: [{ pull: 9, blob: BLOB }] } } };
  const main = { ...rest.main, leaderboard: { ok: true as const, value } };
  const world = { ...rest, queue, main, retry: false, carrier: head({ blob: MAIN_BLOB }) };
  const looks = planFirstIncumbent(world, 'cpu').find(({ kind }) => kind === 'look');
  expect(looks).toMatchObject({ pulls: [5, 6] });
  const idle = planFirstIncumbent({ ...world, queue: [] }, 'cpu').find(({ kind }) => kind === 'look');
  expect(idle).toMatchObject({ pulls: [9] });
});
