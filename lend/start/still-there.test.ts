import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '@descent-swarm/github-emulator';
import { Control } from '@descent-swarm/github-emulator/control.ts';
import { Octokit } from '@octokit/rest';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Availability } from '../../core/formats/lending/availability.ts';
import { connectOwner } from '../github/connect.ts';
import { placeById } from '../github/place.ts';
import { stillThere } from './still-there.ts';

let emulator: Awaited<ReturnType<typeof startEmulator>>;
let owner: Octokit;
let token: string;
const AT = { owner: 'ann', repo: 'descent-machine' };
beforeAll(async () => {
  emulator = await startEmulator();
  const control = new Control(emulator.url);
  token = (await control.user(AT.owner)).token;
  const from = await mkdtemp(join(tmpdir(), 'descent-still-'));
  await execa('git', ['init', '--quiet', '--initial-branch=main', from]);
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@b.c'];
  await execa('git', ['-C', from, ...who, 'commit', '--quiet', '--allow-empty', '-m', 'Begin']);
  await control.repository({ owner: AT.owner, name: AT.repo, from });
  await rm(from, { recursive: true });
  owner = new Octokit({ baseUrl: emulator.url, auth: token });
});
afterAll(() => emulator.close());

test('a repository that was made private is no longer said to be free, and the owner hears what to do', async () => {
  const said: string[] = [];
  const { data } = await owner.repos.get(AT);
  const octokit = connectOwner({ now: () => new Date(), sleep: async () => {} }, emulator.url, token);
  const never = () => Promise.reject(new Error('not asked here'));
  const github = stillThere(
    {
      say: async ({ status }) => {
        said.push(status);
      },
      ...{ queued: never, mint: never, cancel: never },
    },
    async () => {
      await placeById(octokit, data.id, 'ann/descent-machine');
    },
  );
  const say = (status: Availability['status']) => github.say({ status } as Availability);
  await say('free');
  await owner.repos.update({ ...AT, private: true });
  await expect(say('free')).rejects.toThrow('ann/descent-machine is private');
  await say('busy');
  await say('away');
  expect(said).toEqual(['free', 'busy', 'away']);
});
