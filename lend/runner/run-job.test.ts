import { existsSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Asked } from '../gate/judge.ts';
import { jobsFolder } from './place.ts';
import { makeJobGroup } from './processes/group.ts';
import { FOREVER, processesWith, type Scene, scene } from './testing/scene.ts';

let here: Scene;
afterEach(() => here.close());

/** What every job must leave: nothing. */
function nothingLeft(): void {
  expect(processesWith(FOREVER)).toEqual([]);
  expect(processesWith(here.folder)).toEqual([]);
  expect(readdirSync(jobsFolder(here.env))).toEqual([]);
}

const TRAINING = 'hook; phase train; sandbox';

describe.each([{ boxed: true }, { boxed: false }])('one job, boxed: $boxed', ({ boxed }) => {
  test('is asked about before its first step, runs, and leaves nothing', async () => {
    here = await scene({ boxed });
    const asked: Asked[] = [];
    const job = here.job('hook; phase train; phase done', {
      gate: async (one) => {
        asked.push(one);
        return { ok: true };
      },
    });
    expect(await job.end).toEqual({ kind: 'measured' });
    expect(asked).toEqual([
      {
        env: expect.objectContaining({
          GITHUB_ACTOR: 'descent[bot]',
          GITHUB_EVENT_NAME: 'workflow_dispatch',
        }),
        event: '{"inputs":{}}\n',
      },
    ]);
    expect(job.events).toContainEqual({
      event: 'started',
      box: boxed,
      why: boxed ? null : expect.any(String),
    });
    expect(job.github).toEqual([]); // GitHub forgets a runner after its job
    nothingLeft();
  });

  test('cannot link its way out of the box for the next one; what its owner linked stays', async () => {
    here = await scene({ boxed });
    const at = (name: string) => join(here.folder, name);
    for (const name of ['home/part', 'disk/some/part', 'more']) mkdirSync(at(name), { recursive: true });
    writeFileSync(at('home/key'), 'secret');
    for (const [to, name] of [
      ['disk', 'data'],
      ['more', 'more'],
      ['disk/some/part', 'part'],
      ['not-there', 'later'],
    ] as const)
      symlinkSync(at(to), at(`cache/${name}`));
    const first = `hook; cd ${at('cache')}; ln -s ${at('home')} made; rm more; ln -s ${at('home')} more
mv data/some data/old; ln -s ${at('home')} data/some; phase done`;
    const job = here.job(first);
    expect(await job.end).toEqual({ kind: 'measured' });
    expect(job.events).toContainEqual({
      event: 'trouble',
      what: expect.stringMatching(/removed: .*made/),
    });
    const links = readdirSync(at('cache')).filter((name) => !/^(lend|python-.*)$/.test(name));
    expect(links.sort()).toEqual(['data', 'later', 'more']);
    expect(readlinkSync(at('cache/more'))).toBe(at('more'));
    const second = `hook; echo kept > ${at('cache/data/kept')}; if [ -e ${at('home/key')} ]; then touch ${at('cache/out')}; fi
phase done`;
    expect(await here.job(second).end).toEqual({ kind: 'measured' });
    expect(existsSync(at('disk/kept'))).toBe(true);
    expect(existsSync(at('cache/out'))).toBe(!boxed);
    nothingLeft();
  });

  test('that its owner refuses ends before a step, though its steps run whatever the hook says', async () => {
    here = await scene({ boxed });
    const marker = join(here.folder, 'cache', 'ran');
    const job = here.job(`hook; touch ${marker}`, {
      gate: async () => ({ ok: false, why: 'It changes action/.', harness: 'a'.repeat(40) }),
    });
    expect(await job.end).toEqual({ kind: 'refused', why: 'It changes action/.', harness: 'a'.repeat(40) });
    expect(existsSync(marker)).toBe(false);
    expect(job.github).toEqual(['cancel 7', 'forget 01234567']);
    nothingLeft();
  });

  test('whose check fails does not begin', async () => {
    here = await scene({ boxed });
    const job = here.job('hook; phase done', { gate: () => Promise.reject(new Error('GitHub is away')) });
    expect(await job.end).toEqual({ kind: 'failed', why: expect.stringContaining('GitHub is away') });
    nothingLeft();
  });

  test('leaves at once when its owner comes back, and hands over its report', async () => {
    here = await scene({ boxed });
    const job = here.job(`${TRAINING}; touch ~/trains
until asked; do sleep 0.02; done; kill -9 $!; wait; phase done`);
    await job.left('trains');
    job.back.abort();
    expect(await job.end).toEqual({ kind: 'preempted' });
    expect(job.events).toContainEqual({ event: 'yielding', phase: 'train' });
    expect(job.events).toContainEqual({ event: 'yielded', seconds: expect.any(Number) });
    expect(job.github).toEqual([]);
    nothingLeft();
  });

  test('that does not hear of it loses its sandbox all the same', async () => {
    here = await scene({ boxed });
    const job = here.job(`${TRAINING}; touch ~/trains; wait; phase done`);
    await job.left('trains');
    job.back.abort();
    expect(await job.end).toEqual({ kind: 'preempted' });
    expect(job.events.map(({ event }) => event)).not.toContain('killed');
    nothingLeft();
  });

  test('that does not leave is killed with all that came of it', async () => {
    here = await scene({ boxed });
    // A daemon: another session, no parent, no variable, another folder. And sandboxes without end.
    const job = here.job(`${TRAINING}
(cd /; env -i setsid sh -c 'env -i setsid sleep ${FOREVER} < /dev/null > /dev/null 2>&1 &')
sleep 1; touch ~/trains; while :; do sandbox; sleep 0.02; done`);
    await job.left('trains');
    expect(processesWith(FOREVER).length).toBeGreaterThan(2);
    job.back.abort();
    expect(await job.end).toEqual({ kind: 'preempted' });
    expect(job.events).toContainEqual({ event: 'killed', why: expect.stringContaining('lived on') });
    expect(job.events.at(-1)).toEqual({ event: 'yielded', seconds: expect.any(Number) });
    expect(job.github).toEqual(['cancel 7', 'forget 01234567']);
    nothingLeft();
  });

  test('that hands nothing over in time is ended', async () => {
    here = await scene({ boxed });
    const job = here.job(`${TRAINING}; touch ~/trains; sleep ${FOREVER}`, { limits: { handOver: 1000 } });
    await job.left('trains');
    job.back.abort();
    expect(await job.end).toEqual({ kind: 'preempted' });
    expect(job.events).toContainEqual({ event: 'killed', why: expect.stringContaining('hand over') });
    nothingLeft();
  });
});

describe('while it is scored', () => {
  test('a job is waited for, for a moment', async () => {
    here = await scene();
    const job = here.job(
      `hook; phase score; sandbox; touch ~/scores; sleep 1; asked || touch ~/waited; kill -9 $!; phase done`,
    );
    await job.left('scores');
    job.back.abort();
    expect(await job.end).toEqual({ kind: 'measured' });
    expect(job.events.map(({ event }) => event)).not.toContain('killed');
    nothingLeft();
  });

  test('and no longer', async () => {
    here = await scene();
    const job = here.job(
      `hook; phase score; sandbox; touch ~/scores; until asked; do sleep 0.02; done; kill -9 $!; phase done`,
      {
        limits: { scoring: 500 },
      },
    );
    await job.left('scores');
    job.back.abort();
    expect(await job.end).toEqual({ kind: 'preempted' });
    nothingLeft();
  });
});

describe('a job', () => {
  test('is killed when its client ends', async () => {
    here = await scene();
    const job = here.job(`${TRAINING}; touch ~/trains; sleep ${FOREVER}`);
    await job.left('trains');
    job.stop.abort();
    expect(await job.end).toEqual({ kind: 'preempted' });
    expect(job.github).toEqual(['cancel 7', 'forget 01234567']);
    nothingLeft();
  });

  test('that never comes to the runner is given up, and its registration forgotten', async () => {
    here = await scene();
    const job = here.job(`sleep ${FOREVER}`, { limits: { take: 300 } });
    expect(await job.end).toEqual({ kind: 'failed', why: expect.stringContaining('within 0.3 s') });
    expect(job.github).toEqual(['cancel 7', 'forget 01234567']);
    nothingLeft();
  });

  test('that does not end in its time is ended', async () => {
    here = await scene();
    const job = here.job(`hook; sleep ${FOREVER}`, { limits: { job: 1500 } });
    expect(await job.end).toEqual({ kind: 'failed', why: expect.stringContaining('did not end within') });
    nothingLeft();
  });

  test('that the machine slept through is given up', async () => {
    here = await scene();
    const real = Date.now;
    const job = here.job(`${TRAINING}; touch ~/trains; sleep ${FOREVER}`);
    await job.left('trains');
    Date.now = () => real() + 45_000;
    try {
      expect(await job.end).toEqual({ kind: 'failed', why: expect.stringContaining('slept') });
    } finally {
      Date.now = real;
    }
    expect(job.github).toEqual(['cancel 7', 'forget 01234567']);
    nothingLeft();
  });

  test.each([
    [7, 'outdated-runner', /GitHub refuses version .* too old.*git pull/],
    [4, 'outdated-runner', /wants to be updated/],
    [5, 'failed', /second client/],
    [2, 'failed', /could not reach GitHub/],
    [1, 'failed', /It said: no such session/],
    [0, 'failed', /without a job/],
  ] as const)('whose runner ends with %i is explained', async (status, kind, words) => {
    here = await scene();
    const job = here.job(`echo 'no such session'; exit ${status}`);
    expect(await job.end).toEqual({ kind, why: expect.stringMatching(words) });
    expect(job.github).toEqual(['cancel 7', 'forget 01234567']);
    nothingLeft();
  });

  test('with another configuration does not reach the runner', async () => {
    here = await scene();
    const job = here.job('hook', { jit: Buffer.from('{"../x":""}').toString('base64') });
    expect(await job.end).toEqual({ kind: 'refused', why: expect.stringContaining('../x') });
    expect(job.events).toEqual([]);
    expect(job.github).toEqual(['cancel 7', 'forget 01234567']);
  });

  test('whose run failed is not measured', async () => {
    here = await scene();
    const run = async () => ({ status: 'completed', conclusion: 'failure' });
    const say = async () => undefined;
    const job = here.job('hook; phase done', { github: { run, cancel: say, forget: say } });
    expect(await job.end).toEqual({ kind: 'failed', why: expect.stringContaining('failure') });
  });
});

test('a job whose folders cannot be made leaves no control group', async () => {
  here = await scene();
  mkdirSync(join(here.folder, 'cache/lend'));
  writeFileSync(join(here.folder, 'cache/lend/jobs'), '');
  const probe = makeJobGroup('probe');
  const parent = probe && dirname(probe.folder);
  await probe?.remove();
  const groups = () => (parent ? readdirSync(parent).filter((name) => name.startsWith('descent-lend-')) : []);
  const before = groups();
  expect(await here.job('hook').end).toMatchObject({ kind: 'failed' });
  const after = groups().filter((name) => !before.includes(name));
  // Those of tests beside this one end as well.
  const left = () => groups().filter((name) => after.includes(name));
  await expect.poll(left, { timeout: 20_000 }).toEqual([]);
});
