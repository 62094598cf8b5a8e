import { describe, expect, it } from 'vitest';
import type { ExperimentResult } from '../../../core/formats/result.ts';
import { BLOB, NOW, sha } from '../../../testing/examples/names.ts';
import { resultOf } from '../../../testing/examples/result.ts';
import { bidding, other, sponsor } from '../../../testing/snapshot/bids.ts';
import { facts, head, overall, runState } from '../../../testing/snapshot/head.ts';
import { ordersOf } from '../../../testing/snapshot/lent.ts';
import { snapshot } from '../../../testing/snapshot/snapshot.ts';
import type { Asked, Command } from '../../model/command.ts';
import { decodeReply, NO_REPLY } from '../../model/command.ts';
import type { Effect } from '../../model/effect.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { plan } from '../plan.ts';

function asked(command: Command, change: Partial<Asked> = {}): Asked {
  return { id: '17', by: 'nova', isAuthor: true, permission: 'read', at: NOW, command, ...change };
}

const stranger = { by: 'eve', isAuthor: false } as const;
const maintainer = { by: 'grace', isAuthor: false, permission: 'write' } as const;

function replyIn(effects: Effect[]) {
  const answer = effects.flatMap((one) =>
    one.kind === 'answer' && one.comment?.body.startsWith('<!-- descent:commands') ? [one] : [],
  )[0];
  return answer && { ...answer, reply: decodeReply({ id: 'IC_1', body: answer.comment!.body }) };
}

const result = resultOf();
const decided = { heads: [head({ overall: overall('verdict') })], state: 'closed' as const };

describe('/insight', () => {
  it('of the author is added to the result with one commit, made inert, and is answered', () => {
    const text = 'The warm-up did it. \u202eFixes #1 @grace';
    const effects = plan(
      snapshot(
        { ...decided, asked: [asked({ name: 'insight', text })] },
        { results: [{ blob: BLOB, result }] },
      ),
    );
    expect(effects.map((one) => one.kind)).toEqual(['record', 'answer', 'again']);
    const commit = effects[0] as Extract<Effect, { kind: 'record' }>;
    const written = JSON.parse(commit.files[0]!.content) as ExperimentResult;
    expect(written.insights).toEqual([
      { untrusted: true, author: 'nova', at: NOW, text: 'The warm-up did it. Fixes #1 @grace' },
    ]);
    expect({ ...written, insights: [] }).toEqual(result);
    expect(commit.message.body).not.toMatch(/#1|@grace/);
    expect(replyIn(effects)?.reply.endings.get('17')).toBe('taken');
  });

  it('that is in the record already is answered without a second commit', () => {
    const insights = [{ untrusted: true as const, author: 'nova', at: NOW, text: 'It helped.' }];
    const effects = plan(
      snapshot(
        { ...decided, asked: [asked({ name: 'insight', text: 'It helped.' })] },
        { results: [{ blob: BLOB, result: { ...result, insights } }] },
      ),
    );
    expect(effects.map((one) => one.kind)).toEqual(['answer', 'again']);
  });

  it('before the verdict waits, and the verdict does not leave it behind', () => {
    const asking = [asked({ name: 'insight', text: 'It will help.' })];
    const waiting = plan(snapshot({ asked: asking }));
    expect(replyIn(waiting)?.reply.endings.get('17')).toBe('waits');
    const measured = head({
      overall: overall('measuring'),
      runs: [runState({ kind: 'report', facts: facts(2.5) })],
    });
    const reply = { ...NO_REPLY, id: 'IC_1', endings: new Map([['17', 'waits']] as const) };
    const effects = plan(snapshot({ asked: asking, reply, heads: [measured] }));
    expect(effects[0]?.kind).toBe('record');
    expect(effects.at(-1)?.kind).toBe('again');
    expect(replyIn(effects)).toBeUndefined();
  });

  it.each([
    ['a stranger', stranger, 'refused'],
    ['a maintainer', maintainer, 'taken'],
  ])('of %s is %s', (_who, who, ending) => {
    const asking = [asked({ name: 'insight', text: 'Buy my coins.' }, who)];
    const effects = plan(snapshot({ ...decided, asked: asking }, { results: [{ blob: BLOB, result }] }));
    expect(replyIn(effects)?.reply.endings.get('17')).toBe(ending);
    expect(effects.some((one) => one.kind === 'record')).toBe(ending === 'taken');
  });

  it("does not go into another pull request's record", () => {
    const other = { ...result, pull: 7 };
    const asking = [asked({ name: 'insight', text: 'Mine.' })];
    const effects = plan(
      snapshot({ ...decided, asked: asking }, { results: [{ blob: BLOB, result: other }] }),
    );
    expect(effects.some((one) => one.kind === 'record')).toBe(false);
  });
});

describe('/rerun', () => {
  const failed = runState({ kind: 'pending' });
  const givenUp = { ...failed, check: { ...failed.check, status: 'completed' as const } };

  it('asks the swarm again for what it failed at', () => {
    const heads = [head({ overall: overall('failed'), runs: [givenUp] })];
    const effects = plan(snapshot({ heads, asked: [asked({ name: 'rerun' })] }));
    expect(effects.map((one) => one.kind)).toEqual(['dispatch', 'answer']);
    expect(replyIn(effects)?.reply.endings.get('17')).toBe('taken');
  });

  it('buys no second try of what has a verdict', () => {
    const heads = [head({ overall: overall('verdict') })];
    const effects = plan(
      snapshot({ heads, asked: [asked({ name: 'rerun' })] }, { results: [{ blob: BLOB, result }] }),
    );
    expect(effects.some((one) => one.kind === 'dispatch')).toBe(false);
    expect(replyIn(effects)?.reply.endings.get('17')).toBe('refused');
  });

  it('of a stranger is refused', () => {
    const heads = [head({ overall: overall('failed'), runs: [givenUp] })];
    const effects = plan(snapshot({ heads, asked: [asked({ name: 'rerun' }, stranger)] }));
    expect(effects.some((one) => one.kind === 'dispatch')).toBe(false);
  });
});

describe('/cancel', () => {
  it('closes the pull request before anything is spent', () => {
    const effects = plan(snapshot({ asked: [asked({ name: 'cancel' })] }));
    expect(effects.map((one) => one.kind)).toEqual(['answer', 'again']);
    expect(effects[0]).toMatchObject({ close: true });
  });

  it('of a stranger closes nothing', () => {
    const effects = plan(snapshot({ asked: [asked({ name: 'cancel' }, stranger)] }));
    expect(effects.some((one) => one.kind === 'answer' && one.close)).toBe(false);
    expect(effects.some((one) => one.kind === 'dispatch')).toBe(true);
  });
});

describe('the reply', () => {
  it('is written once: a command answered before asks for nothing more', () => {
    const first = replyIn(plan(snapshot({ asked: [asked({ name: 'track', track: 'h100' })] })))!;
    expect(first.reply.endings.get('17')).toBe('refused');
    const later = plan(snapshot({ reply: first.reply, asked: [] }));
    expect(replyIn(later)).toBeUndefined();
  });
});

describe('/sponsor', () => {
  const eve = { by: 'eve', byId: 21, isAuthor: false };
  const sponsoring = (
    credits: number,
    change: Partial<Asked> = {},
    has: Record<string, number> = { '#21': 100 },
    pull: Partial<Snapshot['pull']> = {},
    more: Partial<Snapshot> = {},
  ) => {
    const command = { name: 'sponsor', credits } as const;
    return plan(bidding(null, has, { asked: [asked(command, { ...eve, ...change })], ...pull }, more));
  };
  const offers = (effects: Effect[]) => replyIn(effects)?.reply.sponsors;
  const ending = (effects: Effect[]) => replyIn(effects)?.reply.endings.get('17');
  const one = (id: number, credits = 20, blob = BLOB) => ({ ...sponsor(id, credits, blob) });

  it('of anyone with credits holds them, and the file may start before its turn', () => {
    const effects = sponsoring(100);
    expect(offers(effects)).toEqual([{ id: 21, login: 'eve', credits: 100, blob: BLOB }]);
    expect(ordersOf(effects)[0]?.memory.paid).toEqual([
      { account: '#21', login: 'eve', milli: 72_000, for: 'sponsor' },
    ]);
  });

  it.each<[string, Effect[]]>([
    ['of the author', sponsoring(100, { isAuthor: true })],
    ['of an App', sponsoring(100, { byId: null })],
    ['without credits', sponsoring(100, {}, {})],
    ['with fewer', sponsoring(101)],
    ['with credits of a login that another had', sponsoring(100, {}, { '@eve': 100 })],
    [
      'with what another pull request holds',
      sponsoring(
        100,
        {},
        undefined,
        {},
        { queue: [other(2), other(3, { holds: [{ account: '#21', milli: 1 }] })] },
      ),
    ],
    ['of what is closed', sponsoring(100, {}, undefined, { state: 'closed' })],
    [
      'as the fourth',
      sponsoring(100, {}, undefined, { reply: { ...NO_REPLY, sponsors: [one(1), one(2), one(3)] } }),
    ],
  ])('%s is refused', (_what, effects) => {
    expect(ending(effects)).toBe('refused');
    expect(offers(effects)?.some(({ id }) => id === 21)).toBe(false);
    expect(ordersOf(effects)).toEqual([]);
  });

  it('again replaces what was offered, 0 takes it back, and what was for another file is over', () => {
    const before = { reply: { ...NO_REPLY, sponsors: [one(21), one(22), one(23, 20, sha('c'))] } };
    expect(offers(sponsoring(90, {}, undefined, before))?.map(({ id, credits }) => [id, credits])).toEqual([
      [22, 20],
      [21, 90],
    ]);
    const back = sponsoring(0, {}, undefined, before);
    expect(offers(back)?.map(({ id }) => id)).toEqual([22]);
    expect(ending(back)).toBe('taken');
  });
});
