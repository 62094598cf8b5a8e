import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Now } from '../idle/policy.ts';
import { step } from './session.ts';
import { newSession, type Rules, type Session, stateOf } from './state.ts';
import type { Action, Input, Step } from './values.ts';

const RULES: Rules = { once: false, finish: false, ends: null, hoursEnd: () => null, jobSeconds: 400 };
const START = Date.UTC(2026, 10, 27, 12);
const at = (seconds: number): Now => ({ wall: START + seconds * 1000, steady: seconds * 1000 });
const RUN = { id: 7, nonce: 'a'.repeat(32), title: '#1', at: '2026-11-27T12:00:00Z', commit: 'd'.repeat(40) };
const OTHER = { ...RUN, id: 8, nonce: 'b'.repeat(32), at: '2026-11-27T12:00:01Z' };

const free: Input = { kind: 'idle', free: true, why: [] };
const busy: Input = { kind: 'idle', free: false, why: ['somebody is at the screen'] };
const said = (status: 'free' | 'busy' | 'away', nonce: string | null = null): Input => ({
  kind: 'said',
  status,
  nonce,
});
const seen: Input = { kind: 'seen', runs: [RUN] };
const phase = (phase: 'setup' | 'train' | 'score' | 'done'): Input => ({ kind: 'phase', phase });
const ended = (end: Extract<Input, { kind: 'ended' }>['end']): Input => ({
  kind: 'ended',
  end,
  seconds: 330,
});
const interrupt: Input = { kind: 'interrupt' };
const stop: Input = { kind: 'stop' };
const finish: Input = { kind: 'finish' };
const tick: Input = { kind: 'tick' };

/** Inputs one second apart. What was done is listed as it came. */
function play(inputs: Input[], rules = RULES, from: Session = newSession(), second = 0) {
  let session = from;
  const actions: Action[] = [];
  let last: Step = { session, actions: [] };
  for (const input of inputs) {
    last = step(session, input, rules, at(++second));
    session = last.session;
    actions.push(...last.actions);
  }
  return { session, actions, last: last.actions, second, state: stateOf(session, rules, at(second)) };
}

const FREE = [{ kind: 'begin' } as const, said('away'), free, said('free')];
const LEASED = [...FREE, seen, said('busy', RUN.nonce)];
const RUNNING = [...LEASED, phase('setup'), phase('train')];
const SCORED = [...RUNNING, phase('score')];
const STATES = {
  away: [...FREE, busy, said('away')],
  free: FREE,
  leased: LEASED,
  running: RUNNING,
  yielding: [...RUNNING, busy],
  finishing: [...RUNNING, finish],
} satisfies Record<string, Input[]>;

/** What an action is about, in a word or two. */
function words(actions: Action[]): string[] {
  return actions
    .filter((one) => one.do !== 'tell')
    .map((one) =>
      'status' in one ? `${one.do} ${one.status}` : 'run' in one ? `${one.do} ${one.run.id}` : one.do,
    );
}

test.each(Object.entries(STATES))('it comes into the state %s', (name, inputs) => {
  expect(play(inputs).state).toBe(name);
});

type Name = keyof typeof STATES;
/** Every state and every input: the state after it, and what is done. */
const TABLE: [Name, string, Input, Name, string[]][] = [
  ['away', 'is free', free, 'free', ['say free']],
  ['away', 'is busy still', busy, 'away', []],
  ['away', 'hears of a run', seen, 'away', []],
  ['away', 'hears of a job that it has not', phase('train'), 'away', []],
  ['away', 'hears the end of a job that it has not', ended({ kind: 'measured' }), 'away', []],
  ['away', 'ticks', tick, 'away', []],
  ['away', 'Ctrl+C', interrupt, 'finishing', ['end 0']],
  ['away', 'SIGTERM', stop, 'finishing', ['end 0']],
  ['away', 'finish', finish, 'finishing', ['end 0']],

  ['free', 'is free still', free, 'free', []],
  ['free', 'its owner is back', busy, 'away', ['say away']],
  ['free', 'a run waits', seen, 'leased', ['run 7', 'say busy']],
  ['free', 'none waits', { kind: 'seen', runs: [] }, 'free', []],
  [
    'free',
    'two wait: the older is taken',
    { kind: 'seen', runs: [OTHER, RUN] },
    'leased',
    ['run 7', 'say busy'],
  ],
  ['free', 'a request is lost', { kind: 'lost', request: 'look', why: 'no network' }, 'free', []],
  ['free', 'Ctrl+C', interrupt, 'finishing', ['say away']],
  ['free', 'SIGTERM', stop, 'finishing', ['say away']],
  ['free', 'finish', finish, 'finishing', ['say away']],

  ['leased', 'its owner is back', busy, 'yielding', ['yield']],
  ['leased', 'the runner has it', phase('setup'), 'running', []],
  ['leased', 'another run waits', { kind: 'seen', runs: [OTHER] }, 'leased', []],
  [
    'leased',
    'no runner could be registered',
    { kind: 'unminted', refused: false, why: '502' },
    'away',
    ['say away'],
  ],
  ['leased', 'GitHub gave it to nobody', ended({ kind: 'failed', why: 'not taken' }), 'away', ['say away']],
  [
    'leased',
    'the harness is not accepted',
    ended({ kind: 'refused', why: 'changed', harness: 'c' }),
    'away',
    ['ask', 'say away'],
  ],
  [
    'leased',
    'the configuration is refused',
    ended({ kind: 'refused', why: 'tampered' }),
    'away',
    ['say away'],
  ],
  ['leased', 'Ctrl+C', interrupt, 'finishing', []],
  ['leased', 'SIGTERM', stop, 'yielding', ['yield']],

  ['running', 'is free still', free, 'running', []],
  ['running', 'its owner is back', busy, 'yielding', ['yield']],
  ['running', 'is scored', phase('score'), 'running', []],
  ['running', 'it is measured', ended({ kind: 'measured' }), 'free', ['say free']],
  ['running', 'it fails', ended({ kind: 'failed', why: 'disk full' }), 'away', ['say away']],
  [
    'running',
    'the runner is too old',
    ended({ kind: 'outdated-runner', why: 'update' }),
    'finishing',
    ['say away'],
  ],
  ['running', 'it yielded by itself', ended({ kind: 'preempted' }), 'free', ['say free']],
  ['running', 'a request is lost', { kind: 'lost', request: 'say', why: 'no network' }, 'running', []],
  ['running', 'GitHub refuses once', { kind: 'refused', request: 'say', why: '404' }, 'running', []],
  ['running', 'Ctrl+C', interrupt, 'finishing', []],
  ['running', 'SIGTERM', stop, 'yielding', ['yield']],
  ['running', 'finish', finish, 'finishing', []],

  ['yielding', 'its owner leaves again', free, 'yielding', []],
  ['yielding', 'its owner is still there', busy, 'yielding', []],
  ['yielding', 'it is over', ended({ kind: 'preempted' }), 'away', ['say away']],
  ['yielding', 'it was measured all the same', ended({ kind: 'measured' }), 'away', ['say away']],
  ['yielding', 'Ctrl+C', interrupt, 'yielding', []],
  ['yielding', 'SIGTERM', stop, 'yielding', []],

  ['finishing', 'its owner is back', busy, 'yielding', ['yield']],
  ['finishing', 'it is measured', ended({ kind: 'measured' }), 'finishing', ['say away']],
  ['finishing', 'it fails', ended({ kind: 'failed', why: 'x' }), 'finishing', ['say away']],
  ['finishing', 'Ctrl+C once more', interrupt, 'yielding', ['yield']],
  ['finishing', 'SIGTERM', stop, 'yielding', ['yield']],
  ['finishing', 'finish once more', finish, 'finishing', []],
];
test.each(TABLE)('%s, %s', (from, _, input, to, done) => {
  const before = play(STATES[from]);
  const after = step(before.session, input, RULES, at(before.second + 1));
  expect(stateOf(after.session, RULES, at(before.second + 1))).toBe(to);
  // Looking for runs is a matter of time, and has its own tests.
  expect(words(after.actions).filter((one) => one !== 'look')).toEqual(done);
});

/** Ticks every second, answering each request at once. */
function live(session: Session, from: number, to: number, rules = RULES, answer = true) {
  const done: [number, Action][] = [];
  for (let second = from; second <= to; second += 1) {
    let { session: next, actions } = step(session, tick, rules, at(second));
    for (let i = 0; i < actions.length; i += 1) {
      const action = actions[i]!;
      done.push([second, action]);
      const request = action.do === 'say' || action.do === 'look' ? action.do : null;
      if (request === null) continue;
      const input: Input = !answer
        ? { kind: 'lost', request, why: 'no network' }
        : action.do === 'say'
          ? { kind: 'said', status: action.status, nonce: action.nonce }
          : { kind: 'seen', runs: [] };
      const answered = step(next, input, rules, at(second));
      next = answered.session;
      actions = [...actions, ...answered.actions];
    }
    session = next;
    if (actions.some((one) => one.do === 'end')) break;
  }
  const times = (what: string) => done.filter(([, { do: one }]) => one === what).map(([second]) => second);
  return { session, times, done };
}

describe('what is said and asked in time', () => {
  test('free is said every five minutes, and runs are looked for every five seconds', () => {
    const { session, second } = play(FREE);
    const { times } = live({ ...session, look: { open: false, notBefore: 0 } }, second + 1, 1204);
    expect(times('say')).toEqual([304, 604, 904, 1204]);
    expect(times('look').slice(0, 4)).toEqual([5, 10, 15, 20]);
  });

  test('a machine with a job says so every 40 seconds, and looks for none', () => {
    const { session, second } = play(RUNNING);
    const { times } = live({ ...session, look: { open: false, notBefore: 0 } }, second + 1, 206);
    expect(times('say')).toEqual([46, 86, 126, 166, 206]);
    expect(times('look')).toEqual([]);
  });

  test('a machine that is away says it once', () => {
    const { session, second } = play(STATES.away);
    expect(live(session, second + 1, 3600).times('say')).toEqual([]);
  });

  test('without a network it goes on trying, says so once, and again when it is back', () => {
    const { session, second } = play(FREE);
    const lost = live({ ...session, look: { open: false, notBefore: 0 } }, second + 1, 1000, RULES, false);
    const events = (done: [number, Action][]) =>
      done.flatMap(([, one]) => (one.do === 'tell' ? one.told.event : []));
    expect(events(lost.done)).toEqual(['offline']);
    expect(lost.times('look').length + lost.times('say').length).toBeGreaterThan(50);
    expect(stateOf(lost.session, RULES, at(1000))).toBe('free');
    const back = live(lost.session, 1001, 1100);
    expect(events(back.done)).toEqual(['online']);
    expect(back.times('say').length).toBe(1);
  });

  test('three refusals in a row end it with what to do, and the job in hand is not thrown away for them', () => {
    let { session, second } = play(RUNNING);
    const told: Action[] = [];
    for (let i = 0; i < 3; i += 1) {
      const next = step(
        session,
        { kind: 'refused', request: 'say', why: 'the token is expired' },
        RULES,
        at(++second),
      );
      session = next.session;
      told.push(...next.actions);
    }
    expect(stateOf(session, RULES, at(second))).toBe('finishing');
    expect(session.leaving).toMatchObject({ status: 2, why: 'the token is expired' });
    expect(words(told)).not.toContain('yield');
  });

  test('on leaving without a network it tries three times, says so, and ends', () => {
    const { session, second } = play([...FREE, interrupt]);
    const lost = step(session, { kind: 'lost', request: 'say', why: 'no network' }, RULES, at(second + 1));
    const { done, times } = live(lost.session, second + 2, second + 30, RULES, false);
    expect(times('say').length).toBe(2);
    const end = done.findIndex(([, one]) => one.do === 'end');
    expect(done[end - 1]?.[1]).toMatchObject({
      told: { event: 'note', text: expect.stringContaining('could not be told') },
    });
  });
});

describe('the job', () => {
  test('that is being scored is not given up, whoever is back', () => {
    const { actions, state } = play([...SCORED, busy, stop]);
    expect(words(actions)).not.toContain('yield');
    expect(state).toBe('finishing');
    expect(play([...SCORED, busy, ended({ kind: 'measured' })]).state).toBe('away');
  });

  test('is given up by the second Ctrl+C and killed by the third', () => {
    expect(words(play([...RUNNING, interrupt, interrupt, interrupt]).actions).slice(-2)).toEqual([
      'yield',
      'kill',
    ]);
    // While it is scored the second one only says how long it takes.
    expect(words(play([...SCORED, interrupt, interrupt]).last)).toEqual([]);
    expect(words(play([...SCORED, interrupt, interrupt, interrupt]).last)).toEqual(['kill']);
  });

  test('that failed is followed by a pause that doubles, up to half an hour; a success ends that', () => {
    let { session, second } = play(FREE);
    const pauses: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      session = play(
        [seen, phase('train'), ended({ kind: 'failed', why: 'x' })],
        RULES,
        session,
        second,
      ).session;
      second += 3;
      pauses.push((session.pause!.until - at(second).steady) / 1000);
      second += pauses.at(-1)! + 1;
      session = play([said('away'), tick, said('free')], RULES, session, second).session;
      second += 3;
    }
    expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1800, 1800, 1800]);
    expect(play([seen, ended({ kind: 'measured' })], RULES, session, second).session.failures).toBe(0);
  });

  test('for which no runner can be registered goes back to the swarm after three tries', () => {
    let { session, second } = play(FREE);
    const done: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const tried = play(
        [seen, said('busy', RUN.nonce), { kind: 'unminted', refused: false, why: '502' }, said('away')],
        RULES,
        session,
        second,
      );
      done.push(...words(tried.actions).filter((one) => /run|cancel/.test(one)));
      second = tried.second + 31;
      session = play([tick, said('free')], RULES, tried.session, second).session;
      second += 2;
    }
    expect(done).toEqual(['run 7', 'run 7', 'run 7', 'cancel 7']);
  });

  test('whose harness is not accepted is asked about, and none is taken until it is', () => {
    const asked = play([
      ...LEASED,
      ended({ kind: 'refused', why: 'action/ changed', harness: 'c'.repeat(40) }),
      said('away'),
    ]);
    expect(asked.actions).toContainEqual({ do: 'ask', harness: 'c'.repeat(40), why: 'action/ changed' });
    expect(asked.state).toBe('away');
    expect(words(live(asked.session, asked.second, 5000).done.map(([, one]) => one))).toEqual([]);
    expect(play([{ kind: 'accepted' }], RULES, asked.session, asked.second)).toMatchObject({ state: 'free' });
  });

  test('counts when it was measured, by what its track allows', () => {
    expect(play([...RUNNING, ended({ kind: 'measured' })]).session.totals).toMatchObject({
      measured: 1,
      seconds: 330,
    });
    expect(play([...RUNNING, busy, ended({ kind: 'preempted' })]).session.totals).toMatchObject({
      preempted: 1,
      seconds: 0,
    });
  });
});

describe('what the owner asked for', () => {
  const once = { ...RULES, once: true };
  test.each([
    ['measured', { kind: 'measured' } as const, 0],
    ['failed', { kind: 'failed', why: 'x' } as const, 1],
  ])('--once: the end after a job that %s', (_, end, status) => {
    const done = play([...LEASED, ended(end), said('away')], once);
    expect(done.last).toContainEqual(expect.objectContaining({ do: 'end', status }));
  });

  test('--once: a job that was given up is not the one', () => {
    expect(play([...LEASED, busy, ended({ kind: 'preempted' })], once).session.leaving).toBeNull();
  });

  test('--finish: whoever is back, the job in hand ends first', () => {
    const patient = { ...RULES, finish: true };
    const back = play([...RUNNING, busy], patient);
    expect([words(back.actions).includes('yield'), back.state]).toEqual([false, 'finishing']);
    expect(play([ended({ kind: 'measured' })], patient, back.session, back.second).state).toBe('away');
    // The owner's own word is another matter.
    expect(words(play([stop], patient, back.session, back.second).last)).toEqual(['yield']);
  });

  const until = { ...RULES, ends: START + 1000_000 };
  test('--until: no job is taken that does not fit, and then it ends', () => {
    const { session, second } = play(FREE, until);
    expect(stateOf(session, until, at(second))).toBe('free');
    const { done } = live(session, second + 1, 700, until);
    expect(done.findLast(([, one]) => one.do !== 'tell')).toMatchObject([600, { do: 'end', status: 0 }]);
    expect(done.filter(([, one]) => one.do === 'say').at(-1)?.[1]).toMatchObject({ status: 'away' });
  });

  test('--until: a job that takes longer is given up when the time comes', () => {
    const { session } = play(RUNNING, until);
    expect(live(session, 10, 999, until).times('yield')).toEqual([]);
    expect(live(session, 10, 1001, until).times('yield')).toEqual([1000]);
  });

  test('hours: the swarm hears until when, and no job is taken that does not fit', () => {
    const hours = { ...RULES, hoursEnd: () => START + 1000_000 };
    const begun = play(FREE, hours);
    expect(begun.actions).toContainEqual(
      expect.objectContaining({ do: 'say', status: 'free', until: START + 1000_000 }),
    );
    const { session, done } = live(begun.session, begun.second + 1, 700, hours);
    expect(done.filter(([, one]) => one.do === 'say').at(-1)).toMatchObject([601, { status: 'away' }]);
    expect(session.leaving).toBeNull();
  });

  test('the swarm is not told what its owner does', () => {
    const away = play([...FREE, { kind: 'idle', free: false, why: ['secret-game runs'] }]);
    expect(JSON.stringify(away.actions.filter((one) => one.do === 'say'))).not.toContain('secret');
    expect(away.last).toContainEqual(
      expect.objectContaining({
        do: 'tell',
        told: { event: 'state', state: 'away', why: ['secret-game runs'] },
      }),
    );
  });
});

const anyInput: fc.Arbitrary<Input> = fc.oneof(
  fc.constantFrom<Input>(free, free, busy, tick, seen, { kind: 'seen', runs: [] }, { kind: 'accepted' }),
  fc.constantFrom<Input>(phase('setup'), phase('train'), phase('score'), phase('done')),
  fc.constantFrom<Input>(
    ended({ kind: 'measured' }),
    ended({ kind: 'preempted' }),
    ended({ kind: 'failed', why: 'x' }),
  ),
  fc.constantFrom<Input>(
    { kind: 'lost', request: 'say', why: 'x' },
    { kind: 'refused', request: 'look', why: 'x' },
  ),
);

test('whatever happens: one job at a time, one request of a kind, no yield while it is scored, and away is the last thing said', () => {
  let ends = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyInput, fc.nat(60), fc.boolean()), { maxLength: 120 }),
      fc.constantFrom<Input>(interrupt, stop, finish),
      (happenings, last) => {
        let [session, second, lastSaid] = [newSession(), 0, ''];
        let open: 'say' | null = null;
        const happen = (input: Input) => {
          // GitHub answers only what was asked, and a job ends only when there is one.
          if ((input.kind === 'lost' || input.kind === 'refused') && !session[input.request].open)
            return false;
          const { job } = session;
          const next = step(session, input, RULES, at(second));
          for (const action of next.actions) {
            if (action.do === 'run') expect([job, session.leaving]).toEqual([null, null]);
            if (action.do === 'look') expect(stateOf(next.session, RULES, at(second))).toBe('free');
            if (action.do === 'yield') expect(['score', 'done']).not.toContain(next.session.job?.phase);
            if (action.do === 'say') {
              expect(session.say.open && input.kind !== 'said' && input.kind !== 'lost').toBe(false);
              lastSaid = action.status;
              open = 'say';
            }
            if (action.do !== 'end') continue;
            ends += 1;
            expect(job === null || input.kind === 'ended').toBe(true);
            expect(next.session.job).toBeNull();
            expect(next.session.leaving!.untold >= 3 || lastSaid === 'away').toBe(true);
            session = next.session;
            return true;
          }
          session = next.session;
          if (session.say.open === false) open = null;
          return false;
        };
        happen({ kind: 'begin' });
        for (const [input, wait, answers] of happenings) {
          second += wait;
          if (answers && open && session.say.open) {
            const { job } = session;
            happen({
              kind: 'said',
              status: lastSaid as 'free',
              nonce: job && lastSaid === 'busy' ? job.run.nonce : null,
            });
          }
          if (happen(input)) return;
        }
        // Whatever it was in: asked to end, with a job that ends and a GitHub that answers, it ends.
        let isOver = happen(last);
        for (let i = 0; i < 40 && !isOver; i += 1) {
          second += 10;
          if (session.job) isOver = happen(ended({ kind: 'preempted' }));
          else if (session.say.open)
            isOver = happen({ kind: 'said', status: lastSaid as 'away', nonce: null });
          else isOver = happen(tick);
        }
        expect(isOver).toBe(true);
      },
    ),
    { numRuns: 400 },
  );
  expect(ends).toBeGreaterThan(100);
});
