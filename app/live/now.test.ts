import { expect, it } from 'vitest';
import { eventLine } from '../../core/formats/events.ts';
import { nowSchema, parseNow } from '../../core/formats/now.ts';
import { CONFIG, LENDING } from '../../testing/examples/config.ts';
import { lentBy } from '../../testing/examples/lent.ts';
import { NOW, sha } from '../../testing/examples/names.ts';
import type { MainReading, QueueReading } from '../github/port.ts';
import { encodeOverall, encodeRun, type OverallKey, type RunKey } from '../model/state.ts';
import { nowOf } from './now.ts';

const NONCE = 'f'.repeat(32);
let id = 0;

/** An open pull request with these runs. */
function open(pull: number, state: OverallKey['state'], runs: Partial<RunKey & { status: string }>[] = []) {
  const blob = sha('b');
  const check = { id: `C${++id}`, conclusion: null, url: '', title: '', summary: '', text: '' };
  const checks = [
    ...runs.map(({ status = 'in_progress', ...change }, i) => ({
      ...{ ...check, name: '', status: status as 'in_progress', startedAt: NOW },
      externalId: encodeRun({
        ...{ pull, blob, track: 'cpu', stage: 'explore', ordinal: i + 1, seed: 7_777_777 },
        ...{ nonce: NONCE.slice(2) + String(10 + i), attempt: 1, runId: 1 },
        ...change,
      }),
    })),
    {
      ...{ ...check, name: 'descent', status: 'in_progress' as const },
      externalId: encodeOverall(pull, { blob, track: 'cpu', state }),
    },
  ];
  return {
    ...{ pull, author: `a${pull}`, createdAt: `2026-11-23T11:00:${10 + pull}.000Z`, editedAt: null },
    ...{
      draft: false,
      commit: { oid: sha(String(pull)), file: { oid: blob, mode: '100644', size: 1 }, checks },
    },
  } satisfies QueueReading;
}

function reading(queue: QueueReading[], more: Partial<MainReading['main']> = {}): MainReading {
  return {
    repository: { id: 'R', owner: 'o', name: 'r', url: '', archived: false, labels: [] },
    bot: 'descent[bot]',
    main: {
      ...{ oid: sha('d'), tree: sha('e'), branch: 'main', config: CONFIG, leaderboard: null, ledger: null },
      ...{ train: null, harness: null, events: null, ...more },
    },
    ...{ queue, closed: [], frontiers: {}, carrier: null },
  };
}

const now = (given: MainReading, lent = [] as Parameters<typeof nowOf>[1]) =>
  nowOf(given, lent, new Date(NOW))!;

it('who is measured comes first, then who waits, in the order of their turn', () => {
  const at = now(
    reading([
      open(1, 'later'),
      open(2, 'queued'),
      open(3, 'measuring', [{ status: 'completed' }, { stage: 'confirm', lent: 'ada.desk' }]),
      open(4, 'verdict'),
      open(5, 'waiting'),
      { ...open(6, 'queued'), draft: true },
      { ...open(7, 'queued'), commit: null },
    ]),
  );
  expect(at.tracks.cpu!.pulls).toMatchObject([
    {
      ...{ pull: 3, state: 'measuring', done: 1, needed: 4 },
      runs: [{ stage: 'confirm', machine: 'ada.desk', since: NOW }],
    },
    { pull: 2, state: 'queued', before: 1, runs: [], done: 0, needed: 1 },
    { pull: 1, state: 'later', before: 2 },
    { pull: 5, state: 'owners', before: null },
  ]);
  expect(at.tracks.cpu!.places).toBe(2);
  const text = JSON.stringify(at);
  expect(text).not.toMatch(/fffff|7777777/);
  expect(parseNow(text)).toEqual({ ok: true, value: at });
});

it('a machine is free, busy, away, or silent when its word is too old', () => {
  const ago = (seconds: number) => new Date(Date.parse(NOW) - seconds * 1000).toISOString();
  const lent = [
    lentBy('ada'),
    lentBy('bob', { out: [NONCE] }),
    lentBy('cleo', { status: 'away' }),
    lentBy('nova', { at: ago(901) }),
    lentBy('eve', { status: 'busy', nonce: NONCE, at: ago(111) }),
    { ...lentBy('finn'), availability: null },
    lentBy('gus'),
  ];
  const config = CONFIG.replace(/ {4}runs-on: .*\n/, '').replace('capacity: 2', 'capacity: 9') + LENDING;
  const at = now(reading([open(1, 'measuring', [{ lent: 'gus.desk' }])], { config }), lent);
  expect(Object.fromEntries(at.machines.map(({ owner, state }) => [owner, state]))).toEqual({
    ...{ ada: 'free', bob: 'busy', cleo: 'away', nova: 'silent', eve: 'silent', finn: 'silent', gus: 'busy' },
  });
  expect(at.tracks.cpu!.places).toBe(3);
  expect(JSON.stringify(at)).not.toContain(NONCE);
  expect(nowSchema.safeParse(at).success).toBe(true);
});

it('how long a run takes is the middle of those that ended last', () => {
  const result = (seconds: number) =>
    eventLine({
      ...{
        kind: 'result',
        at: NOW,
        pull: 1,
        blob: 'b'.repeat(12),
        track: 'cpu',
        verdict: 'regressed',
        code: 'x',
      },
      ...{
        valBpb: 2,
        heldoutBpb: null,
        incumbent: 1,
        effect: null,
        standardError: null,
        title: 't',
        author: 'a',
      },
      ...{
        agent: null,
        expect: null,
        buildsOn: [],
        runs: [['explore', 'ada', 'ada.desk', 'scored', 2, seconds]],
      },
    });
  const text = [...Array(60).fill(9000), 10, ...Array(49).fill(310)].map(result).join('\n');
  const events = { number: 0, text: `${text}\nnot an event\n["result",` };
  expect(now(reading([], { events })).tracks.cpu!.recent).toEqual({ runs: 50, seconds: 310 });
  expect(now(reading([])).tracks.cpu!.recent).toBeNull();
  expect(nowOf(reading([], { config: 'tracks: 7' }), [], new Date(NOW))).toBeNull();
});
