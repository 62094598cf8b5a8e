import { describe, expect, it } from 'vitest';
import type { Description } from '../../../core/formats/description.ts';
import type { TrackStanding } from '../../../core/formats/leaderboard.ts';
import { type ExperimentResult, resultSchema } from '../../../core/formats/result.ts';
import { config as oneTrack } from '../../../testing/examples/config.ts';
import { board as oneBoard } from '../../../testing/examples/leaderboard.ts';
import { BLOB, HEAD, MAIN_BLOB, NOW, sha } from '../../../testing/examples/names.ts';
import { run } from '../../../testing/examples/run.ts';
import { commentOn, decided, verdictOf } from '../../../testing/snapshot/codes.ts';
import { facts, file, head, overall, runState } from '../../../testing/snapshot/head.ts';
import { queueEntry, snapshot as snapshotOf } from '../../../testing/snapshot/snapshot.ts';
import { type Asked, NO_REPLY } from '../../model/command.ts';
import type { Effect, FileWrite } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { plan } from '../plan.ts';
import { resultOf } from '../results/result.ts';
import { noRuns } from '../state/experiments.ts';
import { isReady, trackProgressOf } from './progress.ts';

/** Two tracks with the same rules, held by main's file at 2.0. */
const config = {
  ...oneTrack,
  tracks: { cpu: oneTrack.tracks.cpu!, small: oneTrack.tracks.cpu! },
};
const held: TrackStanding = oneBoard.tracks.cpu!;

function snapshot(
  tracks: string[],
  change: Partial<Snapshot['pull']> = {},
  more: Partial<Snapshot> & { merge?: boolean; holders?: Record<string, TrackStanding> } = {},
): Snapshot {
  const { merge = true, holders = {}, ...rest } = more;
  const at = snapshotOf(change, rest);
  const said = snapshotOf().pull.description as { ok: true; value: Description };
  const description = { ok: true as const, value: { ...said.value, tracks } };
  const board = { ...oneBoard, tracks: { cpu: held, small: held, ...holders } };
  const main = {
    ...at.main,
    config: { ok: true as const, value: { ...config, merge } },
    leaderboard: { ok: true as const, value: board },
    ...rest.main,
  };
  return { ...at, main, pull: { ...at.pull, description: change.description ?? description } };
}

function result(track: string, valBpb: number, change: Partial<ExperimentResult> = {}): ExperimentResult {
  const at = snapshot(['cpu', 'small']);
  const verdict = valBpb < 1.9 ? 'improved' : 'regressed';
  const judgement = {
    kind: 'verdict' as const,
    verdict: verdict as 'improved',
    reason: { code: 'margin', text: 'by the margin' },
    ...{ valBpb, incumbent: 2, evidence: null },
  };
  const experiment = { ...noRuns(BLOB, track, 'candidate', HEAD), facts: [facts(valBpb)] };
  return { ...resultOf(at, experiment, judgement), ...change };
}
const onResult = (...list: ExperimentResult[]) => ({
  results: list.map((one) => ({ blob: BLOB, result: one })),
});
/** The track's record is the pull request's own. */
const heldBy = (valBpb: number): TrackStanding => {
  const incumbent = { ...held.incumbent, pull: 41, blob: BLOB, valBpb };
  return { ...held, incumbent, history: [...held.history, incumbent] };
};
const measured = (track: string, valBpb: number) =>
  head({
    overall: overall('measuring', { track }),
    runs: [runState({ kind: 'report', facts: facts(valBpb) }, { track })],
  });

/** A run whose check says what it brought. */
const collected = (track: string, valBpb: number, blob = BLOB) => {
  const state = runState({ kind: 'pending' }, { track, blob });
  return {
    ...state,
    check: { ...state.check, status: 'completed' as const },
    memory: { ...state.memory, facts: facts(valBpb) },
  };
};

const kinds = (effects: Effect[]) => effects.map((effect) => effect.kind);
function only<K extends Effect['kind']>(effects: Effect[], kind: K): Extract<Effect, { kind: K }> {
  const found = effects.filter((effect) => effect.kind === kind);
  expect(found, `one ${kind} in ${kinds(effects)}`).toHaveLength(1);
  return found[0] as Extract<Effect, { kind: K }>;
}
const resultIn = ({ files }: { files: FileWrite[] }): ExperimentResult =>
  resultSchema.parse(JSON.parse(files.find(({ path }) => path.startsWith('results/experiments/'))!.content));
const ordered = (effects: Effect[]) => only(effects, 'dispatch').orders.map((order) => order.key.track);

describe('the tracks of a pull request', () => {
  it('come one after another, in the order of its list', () => {
    expect(ordered(plan(snapshot(['small', 'cpu'])))).toEqual(['small']);
    expect(ordered(plan(snapshot(['small', 'cpu'], {}, onResult(result('small', 2.5)))))).toEqual(['cpu']);
  });

  it('are the primary one when it names none, and those added by /track after it', () => {
    expect(ordered(plan(snapshot([])))).toEqual(['cpu']);
    const reply = { ...NO_REPLY, tracks: ['small'] };
    expect(ordered(plan(snapshot([], { reply }, onResult(result('cpu', 2.5)))))).toEqual(['small']);
  });

  it('stay where they were while its description cannot be read: nothing ends early', () => {
    const description = { ok: false as const, problems: ['not YAML'] };
    const heads = [head({ overall: overall('queued', { track: 'small' }) })];
    const ruled = plan(snapshot([], { description, heads }, onResult(result('cpu', 2.5))));
    const answer = only(ruled, 'answer');
    expect(answer).toMatchObject({ close: false, addLabels: ['needs-work'] });
    expect(decided(answer)).toMatchObject({ track: 'small', state: 'refused' });
  });

  it('end with what was dispatched, though the list names another one since', () => {
    const effects = plan(snapshot(['cpu'], { heads: [measured('small', 2.5)] }));
    expect(resultIn(only(effects, 'record')).track).toBe('small');
    expect(effects.at(-1)).toEqual({ kind: 'again' });
  });
});

describe('what is left to do', () => {
  const left = (...of: Parameters<typeof snapshot>) => {
    const at = snapshot(...of);
    if (!at.main.leaderboard.ok) throw new Error('no leaderboard');
    return trackProgressOf(at, { config, board: at.main.leaderboard.value });
  };
  const pending = (track: string, stage: 'explore' | 'baseline' = 'explore') =>
    runState({ kind: 'pending' }, { track, stage });

  it('lists its verdicts in the order they were decided', () => {
    const [first, second] = ['2026-11-23T10:00:00Z', '2026-11-23T11:00:00Z'];
    const results = [result('small', 2.5, { decidedAt: second! }), result('cpu', 2.5, { decidedAt: first! })];
    const { own, ahead } = left(['cpu', 'small'], {}, onResult(...results));
    expect([own.map(({ track }) => track), ahead]).toEqual([['cpu', 'small'], []]);
  });

  it('leaves out a track that the configuration has lost', () => {
    expect(left(['gone', 'small']).ahead).toEqual(['small']);
    expect(left(['small'], { heads: [head({ runs: [pending('gone')] })] }).begun).toBeNull();
  });

  it('goes on with a run that is out on a track that is asked for no more, not with one that came to nothing', () => {
    const on = (run: ReturnType<typeof runState>) => left(['cpu'], { heads: [head({ runs: [run] })] });
    expect(on(pending('small')).ahead).toEqual(['small', 'cpu']);
    const failed = runState({ kind: 'failed', why: 'the machine was lost' }, { track: 'small' });
    expect(on(failed).ahead).toEqual(['small', 'cpu']);
    const ended = { ...pending('small').check, status: 'completed' as const };
    expect(on({ ...pending('small'), check: ended }).ahead).toEqual(['cpu']);
  });

  it('does not take runs of the incumbent for runs of the file', () => {
    const heads = [head({ runs: [pending('small', 'baseline')] })];
    expect(left(['cpu', 'small'], { heads })).toMatchObject({ begun: null, ahead: ['cpu', 'small'] });
  });

  it('asks machines for what is open and no draft', () => {
    const ready = (change: Partial<Snapshot['pull']>) => isReady(snapshotOf(change));
    expect(ready({})).toBe(true);
    expect([ready({ draft: true }), ready({ state: 'closed' }), ready({ state: 'merged' })]).not.toContain(
      true,
    );
  });
});

describe('a verdict that is not the last', () => {
  it('of a gain moves main with one parent, closes nothing and goes on at once', () => {
    const effects = plan(snapshot(['cpu', 'small'], { heads: [measured('cpu', 1.5)] }));
    expect(kinds(effects)).toEqual(['merge', 'answer', 'look', 'again']);
    expect(only(effects, 'merge')).toMatchObject({
      head: null,
      measured: { path: 'train/train.py', blob: BLOB },
    });
    expect(only(effects, 'answer')).toMatchObject({ close: false, comment: null, addLabels: [] });
  });

  it('of a loss is recorded and goes on', () => {
    const effects = plan(snapshot(['small', 'cpu'], { heads: [measured('small', 2.5)] }));
    expect(kinds(effects)).toEqual(['record', 'answer', 'look', 'again']);
  });

  it('whose commit is there and whose answer is not: what its machine brought is written, then the next begins', () => {
    const at = (heads: Snapshot['pull']['heads']) =>
      snapshot(
        ['cpu', 'small'],
        { heads },
        { ...onResult(result('cpu', 1.5)), holders: { cpu: heldBy(1.5) } },
      );
    const effects = plan(at([measured('cpu', 1.5)]));
    expect(kinds(effects)).toEqual(['answer', 'again']);
    expect(only(effects, 'answer').checks[0]).toMatchObject({ status: 'completed', conclusion: 'success' });
    const written = head({ overall: overall('measuring'), runs: [collected('cpu', 1.5)] });
    expect(ordered(plan(at([written])))).toEqual(['small']);
  });
});

describe('the last verdict', () => {
  const before = { ...onResult(result('cpu', 1.5)), holders: { cpu: heldBy(1.5) } };

  it('of a loss merges the pull request for what it gained before', () => {
    const at = snapshot(['cpu', 'small'], { heads: [measured('small', 2.5)] }, before);
    const effects = plan(at);
    expect(kinds(effects)).toEqual(['merge', 'answer', 'look']);
    const merge = only(effects, 'merge');
    expect(merge).toMatchObject({ head: HEAD, measured: null });
    expect(only(effects, 'answer')).toMatchObject({ addLabels: ['improved'], close: false });
    expect(decided(only(effects, 'answer')).rules).toMatchObject({ verdict: 'regressed' });
    const decision = verdictOf([
      { result: before.results[0]!.result, consequence: 'merged' },
      { result: resultIn(merge), consequence: 'kept' },
    ]);
    expect(only(effects, 'answer').comment!.body).toBe(commentOn(at, decision));
  });

  it('of a gain beside the primary track puts it into train/best', () => {
    const effects = plan(snapshot(['cpu', 'small'], { heads: [measured('small', 1.5)] }, before));
    expect(only(effects, 'merge')).toMatchObject({
      head: HEAD,
      measured: { path: 'train/best/small.py', blob: BLOB },
    });
  });

  it('that was committed before the bot died is answered, and brings the head once', () => {
    const done = { ...before, ...onResult(result('cpu', 1.5), result('small', 2.5)) };
    const heads = [head({ overall: overall('measuring', { track: 'small' }) })];
    const open = plan(snapshot(['cpu', 'small'], { heads }, done));
    expect(only(open, 'merge')).toMatchObject({ head: HEAD, measured: null, files: [] });
    const there = plan(snapshot(['cpu', 'small'], { heads, onMain: true }, done));
    expect(kinds(there)).toEqual(['answer', 'look']);
    const merged = plan(snapshot(['cpu', 'small'], { heads, state: 'merged' }, done));
    expect(only(merged, 'answer').addLabels).toEqual(['improved']);
    expect(decided(only(merged, 'answer'))).toMatchObject({ state: 'verdict', conclusion: 'success' });
  });
});

describe('a gain that another one has beaten since', () => {
  it('is not said to be on main', () => {
    const beaten = heldBy(1.5);
    const by = { ...beaten.incumbent, pull: 60, blob: sha('7'), valBpb: 1.2 };
    const cpu = { ...beaten, incumbent: by, history: [...beaten.history, by] };
    const known = onResult(result('cpu', 1.5));
    const at = snapshot(
      ['cpu', 'small'],
      { heads: [measured('small', 2.5)] },
      { ...known, holders: { cpu } },
    );
    const effects = plan(at);
    const merge = only(effects, 'merge');
    expect(merge.head).toBe(HEAD);
    const decision = verdictOf([
      { result: known.results[0]!.result, consequence: 'overtaken' },
      { result: resultIn(merge), consequence: 'kept' },
    ]);
    expect(only(effects, 'answer').comment!.body).toBe(commentOn(at, decision));
  });
});

describe('a gain that could not be adopted when it was measured', () => {
  const late = onResult(result('cpu', 1.5));

  it('is adopted before the next track begins', () => {
    const effects = plan(snapshot(['cpu', 'small'], {}, late));
    expect(kinds(effects)).toEqual(['merge', 'again']);
    expect(only(effects, 'merge')).toMatchObject({ head: null, measured: { blob: BLOB } });
  });

  it('is not, when the record of today is better', () => {
    const better = { ...held, incumbent: { ...held.incumbent, valBpb: 1.2 }, runs: [run(1.2)] };
    expect(ordered(plan(snapshot(['cpu', 'small'], {}, { ...late, holders: { cpu: better } })))).toEqual([
      'small',
    ]);
  });

  it('where people merge waits for them on every track, and both records move when they have', () => {
    const both = onResult(result('cpu', 1.5), result('small', 1.5));
    const heads = [head({ overall: overall('measuring', { track: 'small' }) })];
    const waits = plan(snapshot(['cpu', 'small'], { heads }, { ...both, merge: false }));
    expect(only(waits, 'answer')).toMatchObject({ addLabels: ['improved', 'ready'], close: false });
    const main = { ...snapshotOf().main, train: { ...file, oid: BLOB } };
    const byHand = { heads, state: 'merged' as const, labels: ['improved', 'ready'] };
    const step = (holders: Record<string, TrackStanding>) => {
      const at = snapshot(['cpu', 'small'], byHand, { ...both, merge: false, holders });
      return plan({ ...at, main: { ...at.main, train: main.train } });
    };
    expect(kinds(step({}))).toEqual(['record', 'again']);
    const last = step({ cpu: heldBy(1.5) });
    expect(only(last, 'merge')).toMatchObject({ head: null, measured: { path: 'train/best/small.py' } });
    expect(only(last, 'answer').removeLabels).toEqual(['ready']);
  });
});

describe('a verdict that fell with an outlier’s machine', () => {
  it('is measured again on its track, beside one that stands', () => {
    const runs = [run(2.5, { discounted: 'its machine stood alone' })];
    const reason = { code: 'reconsidered', text: 'measured again' };
    const fell = result('cpu', 2.5, { verdict: 'invalid', reason, valBpb: null, runs });
    const heads = [head({ overall: overall('verdict'), runs: [collected('cpu', 2.5)] })];
    const effects = plan(snapshot(['cpu', 'small'], { heads }, onResult(fell, result('small', 2.5))));
    expect(ordered(effects)).toEqual(['cpu']);
  });
});

describe('the same file', () => {
  const others = (track: string) => onResult(result(track, 2.5, { pull: 7 }));

  it('on record of another pull request on one track is measured on the other alone', () => {
    expect(ordered(plan(snapshot(['cpu', 'small'], {}, others('cpu'))))).toEqual(['small']);
    expect(only(plan(snapshot(['cpu'], {}, others('cpu'))), 'answer').addLabels).toEqual(['duplicate']);
  });

  it('that a younger pull request is being measured for is not measured twice', () => {
    const younger = queueEntry(50, {
      blob: BLOB,
      overall: { blob: BLOB, track: 'small', state: 'measuring' },
    });
    const effects = plan(snapshot(['small', 'cpu'], {}, { queue: [younger] }));
    expect(ordered(effects)).toEqual(['cpu']);
    const waiting = { ...younger, overall: { ...younger.overall!, state: 'queued' as const } };
    expect(ordered(plan(snapshot(['small', 'cpu'], {}, { queue: [waiting] })))).toEqual(['small']);
  });

  it("as a track's incumbent but for its comments is a duplicate there, whatever main's file says", () => {
    const holder = { ...held, incumbent: { ...held.incumbent, pull: 7, blob: sha('7') } };
    const contents = { [BLOB]: 'same', [sha('7')]: 'same', [MAIN_BLOB]: 'other' };
    const effects = plan(snapshot(['small'], {}, { contents, holders: { small: holder } }));
    expect(only(effects, 'answer')).toMatchObject({ addLabels: ['duplicate'], close: true });
  });
});

describe('/track', () => {
  const asked = (track: string, change: Partial<Asked> = {}): Asked => ({
    ...{ id: '17', by: 'nova', isAuthor: true, permission: 'read', at: NOW },
    ...{ command: { name: 'track', track }, ...change },
  });
  const replyOf = (effects: Effect[]) =>
    effects.flatMap((one) =>
      one.kind === 'answer' && one.comment?.body.startsWith('<!-- descent:commands')
        ? [one.comment.body.split('\n')[0]]
        : [],
    )[0];

  it('is in force for the step that hears it, and remembered in the order of the comments', () => {
    const effects = plan(
      snapshot(['cpu'], {
        asked: [asked('small'), asked('small', { id: '18' })],
        heads: [measured('cpu', 1.5)],
      }),
    );
    expect(only(effects, 'merge').head).toBeNull();
    expect(replyOf(effects)).toBe('<!-- descent:commands approved=no tracks=small 17=taken 18=taken -->');
  });

  it('asks for no more than eight', () => {
    const eight = Array.from({ length: 8 }, (_, i) => `t${i}`);
    const heads = [head({ overall: overall('queued') })];
    const effects = plan(snapshot(eight, { heads, asked: [asked('small')] }));
    expect(replyOf(effects)).toContain('17=refused');
  });

  it('is not taken for a pull request that is closed', () => {
    const effects = plan(snapshot(['cpu'], { state: 'closed', asked: [asked('small')] }));
    expect(replyOf(effects)).toContain('17=refused');
  });
});

describe('a push over a file that was halfway', () => {
  it('ends its heads once its last run has its record', () => {
    const old = sha('f');
    const past = (finding: Parameters<typeof runState>[0]) => ({
      ...head({ overall: overall('measuring', { blob: old, track: 'small' }) }),
      ...{ oid: sha('6'), blob: old },
      runs: [collected('cpu', 1.5, old), runState(finding, { blob: old, track: 'small' })],
    });
    const first = { blob: old, result: result('cpu', 1.5, { blob: old }) };
    const running = snapshot(
      ['cpu', 'small'],
      { heads: [head(), past({ kind: 'pending' })] },
      { results: [first] },
    );
    expect(ordered(plan(running))).toEqual(['cpu']);
    const came = past({ kind: 'report', facts: facts(2.5) });
    const effects = plan(snapshot(['cpu', 'small'], { heads: [head(), came] }, { results: [first] }));
    expect(kinds(effects)).toEqual(['record', 'answer', 'again']);
    expect(only(effects, 'answer').checks.map((check) => check.name)).toContain('descent');
  });
});
