import { existsSync, lstatSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, expect, test, vi } from 'vitest';
import { removeLeftovers } from './leftovers.ts';
import { jobsFolder } from './place.ts';
import { listProcesses } from './processes/list.ts';
import { FOREVER, processesWith, type Scene, scene } from './testing/scene.ts';

const WAIT = { timeout: 20_000 };

let here: Scene;
afterEach(() => here.close());

const file = require.resolve('./testing/scene.ts');

/** A client in a process of its own, in the middle of a job. */
async function client(boxed: boolean) {
  const steps = `hook; phase train; sandbox; ln -s / "$DESCENT_CACHE/made"
(cd /; env -i setsid sh -c 'env -i setsid sleep ${FOREVER} < /dev/null > /dev/null 2>&1 &'); sleep 1; touch ~/trains; sleep ${FOREVER}`;
  const script = `
    import { scene } from '${file}';
    const here = await scene({ boxed: ${boxed} });
    const job = here.job(${JSON.stringify(steps)});
    await job.left('trains');
    console.log(JSON.stringify(here.env));
    await job.end;`;
  const child = execa(process.execPath, ['--input-type=module', '-e', script], {
    reject: false,
    env: { DESCENT_TEST_FOREVER: FOREVER, TMPDIR: here.folder }, // its folder goes with the test's
  });
  const env = JSON.parse(String(await new Promise((resolve) => child.stdout.once('data', resolve))));
  return { child, env: env as NodeJS.ProcessEnv };
}

/** Whether the job's link in the cache is there. */
const made = (env: NodeJS.ProcessEnv) =>
  lstatSync(join(env.DESCENT_CACHE!, 'made'), { throwIfNoEntry: false }) !== undefined;

/** The processes that outlive a client by intent. */
const reapers = (client: number | undefined) =>
  listProcesses().filter(
    ({ pid, parent }) =>
      parent === client && processesWith('reaper/main.ts').some((line) => line.startsWith(`${pid} `)),
  );

test.each([true, false])('a client that is killed takes its job along (boxed: %s)', async (boxed) => {
  here = await scene();
  const { child, env } = await client(boxed);
  expect(reapers(child.pid)).toHaveLength(1);
  child.kill('SIGKILL');
  await child;
  await vi.waitFor(() => expect(processesWith(FOREVER)).toEqual([]), WAIT);
  await vi.waitFor(() => expect(readdirSync(jobsFolder(env))).toEqual([]), WAIT);
  expect(made(env)).toBe(false);
});

test.each([true, false])(
  'what a power cut left is ended and removed at the next start (boxed: %s)',
  async (boxed) => {
    here = await scene();
    const { child, env } = await client(boxed);
    expect(await removeLeftovers(env)).toEqual([]); // its client lives
    expect(made(env)).toBe(true);
    for (const { pid } of reapers(child.pid)) process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
    await child;
    expect(processesWith(FOREVER).length).toBeGreaterThan(0);
    expect(await removeLeftovers(env)).toEqual([
      { nonce: '0123456789abcdef0123456789abcdef', run: 7, processes: expect.any(Number) },
    ]);
    expect(processesWith(FOREVER)).toEqual([]);
    expect(readdirSync(jobsFolder(env))).toEqual([]);
    expect(made(env)).toBe(false);
  },
);

test('a folder without its note is removed once no client can be about to write it', async () => {
  here = await scene();
  const folder = join(jobsFolder(here.env), 'half');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'note.json'), '{"schema":1,"no');
  expect(await removeLeftovers(here.env)).toEqual([]);
  utimesSync(folder, 0, 0);
  expect(await removeLeftovers(here.env)).toEqual([{ nonce: null, run: null, processes: 0 }]);
  expect(existsSync(folder)).toBe(false);
});
