import { describe, expect, it } from 'vitest';
import { board } from '../../../testing/examples/leaderboard.ts';
import { MAIN_BLOB } from '../../../testing/examples/names.ts';
import { run } from '../../../testing/examples/run.ts';
import { facts, head, runState } from '../../../testing/snapshot/head.ts';
import { queueEntry, snapshot } from '../../../testing/snapshot/snapshot.ts';
import type { FirstIncumbentSnapshot } from '../../model/snapshot.ts';
import { planFirstIncumbent } from './first-incumbent.ts';

const empty = { ...board, tracks: {} };
const world = (change: Partial<FirstIncumbentSnapshot> = {}): FirstIncumbentSnapshot => {
  const { pull: _, results: __, diffs: ___, ...rest } = snapshot();
  return {
    ...rest,
    main: { ...rest.main, leaderboard: { ok: true, value: empty } },
    carrier: head({ blob: MAIN_BLOB }),
    ...change,
  };
};
const baseline = { blob: MAIN_BLOB, stage: 'baseline' as const };
const kinds = (snap: FirstIncumbentSnapshot) => planFirstIncumbent(snap, null).map((effect) => effect.kind);

describe("main's own file", () => {
  it('is ordered where the primary track has no incumbent', () => {
    const [effect] = planFirstIncumbent(world(), null);
    expect(effect).toMatchObject({
      kind: 'dispatch',
      orders: [{ job: { pull: null, stage: 'baseline', blob: MAIN_BLOB, incumbent: null } }],
    });
  });

  it('is left alone where there is one', () => {
    expect(kinds(world({ main: snapshot().main }))).toEqual(['look']);
  });

  it('becomes the incumbent, and waiting pull requests may go', () => {
    const collected = facts(2.5, { run: run(2.5, { stage: 'baseline' }) });
    const carrier = head({
      blob: MAIN_BLOB,
      runs: [runState({ kind: 'report', facts: collected }, baseline)],
    });
    const effects = planFirstIncumbent(world({ carrier, queue: [queueEntry(5)] }), null);
    expect(effects.map((effect) => effect.kind)).toEqual(['record', 'answer', 'look', 'again']);
    expect(effects[2]).toMatchObject({ pulls: [5] });
    expect(effects[0]).toMatchObject({
      message: { headline: 'baseline: the first incumbent of cpu, val_bpb 2.5000' },
    });
  });

  it('that crashes raises one alarm, and is not measured again and again', () => {
    const crashed = facts(null, { run: run(null, { stage: 'baseline' }) });
    const collected = runState({ kind: 'report', facts: crashed }, baseline);
    expect(kinds(world({ carrier: head({ blob: MAIN_BLOB, runs: [collected] }) }))).toEqual([
      'answer',
      'alarm',
    ]);
    const known = {
      ...collected,
      check: { ...collected.check, status: 'completed' as const },
      memory: { ...collected.memory, facts: crashed },
    };
    expect(kinds(world({ carrier: head({ blob: MAIN_BLOB, runs: [known] }) }))).toEqual(['look']);
  });

  it('is ordered again when the machine fails, until the attempts are used up', () => {
    const broken = (attempt: number) =>
      head({ blob: MAIN_BLOB, runs: [runState({ kind: 'lost' }, { ...baseline, attempt })] });
    expect(planFirstIncumbent(world({ carrier: broken(1) }), null)[0]).toMatchObject({
      kind: 'dispatch',
      orders: [{ key: { attempt: 2, ordinal: 1, seed: 7 } }],
    });
    expect(kinds(world({ carrier: broken(3) }))).toEqual(['answer', 'alarm']);

    // A machine that failed it is told from the others, and is named when nothing else names it.
    const failed = (attempt: number) =>
      runState({ kind: 'failed', why: 'no disk', machine: 'ada.desk' }, { ...baseline, attempt });
    const carrier = (attempt: number) => head({ blob: MAIN_BLOB, runs: [failed(attempt)] });
    expect(planFirstIncumbent(world({ carrier: carrier(1) }), null)[0]).toMatchObject({
      orders: [{ memory: { failedOn: ['ada.desk'] } }],
    });
    expect(planFirstIncumbent(world({ carrier: carrier(3) }), null)[0]).toMatchObject({
      kind: 'alarm',
      label: 'machine-fails',
    });
  });

  it('that was given up is asked for again with its seed', () => {
    const lost = runState({ kind: 'pending' }, { ...baseline, attempt: 3 });
    const givenUp = {
      ...lost,
      check: { ...lost.check, status: 'completed' as const },
      memory: { ...lost.memory, failure: 'gone', failedOn: ['ada.desk'] },
    };
    const carrier = head({ blob: MAIN_BLOB, runs: [givenUp] });
    expect(kinds(world({ carrier }))).toEqual(['look']);
    expect(planFirstIncumbent(world({ carrier, retry: true }), null)[0]).toMatchObject({
      orders: [{ key: { attempt: 1, ordinal: 1, seed: 7 }, memory: { failedOn: ['ada.desk'] } }],
    });
  });

  it('is waited for while a machine has it', () => {
    expect(
      kinds(world({ carrier: head({ blob: MAIN_BLOB, runs: [runState({ kind: 'pending' }, baseline)] }) })),
    ).toEqual(['look']);
  });
});
