import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity } from 'age-encryption';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyLedger } from '../../memory/ledger/verify.ts';
import { BORROWING, Borrower, handInOutcome } from '../../testing/bot/borrower.ts';
import { Fleet } from '../../testing/bot/fleet.ts';
import { type User, user } from '../../testing/clone/clone.ts';
import { CONFIG } from '../../testing/examples/config.ts';

/** Ten cards for twenty minutes instead of one for three hours: by the command line alone. */

const CARDS = 10;
const MINUTES_20 = 1200;

let fleet: Fleet;
let nova: User;
let account: Borrower;
beforeEach(async () => {
  const borrowing = BORROWING.replace('600', String(MINUTES_20));
  fleet = await Fleet.open(CARDS, 1, CONFIG + borrowing, ['borrowed']);
  const { stage } = fleet;
  account = await Borrower.with(stage, 'nova', 20_000);
  const clone = join(stage.folder, 'nova');
  await execa('git', ['clone', '--quiet', `${stage.emulator.url}/descent/descent.git`, clone]);
  nova = user(clone, join(stage.folder, 'cache-nova'), {
    ...{ GITHUB_TOKEN: await stage.account('nova'), GITHUB_API_URL: stage.emulator.url },
    XDG_CONFIG_HOME: join(stage.folder, 'config'),
  });
  await stage.bot!.descent.sweep(null); // opens the issue where people join
  expect(await nova.descent('join', '--yes')).toMatchObject({ status: 0 });
  await writeFile(join(clone, 'mine.py'), 'print("mine")\n');
});
afterEach(() => fleet.close());

const asked = [
  '--file',
  'mine.py',
  '--data',
  'pysource',
  '--seconds',
  String(MINUTES_20),
  '--copies',
  String(CARDS),
];

test('ten machines of ten owners work at the same time, and all outcomes are decrypted', async () => {
  const { stage } = fleet;
  expect(await nova.descent('borrow', ...asked)).toMatchObject({
    status: 1,
    err: expect.stringContaining(
      '10 runs of 1200 s on cpu with data set pysource cost at most 12000 credits. You have 20000',
    ),
  });
  const opened = await nova.json('borrow', ...asked, '--yes');
  expect(opened).toMatchObject({ status: 0, value: { costs: 12_000 } });
  const { number } = opened.value;
  const key = join(nova.env.XDG_CONFIG_HOME!, 'descent', 'borrow.key');
  expect((await stat(key)).mode & 0o777).toBe(0o600);
  await stage.settle();

  expect(await nova.descent('borrow', '--collect', String(number), '--into', 'out')).toMatchObject({
    status: 1,
    err: expect.stringContaining('0 of 10 ended, 10 under way'),
  });
  const round = await fleet.take();
  expect(new Set(round.map(({ machine }) => machine.login)).size).toBe(CARDS);
  expect(new Set(round.map(({ taken }) => taken.job.seed)).size).toBe(CARDS);
  for (const { taken } of round) await handInOutcome(stage, taken, `weights ${taken.job.ordinal}`);
  await fleet.beFree();
  expect(await stage.view(number)).toMatchObject({ state: 'closed', labels: [] });
  expect(await account.has()).toBe(8000);

  const collected = await nova.json('borrow', '--collect', String(number), '--into', 'out');
  expect(collected.value.runs.flatMap((run: { problem: unknown }) => run.problem ?? [])).toEqual([]);
  expect(collected).toMatchObject({ status: 0, value: { pull: number } });
  const files = await readdir(join(nova.cwd, 'out'));
  expect(files).toHaveLength(CARDS);
  expect(await readFile(join(nova.cwd, 'out', `${number}-7.weights`), 'utf8')).toBe('weights 7');
  const main = await stage.main();
  // Nothing but the credits that this story made up.
  const { findings } = await verifyLedger(nova.cwd, main, { path: null, all: true });
  expect(findings.map(({ found }) => found)).toEqual(['20000 credits']);

  // Another key, an artifact that was changed, and one that is gone: each named, and none stops the others.
  const other = join(stage.folder, 'other.key');
  await writeFile(other, `${await generateX25519Identity()}\n`);
  const by = (...more: string[]) =>
    nova.descent('borrow', '--collect', String(number), '--into', 'more', ...more);
  expect(await by('--identity', other)).toMatchObject({
    status: 2,
    err: expect.stringContaining('chmod 600'),
  });
  await chmod(other, 0o600);
  expect(await by('--identity', other)).toMatchObject({
    status: 1,
    out: expect.stringMatching(/(run \d+ on owner\d+\.desk1: it is encrypted to another key\n){10}/),
  });
  const record = (await account.record(number))!;
  const { artifacts } = stage.emulator.world;
  const [first, second] = record.runs.map(({ artifact }) => artifacts.get(artifact!.id)!);
  await writeFile(first!.file, 'another file');
  second!.expiresAt = '2026-01-01T00:00:00Z';
  const rest = await by();
  expect(rest.status).toBe(1);
  expect(rest.out).toContain('the artifact is not the one that the swarm recorded');
  expect(rest.out).toContain('GitHub has the outcome no more');
  expect(await readdir(join(nova.cwd, 'more'))).toHaveLength(CARDS - 2);
}, 90_000);

test('what the swarm would refuse is said before anything is written', async () => {
  const said = async (...args: string[]) => (await nova.descent('borrow', ...args)).err;
  expect(await said('--seconds', '9000')).toContain('seconds: ');
  expect(await said('--seconds', '1201', '--file', 'mine.py', '--yes')).toContain('at most 1200');
  expect(await said('--seconds', '60', '--track', 'h200', '--yes')).toContain('no track h200');
  expect(await said('--seconds', '60', '--data', 'images', '--yes')).toContain(
    'no track here uses the data set images',
  );
  expect(await said('--seconds', '60', '--yes')).toContain("main's own train/train.py");
  expect(await said(...asked.with(-1, '32'), '--yes')).toContain(
    'it costs 38400 credits, and you have 20000',
  );
  expect(await said('--collect', '7')).toContain('--into');
  expect(await said('--copies', '3')).toContain('--seconds');
  await mkdir(join(nova.cwd, 'folder'));
  expect(await said('--seconds', '60', '--file', 'folder', '--yes')).toContain('could not read');
  const { data } = await fleet.stage.onlooker.pulls.list({ owner: 'descent', repo: 'descent' });
  expect(data).toEqual([]);
}, 60_000);
