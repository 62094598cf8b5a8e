import { expect, test } from 'vitest';
import { fakeMachine } from '../../testing/fake-machine.ts';
import { asker } from './ask.ts';
import { gnome } from './gnome.ts';
import { inhibitors } from './inhibitors.ts';
import { person } from './person.ts';
import { x } from './x.ts';

const UID = 1000;
const NOW = Date.UTC(2026, 10, 27, 12);
const never = new AbortController().signal;

interface Machine {
  seat?: string;
  session?: string;
  mutter?: string;
  inhibitors?: string;
  programs?: Record<string, string>;
  env?: NodeJS.ProcessEnv;
}
const fails = (words: string) => `echo '${words}' >&2; exit 1`;
const answers = (type: string, data: unknown) => `echo '${JSON.stringify({ type, data: [data] })}'`;

const seat = ({ idle = false, since = NOW * 1000, session = '/s/2' } = {}) =>
  answers('a{sv}', {
    Id: { type: 's', data: 'seat0' },
    ActiveSession: { type: '(so)', data: session === '/' ? ['', '/'] : ['2', session] },
    IdleHint: { type: 'b', data: idle },
    IdleSinceHint: { type: 't', data: since },
  });
const session = ({ uid = UID, type = 'wayland' } = {}) =>
  answers('a{sv}', { User: { type: '(uo)', data: [uid, '/u'] }, Type: { type: 's', data: type } });
const idleFor = (ms: unknown) => answers('t', ms);

async function onMachine({ seat, session, mutter, inhibitors: list, programs = {}, env = {} }: Machine) {
  const gone = fails('Call failed: The name was not provided by any .service files');
  const busctl = `case "$*" in
*Mutter*) ${mutter ?? gone} ;;
*ListInhibitors*) ${list ?? gone} ;;
*login1.Seat) ${seat ?? gone} ;;
*login1.Session) ${session ?? gone} ;;
*) exit 3 ;;
esac`;
  await using machine = await fakeMachine({ programs: { busctl, ...programs } });
  const ask = asker(machine.env);
  const input = [gnome(ask), x(ask, env)];
  return {
    person: await person(ask, { uid: UID, now: () => NOW, input }).read(never),
    inhibitors: await inhibitors(ask).read(never),
  };
}

const X11 = { DISPLAY: ':0', XDG_SESSION_TYPE: 'x11' };
const ago = (seconds: number) => (NOW - seconds * 1000) * 1000;

test.each<[string, Machine, string, string?]>([
  ['GNOME, somebody types', { seat: seat(), session: session(), mutter: idleFor(400) }, 'busy'],
  [
    'GNOME, nobody for a minute, though logind has no hint yet',
    { seat: seat(), session: session(), mutter: idleFor(60_000) },
    'free',
  ],
  ['GNOME answers garbage: logind counts', { seat: seat(), session: session(), mutter: 'echo "{"' }, 'busy'],
  [
    'GNOME answers less than nothing: logind counts',
    { seat: seat({ idle: true }), session: session(), mutter: idleFor(-1) },
    'free',
  ],
  [
    'another user has the screen, ours is idle behind it',
    { seat: seat(), session: session({ uid: 1001 }), mutter: idleFor(9e6) },
    'busy',
  ],
  [
    'another user has the screen and is away',
    { seat: seat({ idle: true }), session: session({ uid: 1001 }) },
    'free',
  ],
  [
    'X11, somebody types',
    { seat: seat(), session: session({ type: 'x11' }), env: X11, programs: { xprintidle: 'echo 12' } },
    'busy',
  ],
  [
    'X11, nobody',
    { seat: seat(), session: session({ type: 'x11' }), env: X11, programs: { xprintidle: 'echo 999999' } },
    'free',
  ],
  [
    'X11 by xssstate',
    { seat: seat(), session: session({ type: 'x11' }), env: X11, programs: { xssstate: 'echo 999999' } },
    'free',
  ],
  [
    'X11 without a tool: logind counts',
    { seat: seat(), session: session({ type: 'x11' }), env: X11 },
    'busy',
  ],
  [
    'xprintidle answers garbage: logind counts',
    { seat: seat(), session: session(), env: X11, programs: { xprintidle: 'echo 1e9' } },
    'busy',
  ],
  [
    'Wayland, where xprintidle sees only some windows',
    {
      seat: seat(),
      session: session(),
      env: { DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-0' },
      programs: { xprintidle: 'echo 999999' },
    },
    'busy',
  ],
  [
    'the display of another computer',
    {
      seat: seat(),
      session: session(),
      env: { DISPLAY: 'localhost:10.0' },
      programs: { xprintidle: 'echo 999999' },
    },
    'busy',
  ],
  ['logind alone, idle', { seat: seat({ idle: true }), session: session() }, 'free'],
  ['logind alone, in use', { seat: seat({ since: ago(3) }), session: session() }, 'busy'],
  ['a desktop that tells nothing', { seat: seat({ since: 0 }), session: session() }, 'unknown', '--when'],
  [
    'a text session, last key just now',
    { seat: seat({ since: ago(2) }), session: session({ type: 'tty' }) },
    'busy',
  ],
  [
    'a text session, last key a minute ago',
    { seat: seat({ since: ago(60) }), session: session({ type: 'tty' }) },
    'free',
  ],
  ['nobody logged in', { seat: seat({ idle: true, session: '/' }) }, 'free'],
  ['a session that ends while it is asked for', { seat: seat() }, 'unknown'],
  [
    'no seat, as on a server',
    { seat: fails('Call failed: Unknown object /org/freedesktop/login1/seat/seat0.') },
    'absent',
  ],
  [
    'no bus, as in a container',
    { seat: fails('Failed to connect to bus: No such file or directory') },
    'absent',
  ],
  ['no logind, X11 seen', { env: X11, programs: { xprintidle: 'echo 12' } }, 'busy'],
  [
    'no logind, X11 fails',
    { env: X11, programs: { xprintidle: fails('unable to open display') } },
    'unknown',
    'open display',
  ],
  ['logind refuses', { seat: fails('Call failed: Access denied') }, 'unknown', 'Access denied'],
  [
    'logind answers another shape',
    { seat: answers('a{sv}', { IdleHint: { type: 'b', data: 'no' } }) },
    'unknown',
  ],
  ['logind answers no JSON', { seat: 'echo "Usage: busctl"' }, 'unknown'],
])('%s', async (_, machine, verdict, why = '') => {
  const { person } = await onMachine(machine);
  expect(person).toMatchObject({ verdict });
  expect(person.why).toContain(why);
});

test('without busctl nobody is seen, and it says what it looked for', async () => {
  await using machine = await fakeMachine({});
  const ask = asker(machine.env);
  const reading = await person(ask, { uid: UID, now: Date.now, input: [gnome(ask), x(ask, {})] }).read(never);
  expect(reading).toEqual({
    verdict: 'absent',
    why: 'nobody can be seen: busctl is not installed; busctl is not installed; no X11 session',
  });
});

test('a bus that hangs is unknown', async () => {
  await using machine = await fakeMachine({ programs: { busctl: '/bin/sleep 60' } });
  const ask = asker(machine.env);
  const reading = await person(ask, { uid: UID, now: Date.now, input: [gnome(ask)] }).read(
    AbortSignal.timeout(200),
  );
  expect(reading).toMatchObject({ verdict: 'unknown' });
});

const inhibitor = (what: string, mode: string) => [what, 'Film "7"', 'plays', mode, UID, 77];
test.each([
  ['a film', [inhibitor('idle', 'block')], 'busy'],
  ['idle among others', [inhibitor('sleep:idle:shutdown', 'block-weak')], 'busy'],
  ['power settings that block the lid all the time', [inhibitor('handle-lid-switch', 'block')], 'free'],
  ['one that only delays', [inhibitor('idle', 'delay')], 'free'],
  ['none', [], 'free'],
])('inhibitors: %s', async (_, list, verdict) => {
  const { inhibitors } = await onMachine({ inhibitors: answers('a(ssssuu)', list) });
  expect(inhibitors).toMatchObject({ verdict });
});

test('inhibitors: an answer of another shape is unknown, no logind is absent', async () => {
  const odd = await onMachine({ inhibitors: answers('a(ssssuu)', [['idle']]) });
  expect(odd.inhibitors).toMatchObject({ verdict: 'unknown' });
  expect((await onMachine({})).inhibitors).toMatchObject({ verdict: 'absent' });
});
