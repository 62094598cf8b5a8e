import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareCommand } from './prepare.ts';

let empty: string;
beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'descent-prepare-'));
});
afterAll(() => rm(empty, { recursive: true }));

async function prepare(args: string[], cache?: string) {
  const said = { out: '', err: '', status: -1 };
  const env = cache === undefined ? process.env : { ...process.env, DESCENT_CACHE: cache };
  const surroundings = {
    env,
    out: (text: string) => (said.out += text),
    err: (text: string) => (said.err += text),
  };
  await prepareCommand(surroundings, (status) => (said.status = status)).parseAsync(args, { from: 'user' });
  return said;
}

test('on an empty machine it says what each thing costs before anything is made', async () => {
  const { out, status } = await prepare(['h100', '--dry-run'], join(empty, 'not/yet'));
  expect(status).toBe(1);
  expect(out).toMatch(
    /the Python environment: about \d+ MB to download, \d+ MB on the disk, 2 to 10 minutes/,
  );
  expect(out).toMatch(/data set climbmix: about 1100 MB to download/);
  expect(out).toMatch(/goes to .*not\/yet, where \d+ MB are free/);
});

test('where all is there it says so at once', async () => {
  expect(await prepare([])).toMatchObject({
    status: 0,
    out: expect.stringContaining('All that the track needs'),
  });
});

test('an unknown track ends with 2 and names the known ones', async () => {
  const { status, err } = await prepare(['tpu', '--dry-run']);
  expect(status).toBe(2);
  expect(err).toContain('must be one of cpu, h100');
});
