import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../core/formats/config.ts';
import { thisMachine } from '../../runner/doctor/this-machine.ts';
import { cacheFolder } from '../../setup/paths.mjs';
import { CONFIG } from '../../testing/examples/config.ts';
import { parseLendOptions } from '../options.ts';
import { lock } from '../runner/lock.ts';
import { examine, plansFor } from './doctor.ts';
import { withElectricity } from './electricity.ts';
import { finishOther } from './finish.ts';
import { rulesFor, secondsOf, tracksOf } from './rules.ts';
import { serviceOf, withoutToken } from './service.ts';

const LENT = {
  ...{
    id: 1,
    repository: 'ann/descent-machine',
    swarm: 'ada/descent',
    app: 'descent-swarm',
    machine: 'desk',
    tracks: ['cpu'],
  },
  accepted: 'a'.repeat(40),
};
const parsed = parseConfig(CONFIG);
if (!parsed.ok) throw new Error(parsed.problems.join());
const config = parsed.value;

test('a track that the swarm has no more is named, with those that it has', () => {
  expect([...tracksOf(LENT, config).keys()]).toEqual(['cpu']);
  expect(() => tracksOf({ ...LENT, tracks: ['cpu', 'tpu'] }, config)).toThrow(
    /no track tpu any more, only .*cpu/,
  );
});

test('--until alone ends it for good; with --schedule it ends the hours', () => {
  const now = new Date(2026, 10, 27, 23, 0).getTime();
  const eight = new Date(2026, 10, 28, 8, 0).getTime();
  const alone = rulesFor(parseLendOptions({ until: '08:00' }), 400, now).session;
  expect([alone.ends, alone.hoursEnd(now)]).toEqual([eight, null]);
  const nightly = rulesFor(parseLendOptions({ until: '08:00', schedule: '0 22 * * *' }), 400, now).session;
  expect([nightly.ends, nightly.hoursEnd(now), nightly.hoursEnd(eight)]).toEqual([null, eight, null]);
});

const settings = { schema: 1 as const, price: null, watts: null, asked: false, programs: [], machines: [] };

test('electricity is asked for once, whatever the answer; an option goes before it, and nobody is asked where nobody is', async () => {
  const answers = ['a lot', '0,31', '600'];
  const questions: string[] = [];
  const typed = async (question: string) => {
    questions.push(question);
    return answers.shift() ?? '';
  };
  const known = await withElectricity(settings, null, 450, typed);
  expect(known).toMatchObject({ price: 0.31, watts: 600, asked: true });
  expect(questions).toHaveLength(3);
  const silent = await withElectricity(settings, null, 450, typed);
  expect(silent).toMatchObject({ price: null, watts: null, asked: true });
  for (const one of [known, silent]) expect(await withElectricity(one, null, 450, typed)).toBe(one);
  expect(questions).toHaveLength(4);
  expect(await withElectricity(settings, null, 450, null)).toBe(settings);
  expect(await withElectricity(known, 0.5, 450, null)).toMatchObject({ price: 0.5, watts: 600 });
  await expect(withElectricity(settings, null, 450, async () => 'x')).rejects.toMatchObject({
    remedy: expect.stringContaining('--price'),
  });
});

test('the doctor stops it before anything is lent, with what to do; what a job brings along, and what passes, does not', async () => {
  const plans = plansFor(tracksOf(LENT, config), {
    sandbox: 'bubblewrap',
    repository: join(import.meta.dirname, '../..'),
    cache: cacheFolder(),
    api: 'http://127.0.0.1:1',
  });
  const host = {
    ...thisMachine(process.env),
    freeBytes: async () => 2 ** 40,
    dateOf: async () => new Date().toUTCString(),
  };
  await examine(
    host,
    plans.map((plan) => ({ ...plan, dataset: 'not-there' })),
  );
  await expect(examine({ ...host, freeBytes: async () => 0 }, plans)).rejects.toMatchObject({
    message: expect.stringContaining('disk: '),
    remedy: expect.stringMatching(/disk: .*descent doctor/s),
    status: 1,
  });
  expect(secondsOf(config.tracks.cpu!)).toBeGreaterThan(config.tracks.cpu!['budget-seconds']);
});

test('the service has the options that last, and no token', () => {
  const options = parseLendOptions({
    install: true,
    schedule: '0 22 * * * for 10h',
    when: "test ! -e '/tmp/a b'",
    follow: true,
    freeFor: 60,
    price: 0.3,
  });
  const env = { PATH: '/bin', HOME: '/home/ann', GH_TOKEN: 'secret', DESCENT_CACHE: '/var/cache/x' };
  const service = serviceOf(options, LENT, env);
  expect(service.command.slice(2)).toEqual([
    ...[
      'lend',
      '--repository=descent-machine',
      '--schedule=0 22 * * * for 10h',
      "--when=test ! -e '/tmp/a b'",
    ],
    ...['--price=0.3', '--follow', '--free-for=60'],
  ]);
  expect(service.env).toEqual({ PATH: '/bin', DESCENT_CACHE: '/var/cache/x' });
  expect(JSON.stringify(service)).not.toContain('secret');
  expect(withoutToken(env)).toContain('gh auth login');
  expect(withoutToken({})).toBeNull();
});

test('--finish tells a client that lends, and never another process that the lock names', async () => {
  const child = spawn(
    '/bin/sh',
    ['-c', 'trap "exit 3" USR2; echo ready; while :; do sleep 0.05; done', 'lend'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const other = spawn('/bin/sh', ['-c', 'echo ready; while :; do sleep 0.05; done'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void [child, other].map((one) => one.kill('SIGKILL')));
  await Promise.all([child, other].map((one) => once(one.stdout, 'data')));
  expect(await finishOther(['a test of nothing'])).toBeNull();
  const stranger = await lock(['a test of finish'], `descent lend (process ${other.pid})`);
  expect(await finishOther(['a test of finish'])).toBeNull();
  expect(other.exitCode).toBeNull();
  await stranger.release();
  const held = await lock(['a test of finish'], `descent lend (process ${child.pid})`);
  expect(await finishOther(['a test of finish'])).toContain(`${child.pid}`);
  expect(await once(child, 'close')).toEqual([3, null]);
  await held.release();
});
