import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { type ClientEvent, clientEventSchema } from '../../core/formats/lending/client-event.ts';
import { costsOf } from '../costs.ts';
import { step } from '../session/session.ts';
import { newSession, type Rules, type Session } from '../session/state.ts';
import type { Input } from '../session/values.ts';
import { jsonPage, textPage } from './page.ts';

const RULES: Rules = { once: false, finish: false, ends: null, hoursEnd: () => null, jobSeconds: 400 };
const NOW = { wall: new Date(2026, 10, 27, 17, 3).getTime(), steady: 0 };
const TITLED = {
  machine: 'ada.desk',
  swarm: 'descent/descent',
  tracks: ['cpu'],
  costs: costsOf({ computerWatts: 500, cardWatts: null, seconds: 400, price: 0.3 }),
};
const RUN = { id: 7, nonce: 'a'.repeat(32), title: '#1', at: '2026-11-27T12:00:00Z', commit: 'd'.repeat(40) };
const totals = { measured: 1, preempted: 2, failed: 0, refused: 0, seconds: 330 };

const AT = '2026-11-27T17:03:00.000Z';
const EVENTS: ClientEvent[] = [
  { at: AT, event: 'begins', ...TITLED, repository: 'ada/descent-machine', device: 'RTX 4090' },
  { at: AT, event: 'lacks', what: ['battery: no battery'] },
  { at: AT, event: 'state', state: 'away', why: ['somebody is at the screen'] },
  { at: AT, event: 'job', run: 7, phase: 'train', what: 'phase train' },
  { at: AT, event: 'job', run: 7, phase: null, what: 'fetching 2.330' },
  { at: AT, event: 'ended', run: 7, end: 'failed', why: 'disk \u001b[2Jfull', seconds: 61, totals },
  { at: AT, event: 'offline', why: 'no network' },
  { at: AT, event: 'online' },
  { at: AT, event: 'asks', harness: 'c'.repeat(40), why: 'action/ changed' },
  { at: AT, event: 'note', text: 'once more' },
  { at: AT, event: 'left', status: 2, why: 'the token is expired. To do: sign in' },
].map((event) => clientEventSchema.parse(event));

function after(...inputs: Input[]): Session {
  let session = newSession();
  for (const input of inputs) session = step(session, input, RULES, NOW).session;
  return session;
}
const free: Input[] = [
  { kind: 'begin' },
  { kind: 'said', status: 'away', nonce: null },
  { kind: 'idle', free: true, why: [] },
  { kind: 'said', status: 'free', nonce: null },
];
const running: Input[] = [...free, { kind: 'seen', runs: [RUN] }, { kind: 'phase', phase: 'train' }];

/** A terminal that keeps what is drawn on it. */
function terminal() {
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 120,
    rows: 40,
  }) as unknown as NodeJS.WriteStream & PassThrough;
  return { stream, drawn: () => String(stream.read() ?? '') };
}

test('--json prints one line an event, and each is in the form of the schema', () => {
  let text = '';
  const page = jsonPage({ out: (more) => (text += more) });
  for (const event of EVENTS) page.tell(event);
  page.show(newSession(), NOW);
  const lines = text.trimEnd().split('\n');
  expect(lines.map((line) => clientEventSchema.parse(JSON.parse(line)))).toEqual(EVENTS);
});

test('without a terminal there is a plain line for everything that happens, once, and nothing in it steers', () => {
  let text = '';
  const page = textPage({ out: (more) => (text += more), terminal: null, env: {} }, TITLED, RULES);
  for (const event of EVENTS) for (const _ of [1, 2]) page.tell(event);
  page.show(after(...running), NOW);
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength(EVENTS.length);
  expect(text).not.toContain('\u001b');
  expect(lines[0]).toContain(
    'ada.desk lends to descent/descent, track cpu, on RTX 4090. A job takes up to 7 min',
  );
  expect(lines[5]).toContain('disk \\u001b[2Jfull. 1 run measured, 330 nominal seconds, 2 given up.');
});

test('on a terminal it shows what runs, why it waits, what was earned and what it costs', () => {
  const { stream, drawn } = terminal();
  const page = textPage({ out: () => {}, terminal: stream, env: { NO_COLOR: '1' } }, TITLED, RULES);
  page.show(after(...running), NOW);
  const job = stripVTControlCharacters(drawn());
  expect(job).toContain('now     A job runs');
  expect(job).toContain('run 7 since 17:03: it trains');
  expect(job).toContain('0 runs measured, 0 nominal seconds');
  expect(job).toContain('0.056 kWh, 0.017 at 0.3 a kWh');
  expect(job).toContain('Ctrl+C ends it after this job');
  page.show(after(...free, { kind: 'idle', free: false, why: ['blender \u001b[2Jruns'] }), NOW);
  expect(drawn()).toContain('Away: blender \\u001b[2Jruns');
});

test('it is drawn again only when something changed', () => {
  const { stream, drawn } = terminal();
  const page = textPage({ out: () => {}, terminal: stream, env: {} }, TITLED, RULES);
  page.show(after(...running), NOW);
  expect(drawn()).not.toBe('');
  for (const wall of [1, 2, 3]) page.show(after(...running), { ...NOW, wall: NOW.wall + wall });
  expect(drawn()).toBe('');
});

test('NO_COLOR takes the colours away, and only them', () => {
  const colours = (env: NodeJS.ProcessEnv) => {
    const { stream, drawn } = terminal();
    textPage({ out: () => {}, terminal: stream, env }, TITLED, RULES).show(after(...running), NOW);
    return /\u001b\[\d*(1|2|32|33)m/.test(drawn());
  };
  expect([colours({}), colours({ NO_COLOR: '1' }), colours({ NO_COLOR: '' })]).toEqual([true, false, true]);
});
