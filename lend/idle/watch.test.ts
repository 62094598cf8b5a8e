import { expect, onTestFinished, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { fakeMachine } from '../testing/fake-machine.ts';
import { type Probe, type Reading, unknown } from './probes/probe.ts';
import { watchIdle } from './watch.ts';
import { probesFor } from './which.ts';

/** A probe that answers what the test says, at once. */
function told(name: string, verdict: Reading['verdict'] = 'free') {
  const probe = {
    name,
    verdict,
    reads: 0,
    read: async () => ({ verdict: probe.verdict, why: `${name} is ${probe.verdict}`, n: probe.reads++ }),
  };
  return probe;
}

function watching(...probes: Probe[]) {
  const clock = new FakeClock();
  const watch = watchIdle(probes, clock);
  onTestFinished(() => watch.close());
  return { clock, watch };
}

test('a machine is free after three minutes, and busy five seconds after somebody comes', async () => {
  const person = told('person');
  const { clock, watch } = watching(person, told('battery', 'absent'));
  await clock.pass(170);
  expect(watch.state()).toMatchObject({ free: false, why: [expect.stringContaining('of 180')] });
  await clock.pass(20);
  expect(watch.state()).toMatchObject({ free: true, lacks: ['battery: battery is absent'] });
  person.verdict = 'busy';
  await clock.pass(4);
  expect(watch.state()).toMatchObject({ free: true, why: ['person is busy'] });
  await clock.pass(6);
  expect(watch.state()).toMatchObject({ free: false });
});

test('who listens hears of it once', async () => {
  const person = told('person');
  const { clock, watch } = watching(person);
  const heard: boolean[] = [];
  watch.changed(() => heard.push(watch.state().free));
  await clock.pass(200);
  await clock.pass(200);
  expect(heard.filter((free) => free)).toEqual([true]);
});

test('one probe that hangs is unknown, is asked no second time beside, and holds up no other', async () => {
  const aborted: boolean[] = [];
  const hanging = {
    name: 'gpu',
    reads: 0,
    read(signal: AbortSignal) {
      this.reads += 1;
      signal.addEventListener('abort', () => aborted.push(true));
      return new Promise<Reading>(() => {}); // a process in uninterruptible sleep ends for no signal
    },
  };
  const person = told('person', 'busy');
  const { clock, watch } = watching(hanging, person);
  await clock.pass(60);
  expect(watch.state().why).toEqual(['gpu: unknown, it does not answer', 'person is busy']);
  expect([hanging.reads, aborted]).toEqual([1, [true]]);
  expect(person.reads).toBeGreaterThan(20);
});

test('a machine that begins to hang while it is free becomes busy', async () => {
  let hangs = false;
  const gpu: Probe = {
    name: 'gpu',
    read: async (signal) => {
      if (hangs) await new Promise((end) => signal.addEventListener('abort', end));
      return hangs ? unknown('killed') : { verdict: 'free', why: 'idle' };
    },
  };
  const { clock, watch } = watching(gpu);
  await clock.pass(200);
  expect(watch.state().free).toBe(true);
  hangs = true;
  await clock.pass(20);
  expect(watch.state().free).toBe(false);
});

test('a probe that throws is unknown', async () => {
  const { clock, watch } = watching({ name: 'odd', read: () => Promise.reject(new Error('no such file')) });
  await clock.pass(300);
  expect(watch.state()).toMatchObject({ free: false, why: ['odd: unknown, no such file'] });
});

test('a probe with its own pace is read no more often', async () => {
  const slow = Object.assign(told('when'), { everySeconds: 10 });
  const { clock } = watching(slow);
  await clock.pass(61);
  expect(slow.reads).toBeLessThanOrEqual(7);
});

test('after a sleep the machine is busy at once, and free three minutes later', async () => {
  const { clock, watch } = watching(told('person'));
  await clock.pass(200);
  clock.sleep(3600);
  await clock.pass(2);
  expect(watch.state()).toMatchObject({ free: false, why: ['the machine slept, or its clock was set'] });
  await clock.pass(178);
  expect(watch.state().free).toBe(false);
  await clock.pass(10);
  expect(watch.state().free).toBe(true);
});

test('when it is closed, nothing is read any more', async () => {
  const person = told('person');
  const { clock, watch } = watching(person);
  await clock.pass(10);
  watch.close();
  const { reads } = person;
  await clock.pass(100);
  expect(person.reads).toBe(reads);
});

test('a server without screen, battery and card lends, and says what it cannot see', async () => {
  await using machine = await fakeMachine({});
  const here = {
    platform: 'linux',
    env: machine.env,
    uid: 0,
    now: Date.now,
    ours: async () => false,
  } as const;
  const probes = probesFor(here, { hours: null, when: null, programs: [], hottest: null }).filter(
    ({ name }) => name !== 'battery',
  );
  const readings = await Promise.all(probes.map((probe) => probe.read(AbortSignal.timeout(10_000))));
  expect(readings.map(({ verdict }) => verdict)).toEqual(['absent', 'absent', 'absent']);
  const { clock, watch } = watching(...probes.map((one, i) => ({ ...one, read: async () => readings[i]! })));
  await clock.pass(200);
  expect(watch.state()).toMatchObject({
    free: true,
    lacks: [
      expect.stringContaining('nvidia-smi'),
      expect.stringContaining('nobody can be seen'),
      expect.any(String),
    ],
  });
});

test('the card that is watched is the one that jobs see', async () => {
  await using machine = await fakeMachine({ programs: { 'nvidia-smi': 'echo "$2" >&2; exit 1' } });
  const watched = async (cards: string) => {
    const env = { ...machine.env, CUDA_VISIBLE_DEVICES: cards };
    const here = { platform: 'linux', env, uid: 0, now: Date.now, ours: async () => false } as const;
    const [nvidia] = probesFor(here, { hours: null, when: null, programs: [], hottest: null });
    return (await nvidia!.read(AbortSignal.timeout(10_000))).why.split(': ')[1];
  };
  expect([
    await watched('2,3'),
    await watched('GPU-8f6d-1a'),
    await watched(''),
    await watched('all'),
  ]).toEqual([...['2', 'GPU-8f6d-1a', '0', '0']]);
});

test("the owner's rules each add a probe, on Linux and on a Mac", () => {
  const rules = { hours: null, when: 'true', programs: ['blender'], hottest: 80 };
  const names = (platform: NodeJS.Platform) =>
    probesFor({ platform, env: {}, uid: 0, now: Date.now, ours: async () => false }, rules).map(
      ({ name }) => name,
    );
  expect(names('linux')).toEqual([
    'nvidia',
    'person',
    'inhibitors',
    'battery',
    'temperature',
    'programs',
    'when',
  ]);
  expect(names('darwin')).toEqual(['nvidia', 'person', 'battery', 'programs', 'when']);
});
