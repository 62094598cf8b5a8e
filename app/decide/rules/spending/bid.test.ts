import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLedger } from '../../../../core/formats/ledger.ts';
import { parseResult } from '../../../../core/formats/result.ts';
import { read, SEVERAL } from '../../../../testing/examples/config.ts';
import { board } from '../../../../testing/examples/leaderboard.ts';
import { lentBy } from '../../../../testing/examples/lent.ts';
import { BLOB, sha } from '../../../../testing/examples/names.ts';
import { run } from '../../../../testing/examples/run.ts';
import { bidding, ledgerWith, oneplace, other, PRICE, sponsor } from '../../../../testing/snapshot/bids.ts';
import { decided } from '../../../../testing/snapshot/codes.ts';
import { facts, head, overall, runState } from '../../../../testing/snapshot/head.ts';
import { ordersOf } from '../../../../testing/snapshot/lent.ts';
import { NO_REPLY } from '../../../model/command.ts';
import type { Snapshot } from '../../../model/snapshot.ts';
import { decodeMemory, decodeOverall, type RunMemory } from '../../../model/state.ts';
import { plan } from '../../plan.ts';

const nova = { account: '#14', login: 'nova', for: 'bid' as const };
const held = (milli: number, account = '#14') => ({ holds: [{ account, milli }] });

/** What the check `descent` says after one look. */
function after(at: Snapshot) {
  const effects = plan(at);
  const checks = effects.flatMap((one) =>
    one.kind === 'answer' || one.kind === 'dispatch' ? one.checks : [],
  );
  const key = checks.flatMap(({ externalId }) => decodeOverall(externalId) ?? [])[0]?.key;
  const says = checks.some(({ externalId }) => decodeOverall(externalId));
  return {
    ...{ state: key?.state, holds: key?.holds ?? [], start: key?.start },
    paid: ordersOf(effects).map(({ check }) => decodeMemory(check.text)!.paid ?? null),
    bid: says ? decided({ checks }).rules.bid : undefined,
  };
}

describe('a bid that is covered', () => {
  test('starts before its turn, and its run remembers who pays what', () => {
    expect(after(bidding(600, { '#14': 700 }))).toEqual({
      ...{ state: 'measuring', start: 0, bid: 'covered' },
      paid: [[{ ...nova, milli: PRICE }]],
      holds: [{ account: '#14', milli: PRICE }],
    });
  });

  test('waits for every second start, which goes without bids, and is held meanwhile', () => {
    const waits = {
      state: 'queued',
      start: undefined,
      bid: 'covered',
      paid: [],
      holds: [{ account: '#14', milli: 600_000 }],
    };
    const has = { '#14': 700 };
    expect(after(bidding(600, has, {}, { queue: [other(2, { start: 0 })] }))).toEqual(waits);
    expect(after(bidding(600, has, {}, { closed: [other(3, { start: 4, state: 'refused' })] }))).toEqual(
      waits,
    );
    const { cpu } = board.tracks;
    const kept = bidding(600, has);
    const leaderboard = { ok: true as const, value: { ...board, tracks: { cpu: { ...cpu!, starts: 2 } } } };
    expect(after({ ...kept, main: { ...kept.main, leaderboard } })).toEqual(waits);
    const elsewhere = bidding(600, has, {}, { queue: [other(2), other(3, { track: 'h100', start: 0 })] });
    expect(after(elsewhere).state).toBe('measuring');
    expect(after(bidding(600, has, {}, { queue: [other(2, { start: 1 })] }))).toMatchObject({
      state: 'measuring',
      start: 2,
    });
  });

  test('costs nothing where it is its turn anyway', () => {
    expect(after(bidding(600, { '#14': 700 }, {}, { queue: [] }))).toMatchObject({
      state: 'measuring',
      paid: [null],
      holds: [],
    });
    const two = { ...oneplace, tracks: { cpu: { ...oneplace.tracks.cpu!, capacity: 2 } } };
    const at = bidding(600, { '#14': 700 });
    expect(after({ ...at, main: { ...at.main, config: { ok: true, value: two } } }).paid).toEqual([null]);
  });

  test('comes behind what is measured already, and behind a higher one', () => {
    const has = { '#14': 700 };
    expect(after(bidding(600, has, {}, { queue: [other(2, { state: 'measuring' })] })).state).toBe('queued');
    expect(after(bidding(200, has, {}, { queue: [other(2, held(300_000, '#15'))] })).state).toBe('queued');
    expect(after(bidding(400, has, {}, { queue: [other(2, held(300_000, '#15'))] })).state).toBe('measuring');
  });
});

describe('a bid that does not count', () => {
  test.each<[string, Snapshot, string]>([
    ['has nothing behind it', bidding(600, {}), 'cover'],
    ['has less behind it', bidding(600, { '#14': 599 }), 'cover'],
    [
      'is of an account whose number GitHub does not say',
      bidding(600, { '#14': 600 }, { authorId: null }),
      'cover',
    ],
    ['is of a login that another person had', bidding(600, { '@nova': 600 }), 'cover'],
    [
      'is held by another pull request',
      bidding(600, { '#14': 700 }, {}, { queue: [other(2), other(3, held(101_000))] }),
      'cover',
    ],
    [
      'is held by one that was closed while its run is out',
      bidding(600, { '#14': 700 }, {}, { closed: [other(3, { ...held(101_000), state: 'refused' })] }),
      'cover',
    ],
    ['does not pay one run', bidding(71, { '#14': 700 }), 'price'],
  ])('%s', (_why, at, why) => {
    expect(after(at)).toMatchObject({ state: 'queued', holds: [], paid: [], bid: why });
    expect(
      plan(at).some((one) => one.kind === 'answer' && one.comment?.body.includes('does not count')),
    ).toBe(true);
  });

  test('waits to be vouched for', () => {
    const at = bidding(600, {});
    const ledger = ledgerWith({ '#14': 0 });
    const pending = [{ day: '2026-11-20', milli: 900_000, finished: 1 }];
    ledger.machines['nova.desk'] = { account: '#14', finished: 1, pending, recent: [] };
    const waits = { ...at, main: { ...at.main, ledger: { ok: true as const, value: ledger } } };
    expect(after(waits)).toMatchObject({ state: 'queued', bid: 'cover' });
    expect(JSON.stringify(plan(waits))).toContain('900 credits are pending');
  });

  test('is of a ledger that cannot be read', () => {
    const at = bidding(600, { '#14': 700 });
    const main = { ...at.main, ledger: { ok: false as const, problems: ['x'] } };
    expect(after({ ...at, main })).toMatchObject({ state: 'queued', bid: 'cover' });
  });
});

test('what runners earned under a login is spent by the one whose number the settings give', () => {
  const at = bidding(600, { '@nova': 600 });
  const numbers = (nova: number) => ({
    ...at,
    main: { ...at.main, config: { ok: true as const, value: { ...oneplace, numbers: { nova } } } },
  });
  expect(after(numbers(14)).paid).toEqual([[{ ...nova, account: '@nova', milli: PRICE }]]);
  expect(after(numbers(15)).bid).toBe('cover');
});

test('of two pull requests of one account that bid all it has, one holds it, whichever look comes first', () => {
  const mine = (holds: boolean) => ({
    heads: [head({ overall: overall('queued', holds ? held(600_000) : {}) })],
  });
  const at = (number: number, holds: boolean) =>
    after(
      bidding(600, { '#14': 600 }, mine(holds), {
        queue: [other(1, { start: 0 }), other(number, held(600_000))],
      }),
    ).holds;
  // The other one holds it already.
  expect(at(2, false)).toEqual([]);
  expect(at(99, false)).toEqual([]);
  // Two looks at once: both do. The older one keeps it.
  expect(at(2, true)).toEqual([]);
  expect(at(99, true)).toHaveLength(1);
  // What the other's run has spent is spent.
  const spent = [other(1, { start: 0 }), other(99, { ...held(72_000), state: 'measuring' })];
  expect(after(bidding(600, { '#14': 600 }, mine(true), { queue: spent })).bid).toBe('cover');
});

describe('sponsors', () => {
  const given = (...sponsors: ReturnType<typeof sponsor>[]) => ({ reply: { ...NO_REPLY, sponsors } });

  test('add up, and pay before the author', () => {
    const has = { '#14': 100, '#21': 50, '#22': 20 };
    expect(after(bidding(100, has, given(sponsor(21, 50), sponsor(22, 20))))).toMatchObject({
      state: 'measuring',
      paid: [
        [
          { account: '#21', login: 'sponsor-21', milli: 50_000, for: 'sponsor' },
          { account: '#22', login: 'sponsor-22', milli: 20_000, for: 'sponsor' },
          { ...nova, milli: 2000 },
        ],
      ],
    });
  });

  test('gave it for the file that was there', () => {
    expect(after(bidding(null, { '#21': 90 }, given(sponsor(21, 90)))).state).toBe('measuring');
    expect(after(bidding(null, { '#21': 90 }, given(sponsor(21, 90, sha('c')))))).toMatchObject({
      state: 'queued',
      bid: undefined,
    });
  });
});

describe('machines', () => {
  const several = read(SEVERAL.replace('capacity: 2', 'capacity: 1'));
  const on = (...accepts: ('commons' | 'bids' | 'borrowed')[]) => {
    const at = bidding(600, { '#14': 700 }, {}, { lent: [lentBy('ada', { accepts })] });
    return after({ ...at, main: { ...at.main, config: { ok: true, value: several } } });
  };

  test('whose owners do not accept paid runs get none, and it waits in its place', () => {
    expect(on('commons', 'bids')).toMatchObject({ state: 'measuring', paid: [[{ milli: PRICE }]] });
    expect(on('commons')).toMatchObject({ state: 'queued', holds: [], paid: [], bid: 'machine' });
  });
});

describe('the commit of its verdict', () => {
  const paying = (paid: RunMemory['paid'], finding = facts(2.5)) => {
    const state = runState({ kind: 'report', facts: finding });
    return { ...state, memory: { ...state.memory, ...(paid && { paid }) } };
  };
  const measured = (
    accounts: Record<string, number>,
    bid: number | null = 600,
    paid = [{ ...nova, milli: PRICE }],
  ) =>
    bidding(bid, accounts, {
      heads: [head({ runs: [paying(paid)], overall: overall('measuring', { ...held(PRICE), start: 0 }) })],
    });
  const files = (at: Snapshot) => {
    const commit = plan(at).find((one) => one.kind === 'record')!;
    const file = (path: RegExp) => commit.files.find((one) => path.test(one.path))!.content!;
    const result = parseResult(file(/experiments/));
    const ledger = parseLedger(file(/ledger\.json/));
    if (result.kind !== 'record' || !ledger.ok) throw new Error('they can be read');
    return { result: result.result, ledger: ledger.value, board: JSON.parse(file(/leaderboard\.json/)) };
  };

  test('charges what the run remembers, once, and lets go of the rest', () => {
    const at = measured({ '#14': 700 });
    const { result, ledger, board: now } = files(at);
    expect(result.paid).toEqual([{ ...nova, milli: PRICE, runId: 100 }]);
    expect(ledger.accounts['#14']!.lots[0]!.milli).toBe(700_000 - PRICE);
    expect(now.tracks.cpu.starts).toBeUndefined(); // the queue of the example does not list it
    expect(after(at)).toMatchObject({ state: 'verdict', holds: [], start: 0 });
  });

  test.each([1, 999_999, null])('also where the bid was edited to %s since', (bid) => {
    expect(files(measured({ '#14': 700 }, bid)).result.paid).toEqual([{ ...nova, milli: PRICE, runId: 100 }]);
  });

  test('charges nothing that is not there any more, and says so', () => {
    const at = measured({ '#14': 71 });
    const { result, ledger } = files(at);
    expect(result.paid).toBeUndefined();
    expect(ledger.accounts['#14']!.lots[0]!.milli).toBe(71_000);
    expect(JSON.stringify(plan(at))).toContain('Not charged: 72 credits of');
  });

  test('charges each account for what it has', () => {
    const eve = { account: '#15', login: 'eve', for: 'sponsor' as const, milli: 40_000 };
    const both = measured({ '#14': 31, '#15': 40 }, 600, [eve as never, { ...nova, milli: 32_000 }]);
    expect(files(both).result.paid).toEqual([{ ...eve, runId: 100 }]);
  });

  test('never overdraws: a hundred verdicts of one account race for main, in whatever order it takes them', () => {
    const spender = fc.record({ credits: fc.integer({ min: 1, max: 30 }), look: fc.nat(99) });
    fc.assert(
      fc.property(fc.array(spender, { minLength: 100, maxLength: 100 }), (spenders) => {
        // Each decides on the main that it saw; main moves by compare-and-swap, and who is late decides again.
        let main = { version: 0, ledger: ledgerWith({ '#14': 500 }) };
        let charged = 0;
        const saw = spenders.map(() => main);
        for (const [i, { look }] of spenders.entries()) {
          const at = (i + look) % spenders.length;
          const milli = spenders[at]!.credits * 1000;
          for (let tries = 0; tries < 2; tries++) {
            const seen = measured({}, 600, [{ ...nova, milli }]);
            const ledger = { ok: true as const, value: saw[at]!.ledger };
            const next = files({ ...seen, main: { ...seen.main, ledger } });
            if (saw[at]!.version !== main.version) {
              saw[at] = main;
              continue;
            }
            main = { version: main.version + 1, ledger: next.ledger };
            charged += next.result.paid?.[0]?.milli ?? 0;
            break;
          }
        }
        const { lots, debt } = main.ledger.accounts['#14']!;
        expect(debt).toBe(0);
        expect(charged).toBeLessThanOrEqual(500_000);
        expect(lots.reduce((sum, lot) => sum + lot.milli, 0)).toBe(500_000 - charged);
      }),
      { numRuns: 3 },
    );
  }, 60_000);

  test('keeps the number of the start', () => {
    const at = measured({ '#14': 700 });
    expect(files({ ...at, queue: [other(2), other(41, { start: 6 })] }).board.tracks.cpu.starts).toBe(6);
  });

  test('does not come where machines failed the run for good: nothing is held any more', () => {
    const state = runState({ kind: 'failed', why: 'a fault' }, { attempt: 2 });
    const lost = { ...state, memory: { ...state.memory, paid: [{ ...nova, milli: PRICE }] } };
    const at = bidding(
      600,
      { '#14': 700 },
      { heads: [head({ runs: [lost], overall: overall('measuring', held(PRICE)) })] },
    );
    expect(after(at)).toMatchObject({ state: 'failed', holds: [] });
    // With an attempt left it goes on, and the same credits pay for it.
    const again = { ...lost, key: { ...lost.key, attempt: 1 } };
    const goesOn = bidding(
      600,
      { '#14': 700 },
      { heads: [head({ runs: [again], overall: overall('measuring') })] },
    );
    expect(after(goesOn)).toMatchObject({
      paid: [[{ ...nova, milli: PRICE }]],
      holds: [{ account: '#14', milli: PRICE }],
    });
  });

  test('is the only one: no later look charges it again', () => {
    const at = measured({ '#14': 700 });
    const { result } = files(at);
    const run1 = paying([{ ...nova, milli: PRICE }]);
    const check = { ...run1.check, status: 'completed' as const };
    const done = { ...run1, check, memory: { ...run1.memory, facts: facts(2.5) } };
    const again = bidding(
      600,
      { '#14': 700 },
      {
        heads: [head({ runs: [done], overall: overall('verdict') })],
      },
      { results: [{ blob: BLOB, result }] },
    );
    expect(plan(again).filter(({ kind }) => kind === 'record')).toEqual([]);
    expect(run(2.5).runId).toBe(result.paid![0]!.runId);
  });
});
