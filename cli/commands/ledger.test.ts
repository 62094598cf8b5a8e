import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { scratch, user } from '../../testing/clone/clone.ts';
import { commitAll } from '../../testing/ledger/commits.ts';
import { Forger } from '../../testing/ledger/forger.ts';
import { type HonestMain, honestMain } from '../../testing/ledger/honest.ts';
import { TAMPERINGS } from '../../testing/ledger/tamperings.ts';

/** A main on "GitHub", a clone of it, and who reads it. */
async function reading() {
  const folder = await scratch();
  const main = await honestMain(join(folder, 'origin'));
  const git = (...args: string[]) => execa('git', args, { cwd: folder });
  await git('-C', 'origin', 'config', 'uploadpack.allowFilter', 'true');
  await git('-C', 'origin', 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const clone = async (name: string, ...flags: string[]) => {
    await git('clone', '--quiet', ...flags, `file://${join(folder, 'origin')}`, name);
    return user(join(folder, name), join(folder, 'cache'));
  };
  return { folder, main, git, clone, reader: await clone('clone') };
}

/** The repository at the folder with another history of main. @returns the commits */
async function rewrite(folder: string, main: HonestMain, name: string) {
  const forger = new Forger(main);
  const place = TAMPERINGS.find((one) => one.name === name)!.forge(forger);
  await execa('git', ['update-ref', '-d', 'refs/heads/main'], { cwd: folder });
  await execa('git', ['update-ref', '-d', 'refs/heads/side'], { cwd: folder });
  return { oids: await commitAll(folder, forger.commits), place };
}

test('balances, one account with what it may spend, and that all of it follows', async () => {
  const { reader, main } = await reading();
  const all = await reader.descent('ledger');
  expect(all).toMatchObject({ status: 0, out: expect.stringContaining('commons: ') });
  expect(all.out).toContain('It cannot be handed on or sold');
  const { value } = await reader.json('ledger', 'BOB');
  expect(value.accounts).toHaveLength(1);
  expect(value.accounts[0]).toMatchObject({ account: '@bob', login: 'bob', debt: 0 });
  expect(value.accounts[0].postings.length).toBeGreaterThan(2);
  const sum = value.accounts[0].available + value.accounts[0].pending - value.accounts[0].debt;
  expect(value.accounts[0].earned).toBe(sum); // nothing of it was spent, and nothing has expired
  expect(await reader.descent('ledger', 'nobody')).toMatchObject({ status: 1 });
  expect(await reader.descent('ledger', '--all')).toMatchObject({ status: 2 });
  const verified = await reader.descent('ledger', 'verify');
  expect(verified).toMatchObject({
    status: 0,
    out: expect.stringContaining('All of the ledger follows from 16 results'),
  });
  const again = await reader.json('ledger', 'verify');
  expect(again.value.verified).toMatchObject({ findings: [], since: main.oids.at(-1) });
}, 60_000);

test('a forged history is named, with its commit, and its words are a stranger’s', async () => {
  const { reader, main, folder } = await reading();
  const { oids, place } = await rewrite(join(folder, 'clone'), main, 'the author’s words are changed');
  const { status, out } = await reader.descent('ledger', 'verify', '--ref', 'main');
  expect({ status, out }).toEqual({
    status: 1,
    out: expect.stringContaining(`Commit ${oids[place]} does not follow`),
  });
  expect(out).toContain('found:    «"Mine"»');
  const { value } = await reader.json('ledger', 'verify', '--all', '--ref', 'main');
  expect(value.verified.findings[0]).toMatchObject({ untrusted: true, commit: oids[place] });
}, 60_000);

test('a partial clone fetches what it lacks, and a shallow one says what to do', async () => {
  const { clone } = await reading();
  const partial = await clone('partial', '--filter=blob:none', '--sparse');
  expect(await partial.descent('ledger', 'verify')).toMatchObject({ status: 0 });
  const shallow = await clone('shallow', '--depth=1');
  const { status, err } = await shallow.descent('ledger', 'verify');
  expect({ status, err }).toMatchObject({ status: 2, err: expect.stringContaining('git fetch --unshallow') });
}, 60_000);

test('a main that was written again is refused by all who saw it before, until they say that they know', async () => {
  const { reader, main, folder, clone, git } = await reading();
  const behind = await clone('behind');
  expect(await reader.descent('status')).toMatchObject({ status: 0 });
  await main.write([{ path: 'README.md', content: 'More.\n' }]);
  expect(await reader.descent('ledger', '--fresh')).toMatchObject({ status: 0 });
  expect(await behind.descent('ledger')).toMatchObject({ status: 0 }); // an older main is no other main
  await rewrite(join(folder, 'origin'), main, 'an author is replaced');
  for (const args of [['ledger', '--fresh'], ['status'], ['ledger'], ['ledger', 'verify']]) {
    const { status, err } = await reader.descent(...args);
    expect({ status, err }).toMatchObject({
      status: 2,
      err: expect.stringContaining('does not contain commit'),
    });
  }
  // One who clones afresh on the same computer sees it too.
  const fresh = await clone('again');
  expect(await fresh.descent('status')).toMatchObject({ status: 2 });
  expect(await fresh.descent('ledger', '--forget')).toMatchObject({ status: 0 });
  expect(await fresh.descent('status')).toMatchObject({ status: 0 });
  const { stdout: seen } = await git('-C', 'origin', 'rev-parse', 'main');
  // Main goes back to what it was an hour ago: who fetches it sees that.
  await git('-C', 'origin', 'update-ref', 'refs/heads/main', 'main~2');
  expect(await fresh.descent('ledger')).toMatchObject({ status: 0 });
  expect(await fresh.descent('ledger', '--fresh')).toMatchObject({ status: 2 });
  // What was seen comes back from the side alone: main's own line has other commits.
  const who = ['-c', 'user.name=mallory', '-c', 'user.email=mallory@example.com'];
  const parents = ['-p', 'main', '-p', seen];
  const merge = await git('-C', 'origin', ...who, 'commit-tree', 'main^{tree}', ...parents, '-m', 'Merge');
  await git('-C', 'origin', 'update-ref', 'refs/heads/main', merge.stdout);
  expect(await fresh.descent('ledger', '--fresh')).toMatchObject({ status: 2 });
}, 60_000);
