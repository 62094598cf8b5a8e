import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { MachineState } from '../../../../core/formats/leaderboard.ts';
import { read, SEVERAL } from '../../../../testing/examples/config.ts';
import { board } from '../../../../testing/examples/leaderboard.ts';
import { IDS, lentBy } from '../../../../testing/examples/lent.ts';
import { BLOB, NOW, sha } from '../../../../testing/examples/names.ts';
import { run } from '../../../../testing/examples/run.ts';
import { decided } from '../../../../testing/snapshot/codes.ts';
import { facts } from '../../../../testing/snapshot/head.ts';
import { config, known, lent, ordersOf, preempted, sent } from '../../../../testing/snapshot/lent.ts';
import { queueEntry, snapshot } from '../../../../testing/snapshot/snapshot.ts';
import type { Finding, RunState, Snapshot } from '../../../model/snapshot.ts';
import { decodeMemory, decodeRun } from '../../../model/state.ts';
import { plan } from '../../plan.ts';

const placed = (at: Snapshot) => ordersOf(plan(at)).map(({ memory }) => memory.lent?.name ?? 'labels');
const answered = (at: Snapshot) =>
  plan(at).flatMap((effect) => (effect.kind === 'answer' ? [decided(effect)] : []))[0];

const confirmed = (owner: string, ordinal: number, valBpb: number) =>
  facts(valBpb, {
    run: run(valBpb, {
      stage: 'confirm',
      ordinal,
      owner,
      machine: `${owner}.desk`,
      runId: 200 + ordinal,
      seed: 30 + ordinal,
    }),
  });

describe('a run goes to a lent machine', () => {
  it('in the repository of its owner, by a label that its runner alone has, with the harness of main', () => {
    const [order] = ordersOf(plan(lent([lentBy('ada')])));
    expect(order).toMatchObject({
      labels: ['self-hosted', `descent-job-${order!.job.nonce}`],
      branch: 'trunk',
      job: { harness: sha('d'), repository: 'descent/descent' },
      memory: {
        target: null,
        lent: { name: 'ada.desk', ownerId: IDS.ada, owner: 'ada', repository: 'ada/descent-machine' },
      },
    });
    expect(decodeRun(order!.check.externalId)!.key.lent).toBe('ada.desk');
  });

  it('one of those that are free, by randomness: not always the same, and never one that has a run', () => {
    const all = ['ada', 'bob', 'cleo'].map((login) => lentBy(login));
    const drawn = new Set(
      Array.from({ length: 30 }, (_, i) => {
        const fresh = [{ seed: i, nonce: `${i}`.padStart(8, '0').padEnd(32, '0') }];
        return placed(lent(all, [], { fresh: [...fresh, ...snapshot().fresh] }))[0];
      }),
    );
    expect(drawn).toEqual(new Set(['ada.desk', 'bob.desk', 'cleo.desk']));

    const running = [{ ...sent('ada', { kind: 'pending' }, { nonce: 'a'.repeat(32) }).key }];
    const queue = [queueEntry(7, { overall: { blob: BLOB, track: 'cpu', state: 'measuring' }, running })];
    const busy = [all[0]!, lentBy('bob', { out: ['c'.repeat(32)] }), lentBy('cleo', { status: 'busy' })];
    expect(placed(lent(busy, [], { queue }))).toEqual([]);
    expect(placed(lent([...busy, lentBy('dora', { id: 15 })], [], { queue }))).toEqual(['dora.desk']);
  });

  it('by owners, not by machines: one with many repositories gets no more than another with one', () => {
    const many = Array.from({ length: 15 }, (_, i) => lentBy('bob', { machine: `m${i}` }));
    const nonces = Array.from({ length: 64 }, (_, i) =>
      createHash('sha256').update(`${i}`).digest('hex').slice(0, 32),
    );
    const chosen = (runs: RunState[]) =>
      nonces.flatMap((nonce) => {
        const fresh = [{ seed: 1, nonce }, ...snapshot().fresh];
        return placed(lent([...many, lentBy('ada')], runs, { fresh }));
      });
    for (const runs of [[], [sent('cleo', preempted('cleo'))]]) {
      const names = chosen(runs);
      const theirs = names.filter((name) => name === 'ada.desk').length;
      expect(theirs).toBeGreaterThan(16);
      expect(theirs).toBeLessThan(48);
      expect(new Set(names).size).toBeGreaterThan(8);
    }
  });

  it.each([
    ['is away', lentBy('ada', { status: 'away' })],
    ['has a run', lentBy('ada', { status: 'busy', nonce: 'a'.repeat(32) })],
    ['was not heard of for a quarter of an hour', lentBy('ada', { at: '2026-11-20T10:00:00.000Z' })],
    ['said nothing yet', { ...lentBy('ada'), availability: null }],
    ['has no such track now', lentBy('ada', { tracks: ['h100'] })],
  ])('none is sent where the machine %s: it waits, and says so', (_what, machine) => {
    expect(placed(lent([machine]))).toEqual([]);
    expect(answered(lent([machine]))).toMatchObject({ state: 'queued', rules: { turn: 'queued' } });
  });

  it('before labels, which take what no free machine can, where such runners are known', () => {
    const own = { owner: 'cleo', jobs: 20, lastSeen: NOW, outliers: [], unvouched: [] };
    const standings: [string, MachineState][] = [['cleo.rack', own]];
    expect(placed(lent([lentBy('ada')], [], { standings }))).toEqual(['ada.desk']);
    expect(placed(lent([lentBy('ada', { status: 'away' })], [], { standings }))).toEqual(['labels']);
  });

  it('a bot that hears of no lent machine, as one without a server, asks for no label that nobody has', () => {
    expect(placed(lent([]))).toEqual(['labels']);
    const bare = { ...config, tracks: { cpu: { ...config.tracks.cpu!, 'runs-on': [] } } };
    const at = lent([]);
    expect(placed({ ...at, main: { ...at.main, config: { ok: true, value: bare } } })).toEqual([]);
    expect(placed(lent([], [], { standings: [known('ada')] }))).toEqual([]);
  });

  it('as many as machines are free, and no more than the track has places', () => {
    const queue = [queueEntry(7), queueEntry(8)];
    expect(placed(lent([lentBy('ada'), lentBy('bob')], [], { queue }))).toEqual([]);
    expect(
      placed(
        lent(
          ['ada', 'bob', 'cleo'].map((one) => lentBy(one)),
          [],
          { queue },
        ),
      ),
    ).toEqual([]);
    expect(placed(lent([lentBy('ada'), lentBy('bob')], [], { queue: [queueEntry(7)] }))).toHaveLength(1);
  });
});

describe('a confirmation goes to lent machines', () => {
  const explored = () => [
    sent('ada', { kind: 'report', facts: facts(1.2, { run: run(1.2, { machine: 'ada.desk' }) }) }),
  ];

  it('of two owners at least, never of the author, and to each machine one run', () => {
    const machines = ['ada', 'bob', 'nova'].map((login) => lentBy(login));
    expect(placed(lent(machines, explored())).toSorted()).toEqual(['ada.desk', 'bob.desk']);
  });

  it('of owners, not of machines: two of one owner are one owner, by number and not by how the name is written', () => {
    const second = lentBy('Ada', { id: IDS.ada!, machine: 'rack' });
    const third = lentBy('ada', { machine: 'lab' });
    const orders = ordersOf(plan(lent([lentBy('ada'), second, third, lentBy('bob')], explored())));
    const owners = orders.map(({ memory }) => memory.target).toSorted();
    expect(owners).toEqual(['ada', 'bob']);
    const wide = read(SEVERAL.replace('capacity: 2', 'capacity: 9'));
    const at = lent([lentBy('ada'), second, third, lentBy('bob')], explored());
    const roomy = { ...at, main: { ...at.main, config: { ok: true as const, value: wide } } };
    expect(
      ordersOf(plan(roomy))
        .map(({ memory }) => memory.target)
        .toSorted(),
    ).toEqual(['ada', 'ada', 'bob']);
  });

  it('never on a machine whose runs end without a loss too often: it explores alone', () => {
    const lately = `${'f'.repeat(7)}ppp`;
    const standings = [known('ada', { lately }), known('bob'), known('cleo')];
    const machines = ['ada', 'bob', 'cleo'].map((login) => lentBy(login));
    expect(placed(lent(machines, explored(), { standings })).toSorted()).toEqual(['bob.desk', 'cleo.desk']);
    expect(placed(lent([machines[0]!], [], { standings }))).toEqual(['ada.desk']);
    const blocked = [
      known('ada', { outliers: [7, 9].map((pull) => ({ at: NOW, pull, author: `a${pull}` })) }),
    ];
    expect(placed(lent([machines[0]!], [], { standings: blocked }))).toEqual([]);
    const at = lent([lentBy('lovelace', { id: IDS.ada! })]);
    const named = (name: string) => ({ ok: true as const, value: { ...config, blocked: [name] } });
    expect(placed({ ...at, main: { ...at.main, config: named(`${IDS.ada}_`) } })).toEqual([]);
    expect(placed({ ...at, main: { ...at.main, config: named('ada.desk') } })).toEqual(['lovelace.desk']);
  });

  it('waits for a machine of an owner who may, instead of giving an owner more than the share', () => {
    const runs = [
      ...explored(),
      ...[1, 2].map((ordinal) =>
        sent(
          'ada',
          { kind: 'report', facts: confirmed('ada', ordinal, 1.2) },
          { stage: 'confirm', ordinal, seed: 30 + ordinal },
          'ada',
        ),
      ),
    ];
    const at = lent([lentBy('ada'), lentBy('bob', { status: 'away' })], runs, { queue: [queueEntry(8)] });
    expect(placed(at)).toEqual([]);
    expect(answered(at)).toMatchObject({ state: 'waiting', rules: { placing: 'machine' } });
    // It holds no place: another may have what is free.
    expect(plan(at)).toContainEqual(expect.objectContaining({ kind: 'look', pulls: [8] }));
    expect(placed({ ...at, lent: [lentBy('ada'), lentBy('bob')] })).toEqual(['bob.desk']);
  });
});

describe('a run that ended without a loss', () => {
  it('is ordered again with its seed and its number, of another owner, and costs no attempt', () => {
    for (let i = 0; i < 12; i++) {
      const fresh = [{ seed: i, nonce: `${i}`.padStart(8, '0').padEnd(32, '0') }, ...snapshot().fresh];
      const at = lent(
        [lentBy('ada'), lentBy('bob')],
        [sent('ada', preempted('ada'), { ordinal: 3, seed: 77 })],
        {
          fresh,
        },
      );
      const [order] = ordersOf(plan(at));
      expect(order).toMatchObject({
        key: { ordinal: 3, seed: 77, stage: 'explore', attempt: 1, lent: 'bob.desk', nonce: fresh[0]!.nonce },
        job: { seed: 77, ordinal: 3 },
        memory: { ends: [{ machine: 'ada.desk', ownerId: IDS.ada, how: 'preempted' }] },
      });
    }
  });

  it.each<[string, Finding, number]>([
    ['preempted', preempted('ada'), 2],
    ['disturbed', { kind: 'void', outcome: 'disturbed', machine: 'ada.desk' }, 2],
    ['vanished', { kind: 'vanished', runId: 100, machine: 'ada.desk' }, 2],
    ['not taken', { kind: 'untaken', runId: 100 }, 2],
    ['failed', { kind: 'failed', why: 'no disk', machine: 'ada.desk' }, 3],
    ['refused', { kind: 'refused', check: 'digest', why: 'another', machine: 'ada.desk' }, 3],
    ['lost', { kind: 'lost' }, 3],
  ])(
    '%s: only a fault uses up an attempt, and no silence of an owner who ended it for the first time',
    (_how, finding, attempt) => {
      const wide = { ...config, limits: { ...config.limits, attempts: 3 } };
      const at = lent([lentBy('ada'), lentBy('bob')], [sent('ada', finding, { attempt: 2 })]);
      const main = { ...at.main, config: { ok: true as const, value: wide } };
      expect(ordersOf(plan({ ...at, main }))).toMatchObject([
        { key: { attempt, seed: 7, lent: 'bob.desk' } },
      ]);
    },
  );

  describe.each<[string, Finding]>([
    ['vanished', { kind: 'vanished', runId: 100, machine: 'ada.desk' }],
    ['not taken', { kind: 'untaken', runId: 100 }],
  ])('%s', (_how, finding) => {
    const wide = { ...config, limits: { ...config.limits, attempts: 3 } };
    const after = (owners: number[], attempt: number) => {
      const ends = owners.map((ownerId) => ({
        machine: `m${ownerId}.desk`,
        ownerId,
        how: 'untaken' as const,
      }));
      const last = sent('ada', finding, { attempt });
      const at = lent([lentBy('bob')], [{ ...last, memory: { ...last.memory, ends } }]);
      return plan({ ...at, main: { ...at.main, config: { ok: true as const, value: wide } } });
    };

    it('by three accounts kills no pull request: it goes to a fourth', () => {
      expect(ordersOf(after([31, 32], 1))).toMatchObject([{ key: { attempt: 1, lent: 'bob.desk' } }]);
    });

    it('by one account again costs an attempt, whatever its login is now', () => {
      expect(ordersOf(after([IDS.ada!], 1))).toMatchObject([{ key: { attempt: 2 } }]);
    });

    it('by ten accounts costs one each time: it ends, and who did so is told', () => {
      const ten = Array.from({ length: 10 }, (_, i) => 31 + i);
      expect(ordersOf(after(ten, 1))).toMatchObject([{ key: { attempt: 2 } }]);
      const effects = after(ten, 3);
      expect(ordersOf(effects)).toEqual([]);
      const titles = effects.flatMap((one) => (one.kind === 'alarm' ? one.title : []));
      expect(titles).toContain('Machine ada.desk fails its jobs on cpu');
      expect(titles).toContain('Machine m31.desk fails its jobs on cpu');
    });
  });

  it('goes on however often owners take it back', () => {
    const ends = Array.from({ length: 60 }, (_, i) => ({
      ...{
        machine: i % 2 ? 'ada.desk' : 'bob.desk',
        ownerId: i % 2 ? IDS.ada! : IDS.bob!,
        how: 'preempted' as const,
      },
    }));
    const last = sent('ada', preempted('ada'));
    const often = { ...last, memory: { ...last.memory, ends } };
    const [order] = ordersOf(
      plan(
        lent(
          ['ada', 'bob', 'cleo'].map((one) => lentBy(one)),
          [often],
        ),
      ),
    );
    expect(order!.memory).toMatchObject({ lent: { name: 'cleo.desk' } });
    expect(order!.memory.ends).toHaveLength(50);
  });

  it('goes to who ended it before, rather than to who ended it last, where all have', () => {
    const ends = [{ machine: 'bob.desk', ownerId: IDS.bob!, how: 'preempted' as const }];
    const last = sent('ada', preempted('ada'));
    const both = { ...last, memory: { ...last.memory, ends } };
    for (const nonce of ['0', '1', '2', '3'].map((digit) => digit.padStart(8, '0').padEnd(32, '0'))) {
      const fresh = [{ seed: 1, nonce }, ...snapshot().fresh];
      expect(placed(lent([lentBy('ada'), lentBy('bob')], [both], { fresh }))).toEqual(['bob.desk']);
    }
    expect(placed(lent([lentBy('ada'), lentBy('bob', { status: 'busy' })], [both]))).toEqual([]);
  });

  it('is cancelled in the repository that it ran in, where its machine is gone', () => {
    const gone = sent('ada', { kind: 'vanished', runId: 100, machine: 'ada.desk' });
    const cancel = plan(lent([lentBy('bob')], [gone])).find((effect) => effect.kind === 'cancel');
    expect(cancel).toMatchObject({ runs: [{ runId: 100, repository: 'ada/descent-machine', force: true }] });
  });

  it('waits while the other owner has a run, and gives its machine back: it is written once and costs no request', () => {
    const at = lent(
      [lentBy('ada'), lentBy('bob', { status: 'busy' })],
      [sent('ada', preempted('ada'), { seed: 77 })],
    );
    const [effect] = plan(at).filter(({ kind }) => kind === 'answer');
    const check = effect?.kind === 'answer' ? effect.checks.find(({ id }) => id === 'check-1')! : undefined;
    expect(check).toMatchObject({ status: 'queued', conclusion: null });
    const key = decodeRun(check!.externalId)!.key;
    const memory = decodeMemory(check!.text)!;
    expect(key).toMatchObject({ seed: 77, ordinal: 1, attempt: 1, runId: 0 });
    expect(key).not.toHaveProperty('lent');
    expect(memory).not.toHaveProperty('lent');
    expect(memory.ends).toHaveLength(1);
    expect(answered(at)).toMatchObject({ state: 'waiting', rules: { placing: 'machine' } });

    const state = { ...at.pull.heads[0]!.runs[0]!, key, memory, finding: { kind: 'waiting' } as const };
    const waiting = { ...state, check: { ...state.check, status: 'queued' as const } };
    const later = lent([lentBy('ada'), lentBy('bob', { status: 'busy' })], [waiting]);
    expect(
      plan(later)
        .flatMap((one) => (one.kind === 'answer' ? one.checks : []))
        .map(({ id }) => id),
    ).toEqual(['overall']);
    expect(ordersOf(plan(lent([lentBy('ada'), lentBy('bob')], [waiting])))).toMatchObject([
      {
        key: { seed: 77, attempt: 1, lent: 'bob.desk' },
        memory: { ends: [{ how: 'preempted' }] },
        check: { id: 'check-1' },
      },
    ]);
  });

  it('goes to another machine of its owner where no other owner is there, and to the same where none is', () => {
    const runs = [sent('ada', preempted('ada'))];
    const rack = lentBy('ada', { machine: 'rack' });
    const away = lentBy('bob', { status: 'away' });
    expect(placed(lent([lentBy('ada'), rack, away], runs))).toEqual(['ada.rack']);
    expect(placed(lent([lentBy('ada'), away], runs))).toEqual([]);
    expect(placed(lent([lentBy('ada'), lentBy('bob', { at: '2026-11-01T10:00:00.000Z' })], runs))).toEqual([
      'ada.desk',
    ]);
    expect(placed(lent([lentBy('ada')], runs))).toEqual(['ada.desk']);
  });

  it('waits a day and no longer for an owner who is busy or away, and then goes to who is free by its rules', () => {
    for (const status of ['busy', 'away'] as const) {
      const last = sent('ada', preempted('ada'));
      const ended = (dispatchedAt: string) => ({ ...last, memory: { ...last.memory, dispatchedAt } });
      const machines = [lentBy('ada'), lentBy('bob', { status })];
      expect(placed(lent(machines, [ended('2026-11-22T12:30:00.000Z')]))).toEqual([]);
      const old = ended('2026-11-22T11:30:00.000Z');
      expect(placed(lent(machines, [old]))).toEqual(['ada.desk']);
      expect(placed(lent([...machines, lentBy('cleo')], [old]))).toEqual(['cleo.desk']);
      // The author of the file confirms nothing, after whatever time.
      const explored = sent('ada', { kind: 'report', facts: facts(1.2) });
      const confirming = { ...sent('ada', preempted('ada'), { stage: 'confirm', ordinal: 2 }, 'ada') };
      const memory = { ...confirming.memory, dispatchedAt: old.memory.dispatchedAt };
      const author = [lentBy('nova'), lentBy('bob', { status })];
      expect(placed(lent(author, [explored, { ...confirming, memory }]))).toEqual([]);
    }
  });

  it('keeps the rules of its stage: a confirmation goes to no author, and to no owner beyond the share', () => {
    const known = [1, 2].map((ordinal) =>
      sent(
        'cleo',
        { kind: 'report', facts: confirmed('cleo', ordinal, 1.2) },
        { stage: 'confirm', ordinal },
        'cleo',
      ),
    );
    const explored = sent('ada', { kind: 'report', facts: facts(1.2) });
    const lost = sent('ada', preempted('ada'), { stage: 'confirm', ordinal: 3, seed: 33 }, 'ada');
    const machines = ['ada', 'cleo', 'nova'].map((login) => lentBy(login));
    expect(placed(lent([...machines, lentBy('bob')], [explored, ...known, lost]))).toEqual(['bob.desk']);
    // Cleo has two of four already, and nova is the author.
    expect(
      placed(lent([...machines, lentBy('bob', { status: 'busy' })], [explored, ...known, lost])),
    ).toEqual([]);
  });

  it('of the incumbent is no call that may be given up: no owner chooses which runs of the incumbent count', () => {
    const explored = sent('bob', { kind: 'report', facts: facts(1.2) });
    const incumbent = board.tracks.cpu!.incumbent.blob;
    const lost = sent('ada', preempted('ada'), { stage: 'baseline', blob: incumbent, seed: 55 });
    const orders = ordersOf(plan(lent([lentBy('ada'), lentBy('bob')], [explored, lost])));
    expect(orders).toMatchObject([{ key: { stage: 'baseline', ordinal: 1, seed: 55, lent: 'bob.desk' } }]);
  });
});
