import { beforeAll, describe, expect, it } from 'vitest';
import { parseBorrowed } from '../../../core/formats/borrowing/record.ts';
import { parseBorrow } from '../../../core/formats/description.ts';
import { parseLedger } from '../../../core/formats/ledger.ts';
import { ledgerWith } from '../../../testing/examples/borrowed.ts';
import { CONFIG, LENDING, read } from '../../../testing/examples/config.ts';
import { lentBy } from '../../../testing/examples/lent.ts';
import { BLOB, HEAD, NOW, sha } from '../../../testing/examples/names.ts';
import { decided } from '../../../testing/snapshot/codes.ts';
import { head, overall, runState } from '../../../testing/snapshot/head.ts';
import { ordersOf } from '../../../testing/snapshot/lent.ts';
import { queueEntry, snapshot } from '../../../testing/snapshot/snapshot.ts';
import type { CheckWrite, Effect } from '../../model/effect.ts';
import type { LentMachine } from '../../model/lent.ts';
import type { RunState, Snapshot } from '../../model/snapshot.ts';
import { type BorrowedEnd, decodeMemory, decodeOverall, decodeRun } from '../../model/state.ts';
import { BORROW_ENDED } from '../../say/borrow.ts';
import { plan } from '../plan.ts';

/** nova, whose account is #14, borrows: who gets it, what is held, what is paid, and what borrowers and machines try. */

const TO = 'age12vadyelk7lqfa93dzsultk6wsnx3mggavesz67d33cprhm3qzf2szz8lme';
const config = read(`${CONFIG}${LENDING}borrowing: { most-seconds: 600, most-mib: 4 }\n`);
const body = (asked: object = {}) =>
  `\`\`\`yaml\nborrow: ${JSON.stringify({ seconds: 60, to: TO, ...asked })}\n\`\`\`\n`;

interface Given {
  asked?: object;
  credits?: number;
  lent?: LentMachine[];
  pull?: Partial<Snapshot['pull']>;
  more?: Partial<Snapshot>;
}

const lender = (login: string, change: Parameters<typeof lentBy>[1] = {}) =>
  lentBy(login, { accepts: ['commons', 'borrowed'], ...change });

function at({
  asked = {},
  credits = 1000,
  lent = [lender('ada')],
  pull = {},
  more = {},
}: Given = {}): Snapshot {
  const { main } = snapshot();
  return snapshot(
    { authorId: 14, borrow: parseBorrow(body(asked)), ...pull },
    {
      main: {
        ...main,
        config: { ok: true, value: config },
        ledger: credits === 0 ? null : { ok: true, value: ledgerWith(credits) },
      },
      lent,
      ...more,
    },
  );
}

const placed = (given: Given) => ordersOf(plan(at(given))).map(({ memory }) => memory.lent!.name);
const checksIn = (effects: Effect[]): CheckWrite[] =>
  effects.flatMap((effect) => (effect.kind === 'answer' || effect.kind === 'dispatch' ? effect.checks : []));
const said = (effects: Effect[]) => decided({ checks: checksIn(effects) });
const holdsIn = (effects: Effect[]) =>
  checksIn(effects).flatMap(({ externalId }) => decodeOverall(externalId)?.key.holds ?? []);
const waitingIn = (effects: Effect[]) =>
  checksIn(effects).filter(({ status, name }) => status === 'queued' && name.includes('borrow'));
const filesOf = (effects: Effect[]) =>
  Object.fromEntries(
    effects.flatMap((effect) =>
      effect.kind === 'record' ? effect.files.map(({ path, content }) => [path, content]) : [],
    ),
  );

/** A copy as it was ordered, sent to ada where nobody else is named. */
function copy(finding: RunState['finding'], ordinal = 1, login = 'ada'): RunState {
  const nonce = `${ordinal}`.padStart(32, 'c');
  const run = runState(finding, {
    stage: 'borrow',
    ordinal,
    nonce,
    runId: 100 + ordinal,
    lent: `${login}.desk`,
  });
  const { job } = run.memory;
  const lent = { name: `${login}.desk`, ownerId: { ada: 11, bob: 12 }[login]!, owner: login };
  return {
    ...run,
    memory: {
      ...run.memory,
      job: { ...job, stage: 'borrow', ordinal, nonce, borrow: { keep: 'weights', to: TO } },
      lent: { ...lent, repository: `${login}/descent-machine` },
    },
  };
}

function end(ordinal: number, change: Partial<BorrowedEnd> = {}): BorrowedEnd {
  return {
    ...{ ordinal, seed: 7, runId: 100 + ordinal, machine: 'ada.desk', owner: 'ada', ownerId: 11, at: NOW },
    ...{ seconds: 60, outcome: 'borrowed', artifact: null },
    ...change,
  };
}

/** Under way, with what was held when it began. */
function going(runs: RunState[], given: Given = {}): Snapshot {
  const holds = [{ account: '#14', milli: 60_000 * runs.length }];
  return at({
    ...given,
    pull: { heads: [head({ overall: overall('borrowing', { holds }), runs })], ...given.pull },
  });
}

const BEFORE: Snapshot['borrowed'] = {
  ok: true,
  value: {
    ...{ schema: 1, pull: 41, account: '#14', login: 'nova', track: 'cpu', file: BLOB, keep: 'weights' },
    runs: [{ ...end(1), gross: 60_000 }],
  },
};

describe('a request', () => {
  it('holds what it may cost, and sends each copy with a seed of its own to another machine', () => {
    const effects = plan(
      at({ asked: { copies: 3 }, lent: ['ada', 'bob', 'cleo'].map((one) => lender(one)) }),
    );
    const orders = ordersOf(effects);
    expect(new Set(orders.map(({ memory }) => memory.lent!.owner))).toEqual(new Set(['ada', 'bob', 'cleo']));
    expect(new Set(orders.map(({ job }) => job.seed)).size).toBe(3);
    expect(orders[0]!.job).toMatchObject({
      ...{ stage: 'borrow', blob: BLOB, budgetSeconds: 60, weightsMiB: 4, probes: 0, incumbent: null },
      borrow: { keep: 'weights', to: TO },
    });
    expect(holdsIn(effects)).toEqual([{ account: '#14', milli: 180_000 }]);
    expect(said(effects)).toMatchObject({ state: 'borrowing', conclusion: null });
  });

  it('waits with the copies that find no machine', () => {
    const effects = plan(at({ asked: { copies: 3 } }));
    expect([ordersOf(effects).length, waitingIn(effects).length]).toEqual([1, 2]);
    expect(decodeMemory(waitingIn(effects)[0]!.text)).toMatchObject({
      job: { borrow: { to: TO } },
      waits: expect.any(String),
    });
  });

  it.each<[string, Given]>([
    ['a second time, which would be written over the record of the first', { more: { borrowed: BEFORE } }],
    ['more than there is', { credits: 59 }],
    ['nothing there', { credits: 0 }],
    ['too long', { asked: { seconds: 601 } }],
    [
      'an unknown track',
      { pull: { borrow: parseBorrow(body().replace('\n```\n', '\ntrack: h200\n```\n')) } },
    ],
    ['a key that is none', { asked: { to: 'age1me' } }],
    ['a data set that no track uses', { asked: { data: 'climbmix' } }],
    [
      'other files',
      {
        pull: {
          files: [
            { path: 'train/train.py', change: 'modified' },
            { path: 'x', change: 'added' },
          ],
          changedFiles: 2,
        },
      },
    ],
    ['nobody known', { pull: { authorId: null } }],
    [
      'a swarm that lends nothing',
      { more: { main: { ...at().main, config: { ok: true, value: read(CONFIG + LENDING) } } } },
    ],
    [
      'a ledger that cannot be read',
      { more: { main: { ...at().main, ledger: { ok: false, problems: ['no'] } } } },
    ],
    [
      'what another of its requests borrows, whose new commit was not looked at yet',
      {
        more: {
          queue: [queueEntry(7, { author: at().pull.author, overall: null })],
          borrowing: [{ pull: 7, track: 'cpu', seconds: 950 }],
        },
      },
    ],
    [
      'what another of its requests holds',
      {
        more: {
          queue: [
            queueEntry(7, {
              overall: {
                blob: BLOB,
                track: 'cpu',
                state: 'borrowing',
                holds: [{ account: '#14', milli: 950_000 }],
              },
            }),
          ],
        },
      },
    ],
  ])('is refused: %s', (_, given) => {
    const effects = plan(at(given));
    expect(ordersOf(effects)).toEqual([]);
    expect(holdsIn(effects)).toEqual([]);
    expect(said(effects)).toMatchObject({ state: 'refused', conclusion: 'failure' });
  });

  it('is nothing while it is a draft', () => {
    expect(plan(at({ pull: { draft: true } }))).toMatchObject([{ kind: 'rest' }]);
  });

  it('of a newcomer waits for a maintainer', () => {
    const newcomers = { 'minimum-age-days': 30_000, 'minimum-merged': 0 };
    const value = { ...config, newcomers };
    const main = { ...at().main, config: { ok: true as const, value } };
    expect(said(plan(at({ more: { main } })))).toMatchObject({
      state: 'refused',
      conclusion: 'action_required',
    });
    const reply = { ...snapshot().pull.reply, approved: BLOB };
    expect(ordersOf(plan(at({ pull: { reply }, more: { main } })))).toHaveLength(1);
  });

  it('is no request where an experiment began', () => {
    const begun = head({ overall: overall('measuring'), runs: [runState({ kind: 'pending' })] });
    expect(plan(at({ pull: { heads: [begun] } })).some(({ kind }) => kind === 'dispatch')).toBe(false);
  });
});

describe('machines', () => {
  it('are those that accept it, never the borrower’s own, never one with a run', () => {
    const nonces = { running: [copy({ kind: 'pending' }).key] };
    const busy = [queueEntry(7, { overall: { blob: BLOB, track: 'cpu', state: 'borrowing' }, ...nonces })];
    expect(placed({ lent: [lentBy('ada')] })).toEqual([]);
    expect(placed({ lent: [lender('nova')] })).toEqual([]);
    expect(placed({ lent: [lender('ada', { status: 'busy' })] })).toEqual([]);
    expect(placed({ lent: [lender('ada')], more: { queue: busy } })).toEqual([]);
    expect(placed({ lent: [lender('bob')], more: { queue: busy } })).toEqual(['bob.desk']);
  });

  it('are half of the free ones while an experiment waits, and all that take nothing else', () => {
    const owners = ['ada', 'bob', 'cleo', 'dora'];
    const shared = owners.map((login, i) => lender(login, { id: 11 + 10 * i }));
    const apart = lentBy('eve', { id: 99, accepts: ['borrowed'] });
    const waits = { queue: [queueEntry(7)] };
    expect(placed({ asked: { copies: 8 }, lent: shared })).toHaveLength(4);
    expect(placed({ asked: { copies: 8 }, lent: shared, more: waits })).toHaveLength(2);
    expect(placed({ asked: { copies: 8 }, lent: [...shared, apart], more: waits })).toHaveLength(3);
    expect(placed({ lent: [...shared, apart] })).toEqual(['eve.desk']);
    const out = [copy({ kind: 'pending' }, 1), copy({ kind: 'pending' }, 2, 'bob')].map(({ key }) => key);
    const running = queueEntry(8, {
      overall: { blob: BLOB, track: 'cpu', state: 'borrowing' },
      running: out,
    });
    expect(placed({ asked: { copies: 8 }, lent: shared, more: { queue: [queueEntry(7), running] } })).toEqual(
      [],
    );
  });

  it('take no place of experiments: what is borrowed does not count for a track’s capacity', () => {
    const keys = [1, 2, 3].map((ordinal) => copy({ kind: 'pending' }, ordinal).key);
    const borrowing = queueEntry(7, {
      overall: { blob: BLOB, track: 'cpu', state: 'borrowing' },
      running: keys,
    });
    const experiment = snapshot({}, { queue: [borrowing], main: { ...snapshot().main } });
    expect(ordersOf(plan(experiment))).toHaveLength(1);
  });
});

describe('another data set', () => {
  const text = `${CONFIG}${LENDING}borrowing: { most-seconds: 600, most-mib: 4 }\n`;
  const [, cpu = ''] = /^( {2}cpu:\n(?: {4}.*\n)+)/m.exec(text) ?? [];
  const large = cpu
    .replace('cpu:', 'large:')
    .replace('pysource', 'climbmix')
    .replace('validation-tokens: 1000', 'validation-tokens: 9000');
  const both = read(text.replace(cpu, cpu + large));
  const { main } = at();
  const more = { main: { ...main, config: { ok: true as const, value: both } } };
  const asked = { data: 'climbmix' };
  const onBoth = (login: string, said = ['cpu', 'large']) => ({
    ...lender(login, { tracks: said }),
    tracks: ['cpu', 'large'],
  });

  it('is named in the order, with as much text as it has, on machines that have it alone', () => {
    const [order] = ordersOf(plan(at({ asked, lent: [lender('ada'), onBoth('bob')], more })));
    expect(order).toMatchObject({
      job: { track: 'cpu', dataset: 'climbmix', validationTokens: 9000, budgetSeconds: 60, memoryMiB: 4096 },
      memory: { lent: { name: 'bob.desk' } },
    });
    expect(placed({ asked, lent: [lender('ada')], more })).toEqual([]);
    expect(placed({ asked, lent: [onBoth('bob', ['cpu'])], more })).toEqual([]);
    expect(placed({ asked, lent: [{ ...onBoth('bob'), tracks: ['cpu'] }], more })).toEqual([]);
  });

  it('is the one of the track where none is named', () => {
    const [order] = ordersOf(plan(at({ more })));
    expect(order!.job).toMatchObject({ dataset: 'pysource', validationTokens: 1000 });
  });

  it('stays for a run that goes elsewhere, whatever the description says by then', () => {
    const waits = copy({ kind: 'waiting' });
    waits.memory.job.dataset = 'climbmix';
    const [order] = ordersOf(plan(going([waits], { lent: [lender('ada'), onBoth('bob')], more })));
    expect(order).toMatchObject({ job: { dataset: 'climbmix', validationTokens: 9000, seed: 7 } });
    expect(order!.memory.lent!.name).toBe('bob.desk');
  });

  it('that no track uses any more ends the run, and says so', () => {
    const waits = copy({ kind: 'waiting' });
    waits.memory.job.dataset = 'climbmix';
    const effects = plan(going([waits]));
    expect(ordersOf(effects)).toEqual([]);
    const memories = checksIn(effects).flatMap((check) => decodeMemory(check.text) ?? []);
    expect(memories.map(({ failure }) => failure)).toContain(BORROW_ENDED.noData('climbmix'));
  });
});

describe('a run that a machine did not finish', () => {
  it.each<[string, RunState['finding']]>([
    ['taken back', { kind: 'void', outcome: 'preempted', machine: 'ada.desk' }],
    ['disturbed', { kind: 'void', outcome: 'disturbed', machine: 'ada.desk' }],
    ['vanished', { kind: 'vanished', runId: 101, machine: 'ada.desk' }],
    ['lost', { kind: 'lost' }],
    ['answered with another file', { kind: 'refused', check: 'digest', why: 'another' }],
    ['waiting', { kind: 'waiting' }],
  ])('goes elsewhere with its seed: %s', (_, finding) => {
    const lent = [lender('ada'), lender('bob')];
    const [order] = ordersOf(plan(going([copy(finding)], { lent })));
    expect(order).toMatchObject({ job: { seed: 7, ordinal: 1, borrow: { to: TO } } });
    if (finding.kind !== 'waiting' && finding.kind !== 'lost') expect(order!.memory.lent!.owner).toBe('bob');
  });

  it('is given up after its attempts, and costs nothing', () => {
    const lie: RunState['finding'] = { kind: 'refused', check: 'digest', why: 'another' };
    const last = copy(lie);
    last.key.attempt = config.limits.attempts;
    const effects = plan(going([last]));
    expect(
      checksIn(effects).map(({ externalId, conclusion }) => [decodeRun(externalId)?.key.stage, conclusion]),
    ).toContainEqual(['borrow', 'neutral']);
    expect(effects.at(-1)).toEqual({ kind: 'again' });
    const gone = {
      ...last,
      check: { ...last.check, status: 'completed' as const },
      memory: { ...last.memory, failure: 'refused' },
    };
    const over = plan(going([gone]));
    expect(filesOf(over)).toEqual({});
    expect(said(over)).toMatchObject({ state: 'borrowed', conclusion: 'neutral' });
    expect(holdsIn(over)).toEqual([]);
  });
});

describe('what was agreed', () => {
  const out = copy({ kind: 'pending' });

  it.each<[string, Partial<Snapshot['pull']>]>([
    ['more copies', { borrow: parseBorrow(body({ copies: 32 })) }],
    ['more seconds', { borrow: parseBorrow(body({ seconds: 600 })) }],
    ['another key', { borrow: parseBorrow(body({ to: TO.replace('2', '3') })) }],
    ['an experiment instead', { borrow: null }],
    ['a draft instead', { draft: true }],
  ])('stays when the description becomes %s', (_, pull) => {
    const effects = plan(going([out], { lent: [lender('ada'), lender('bob')], pull }));
    expect(ordersOf(effects)).toEqual([]);
    const overallNow = effects.length === 1 && effects[0]!.kind === 'rest';
    expect(overallNow || said(effects).state === 'borrowing').toBe(true);
  });

  it('stays when another file is pushed: it is held at the new head too', () => {
    const old = head({
      oid: sha('1'),
      overall: overall('borrowing', { holds: [{ account: '#14', milli: 60_000 }] }),
      runs: [out],
    });
    const effects = plan(at({ pull: { heads: [head({ oid: HEAD, blob: sha('2') }), old] } }));
    expect(ordersOf(effects)).toEqual([]);
    expect(holdsIn(effects)).toEqual([{ account: '#14', milli: 60_000 }]);
  });
});

describe('the end', () => {
  let paid: ReturnType<typeof filesOf>;
  const ended = (ordinal: number, change: Partial<BorrowedEnd> = {}) =>
    copy({ kind: 'borrowed', ended: end(ordinal, change) }, ordinal);
  beforeAll(() => {
    paid = filesOf(
      plan(
        going([ended(1), ended(2, { outcome: 'crashed', machine: 'bob.desk', owner: 'bob', ownerId: 12 })]),
      ),
    );
  });

  it('is one commit with the record and the ledger, and nothing of the leaderboard’s tracks', () => {
    const record = parseBorrowed(paid['results/borrowed/41.json']!);
    expect(record).toMatchObject({
      ok: true,
      value: {
        account: '#14',
        login: 'nova',
        track: 'cpu',
        file: BLOB,
        runs: [{ gross: 60_000 }, { gross: 12_000, outcome: 'crashed' }],
      },
    });
    const ledger = parseLedger(paid['results/ledger.json']!);
    expect(ledger).toMatchObject({
      value: {
        accounts: { '#14': { lots: [{ milli: 928_000 }] } },
        machines: {
          'ada.desk': { pending: [{ milli: 48_000 }] },
          'bob.desk': { pending: [{ milli: 9600 }] },
        },
      },
    });
    const { tracks } = JSON.parse(paid['results/leaderboard.json']!);
    const { leaderboard } = at().main;
    expect(tracks).toEqual(JSON.parse(JSON.stringify(leaderboard.ok && leaderboard.value.tracks)));
    expect(
      Object.keys(paid).filter((path) => path.includes('experiments') || path.includes('events')),
    ).toEqual([]);
  });

  it('waits for the others', () => {
    expect(filesOf(plan(going([ended(1), copy({ kind: 'pending' }, 2)])))).toEqual({});
  });

  it('is not paid twice where the bot died after its commit', () => {
    const record = parseBorrowed(paid['results/borrowed/41.json']!);
    const effects = plan(going([ended(1), ended(2)], { more: { borrowed: record } }));
    expect(filesOf(effects)).toEqual({});
    expect(said(effects)).toMatchObject({ state: 'borrowed', conclusion: 'success' });
    expect(plan(going([ended(1)], { more: { borrowed: { ok: false, problems: ['no'] } } }))).toMatchObject([
      { kind: 'rest' },
    ]);
  });

  it('takes no more than there is', () => {
    const files = filesOf(plan(going([ended(1), ended(2)], { credits: 100 })));
    expect(parseBorrowed(files['results/borrowed/41.json']!)).toMatchObject({
      value: { runs: [{ gross: 60_000 }, { gross: 40_000 }] },
    });
  });
});

describe('a borrower who closes it in the middle', () => {
  const later = new Date(Date.parse(NOW) + 20_000).toISOString();
  const out = copy({ kind: 'pending' });

  it('ends the runs, and pays by the second those that a machine had', () => {
    const lent = [lender('ada', { status: 'busy', nonce: out.key.nonce })];
    const waits = copy({ kind: 'waiting' }, 2);
    const effects = plan(
      going([out, waits], {
        lent,
        pull: {
          state: 'closed',
          heads: [
            head({
              overall: overall('borrowing', { holds: [{ account: '#14', milli: 120_000 }] }),
              runs: [out, waits],
            }),
          ],
        },
        more: { now: later },
      }),
    );
    expect(effects).toContainEqual({
      kind: 'cancel',
      runs: [{ runId: 101, repository: 'ada/descent-machine' }],
    });
    expect(parseBorrowed(filesOf(effects)['results/borrowed/41.json']!)).toMatchObject({
      value: { runs: [{ outcome: 'cancelled', seconds: 20, gross: 20_000 }] },
    });
  });

  it('pays nobody who did not begin', () => {
    const effects = plan(
      going([out], {
        pull: { state: 'closed', heads: [head({ overall: overall('borrowing'), runs: [out] })] },
        more: { now: later },
      }),
    );
    expect(effects.some(({ kind }) => kind === 'cancel')).toBe(true);
    expect(filesOf(effects)).toEqual({});
  });
});
